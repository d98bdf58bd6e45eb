package org.moshpit.common.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;

class ListenFailureTest {
  @Test
  void aPortThatIsTakenIsNotOneThatIsDenied() {
    assertThat(
            ListenFailure.words(
                new BindException(
                    "TCP 127.0.0.1:80: bind(..) failed with error(-98): Address already in use"),
                "--metrics"))
        .isEqualTo(
            "TCP 127.0.0.1:80: Address already in use; stop what listens there, or choose another"
                + " address with --metrics");
    assertThat(
            ListenFailure.words(
                new BindException(
                    "TCP 127.0.0.1:22: bind(..) failed with error(-13): Permission denied"),
                "--metrics"))
        .isEqualTo(
            "TCP 127.0.0.1:22: Permission denied; a port below 1024 takes a right of root's"
                + " (CAP_NET_BIND_SERVICE), so choose one from 1024 with --metrics");
  }
}
