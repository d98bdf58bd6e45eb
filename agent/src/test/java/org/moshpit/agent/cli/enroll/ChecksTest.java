package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.link.LinkCall;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.proto.Enrolled;

class ChecksTest {
  @TempDir Path dir;

  private List<String> checked(Enrollment.Role role, boolean root) {
    Rendezvous rendezvous = new Rendezvous(HostPort.parse("127.0.0.1", 3478), List.of(), List.of());
    Enrollment enrollment =
        new Enrollment(rendezvous, "den", role, new byte[32], new byte[8], new byte[32]);
    LinkCall.Enrollment link =
        new LinkCall.Enrollment(
            Enrolled.getDefaultInstance(), TransportAddress.parse("127.0.0.1:3478"), 0);
    Surroundings here =
        new Surroundings(
            Settings.load(dir.resolve("agent.conf"), Map.of(), Map.of()),
            Map.of(),
            "UTF-8",
            root,
            dir);
    return Checks.of(enrollment, link, here).stream()
        .flatMap(
            group ->
                Stream.concat(
                    Stream.of(group.heading()).filter(heading -> !heading.isEmpty()),
                    group.checks().stream().map(Check::what)))
        .toList();
  }

  @Test
  void theRoleDecidesWhatIsLookedAt() {
    assertThat(checked(Enrollment.Role.LAPTOP, false))
        .containsExactly(
            "rendezvous",
            "UDP",
            "clock",
            "ssh-keygen",
            "AS A LAPTOP",
            "mosh-client",
            "locale here",
            "SSH key");
    assertThat(checked(Enrollment.Role.BOX, false))
        .containsExactly(
            "rendezvous",
            "UDP",
            "clock",
            "ssh-keygen",
            "AS A BOX",
            "mosh-server",
            "locale of a login",
            "authorized_keys");
    assertThat(checked(Enrollment.Role.BOX, true)).contains("sshd", "authorized_keys");
    assertThat(checked(Enrollment.Role.BOTH, false))
        .containsSubsequence("AS A LAPTOP", "SSH key", "AS A BOX", "authorized_keys");
    assertThat(checked(Enrollment.Role.BOTH, true))
        .containsSubsequence("AS A BOX", "authorized_keys", "AS A LAPTOP", "SSH key");
  }
}
