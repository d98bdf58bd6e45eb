package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.certificate.TlsIdentity;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.testkit.TestCa;
import org.slf4j.LoggerFactory;

class ServerCertificateTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(ServerCertificate.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<TlsIdentity> presented = new ArrayList<>();
  private final List<List<SpkiPin>> changes = new ArrayList<>();
  @TempDir private Path temp;
  private TestCa ca;
  private KeyPair own;
  private RendezvousConfig without;
  private RendezvousConfig with;

  @BeforeEach
  void begin() throws Exception {
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
    ca = TestCa.root("ca");
    own = TestCa.ec("secp256r1");
    without = new RendezvousConfig(temp, List.of(TransportAddress.parse("192.0.2.1:9")), List.of());
    with = without.withCertificate(temp.resolve("chain.pem"), temp.resolve("key.pem"));
  }

  @AfterEach
  void end() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private KeyPair put() throws Exception {
    KeyPair pair = TestCa.ec("secp256r1");
    put(pair, ca.issue(pair.getPublic(), "pit.example"));
    return pair;
  }

  private void put(KeyPair pair, X509Certificate certificate) throws Exception {
    replace(with.tlsCertificate(), TestCa.pem(certificate));
    replace(with.tlsKey(), TestCa.pem(pair.getPrivate()));
  }

  /** By another file: one of the same size, written over within a tick, would be the same. */
  private void replace(Path file, String text) throws IOException {
    Path fresh = Files.writeString(temp.resolve("new"), text);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private ServerCertificate certificate(RendezvousConfig config) throws StoreException {
    ServerCertificate made = new ServerCertificate(own, config, "pit.example");
    made.open(presented::add, () -> changes.add(made.pins()));
    return made;
  }

  private List<String> lines() {
    return log.list.stream().map(e -> e.getLevel() + " " + e.getMessage()).toList();
  }

  @Test
  void withoutFilesItIsTheOwnKey() throws Exception {
    try (ServerCertificate made = certificate(without)) {
      assertThat(made.identity().chain()).isEmpty();
      assertThat(made.pins()).containsExactly(SpkiPin.of(own.getPublic()));
      made.look();
      made.prepare(without).run();
    }
    assertThat(presented).isEmpty();
    assertThat(lines()).isEmpty();
    assertThat(ServerCertificate.pins(own, without, "pit.example"))
        .containsExactly(SpkiPin.of(own.getPublic()));
  }

  @Test
  void ofACaThatIsNotTrustedItIsPinnedAndSaid() throws Exception {
    KeyPair pair = put();
    try (ServerCertificate made = certificate(with)) {
      assertThat(made.identity().chain()).hasSize(1);
      assertThat(made.pins()).containsExactly(SpkiPin.of(pair.getPublic()));
    }
    assertThat(ServerCertificate.pins(own, with, "pit.example"))
        .containsExactly(SpkiPin.of(pair.getPublic()));
    assertThat(lines())
        .containsExactly(
            "INFO New links see this certificate",
            "WARN Join URLs have a pin, for agents would not trust the certificate without");
  }

  @Test
  void anExpiredOneIsAWarningAndNoPin() throws Exception {
    KeyPair pair = TestCa.ec("secp256r1");
    Instant now = Instant.now();
    put(pair, ca.issue(pair.getPublic(), now.minusSeconds(99), now.minusSeconds(9), "pit.example"));
    try (ServerCertificate made = certificate(with)) {
      assertThat(made.pins()).isEmpty();
    }
    assertThat(lines())
        .containsExactly(
            "INFO New links see this certificate",
            "WARN The certificate is out of date; agents without a pin refuse it");
  }

  @Test
  void itsEndIsSaidOnceADayFromAWeekBefore() throws Exception {
    KeyPair pair = TestCa.ec("secp256r1");
    Instant end = Instant.now().plus(Duration.ofDays(60));
    put(pair, ca.issue(pair.getPublic(), end.minus(Duration.ofDays(90)), end, "pit.example"));
    AtomicReference<Instant> now = new AtomicReference<>(end.minus(Duration.ofDays(8)));
    try (ServerCertificate made = new ServerCertificate(own, with, "pit.example", now::get)) {
      log.list.clear();
      made.look();
      assertThat(lines()).isEmpty();
      now.set(end.minus(Duration.ofDays(6)));
      made.look();
      made.look();
      assertThat(lines())
          .containsExactly(
              "WARN The certificate ends soon; agents without a pin will refuse it then");
      now.set(end.plus(Duration.ofDays(1)));
      made.look();
      made.look();
      assertThat(lines())
          .hasSize(2)
          .contains("WARN The certificate is out of date; agents without a pin refuse it");
      put();
      made.look();
      made.look();
      now.set(now.get().plus(Duration.ofDays(2)));
      log.list.clear();
      made.look();
      assertThat(lines()).isEmpty();
    }
  }

  @Test
  void onHangUpTheFilesAreReadAgain() throws Exception {
    put();
    try (ServerCertificate made = certificate(with)) {
      made.prepare(with).run();
      assertThat(presented).isEmpty(); // the same
      KeyPair next = put();
      made.prepare(with).run();
      assertThat(presented).hasSize(1);
      assertThat(changes).containsExactly(List.of(SpkiPin.of(next.getPublic())));
      Files.writeString(with.tlsKey(), "half");
      assertThatThrownBy(() -> made.prepare(with))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("The tls-key");
      assertThat(made.identity()).isSameAs(presented.get(0));
      made.prepare(without).run();
      assertThat(made.pins()).containsExactly(SpkiPin.of(own.getPublic()));
      assertThat(presented).hasSize(2);
    }
  }

  @Test
  void changedFilesAreTakenWithoutBeingTold() throws Exception {
    put();
    try (ServerCertificate made = certificate(with)) {
      log.list.clear();
      Files.writeString(with.tlsKey(), "half");
      for (int i = 0; i < 4; i++) {
        made.look();
      }
      assertThat(lines())
          .containsExactly(
              "WARN The certificate's files have changed and cannot be used; that of before stays");
      assertThat(presented).isEmpty();
      KeyPair next = put();
      made.look();
      assertThat(presented).isEmpty();
      made.look();
      made.look();
      assertThat(presented).hasSize(1);
      assertThat(made.identity().pair().getPublic()).isEqualTo(next.getPublic());
    }
  }

  @Test
  void whatTlsDoesNotTakeLeavesThatOfBefore() throws Exception {
    KeyPair first = put();
    try (ServerCertificate made = new ServerCertificate(own, with, "pit.example")) {
      made.open(
          identity -> {
            throw new IOException("no");
          },
          () -> changes.add(List.of()));
      put();
      made.look();
      made.look();
      assertThat(made.identity().pair().getPublic()).isEqualTo(first.getPublic());
      assertThat(changes).isEmpty();
      assertThat(lines()).last().asString().contains("cannot be used");
    }
  }

  /** The metrics' token is not another one already when TLS does not take the certificate. */
  @Test
  void whatCannotBePresentedChangesNothingElse() throws Exception {
    Path token = temp.resolve("token");
    replace(token, "0123456789abcdef");
    OperatorWeb web = new OperatorWeb(withToken(without, token));
    Path other = temp.resolve("other");
    replace(other, "fedcba9876543210");
    put();
    try (ServerCertificate made = certificate(without)) {
      made.open(
          identity -> {
            throw new IOException("no");
          },
          () -> {});
      assertThatThrownBy(() -> Daemon.apply(made, web, withToken(with, other)))
          .hasMessage("TLS does not take the certificate (no).");
      assertThat(web.token().orElseThrow().isIn("Bearer 0123456789abcdef")).isTrue();
      made.open(presented::add, () -> {});
      Daemon.apply(made, web, withToken(with, other));
      assertThat(web.token().orElseThrow().isIn("Bearer fedcba9876543210")).isTrue();
    }
  }

  private static RendezvousConfig withToken(RendezvousConfig config, Path token) {
    return new RendezvousConfig(
        config.state(),
        config.listen(),
        config.publicHosts(),
        config.tlsCertificate(),
        config.tlsKey(),
        config.metrics(),
        token,
        config.page(),
        null,
        config.logLevel());
  }
}
