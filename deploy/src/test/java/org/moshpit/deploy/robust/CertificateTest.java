package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Shell;

/**
 * A rendezvous with a domain's certificate, as docs/operations.md has it: join URLs without a pin,
 * certificates that are replaced while links exist, and the ways there for agents that have a pin.
 */
@Tag("lab")
class CertificateTest {
  private static final String P256 = "EC -pkeyopt ec_paramgen_curve:P-256";
  private static final String JDK_TLS = " -Dio.netty.handler.ssl.noOpenSsl=true";
  private static final String IN_USE = "New links see this certificate";

  @TempDir Path directory;
  private Launchers programs;
  private LabCa ca;
  private Path key;
  private Path chain;
  private String java;

  @BeforeEach
  void make() {
    programs = new Launchers(directory);
    ca = new LabCa(directory.resolve("ca"));
    key = directory.resolve("key.pem");
    chain = directory.resolve("chain.pem");
    java = ca.trust();
  }

  @AfterEach
  void stop() {
    programs.stop();
  }

  private List<String> trusting(List<String> command) {
    List<String> line = new ArrayList<>(List.of("env", "JDK_JAVA_OPTIONS=" + java));
    line.addAll(command);
    return line;
  }

  private List<String> serve(String... more) throws IOException {
    List<String> line = trusting(programs.serve());
    line.set(line.indexOf("--public-address") + 1, "localhost");
    line.addAll(List.of(more));
    return line;
  }

  private Launchers.Running startWithCertificate() throws IOException {
    return programs
        .start(serve("--tls-certificate", chain.toString(), "--tls-key", key.toString()))
        .awaitOutput("is ready");
  }

  private String invite(String name) {
    return programs.rendezvous("invite", "--name", name).orFail();
  }

  private void enroll(String name) {
    Shell.run(trusting(programs.agent(name, "enroll", invite(name))), "").orFail();
  }

  private Launchers.Running box(String name) throws IOException {
    return programs.start(trusting(programs.agent(name, "run"))).awaitOutput("registered at");
  }

  private static void hangUp(Launchers.Running daemon) {
    Shell.run(List.of("kill", "-HUP", Long.toString(daemon.process().pid())), "").orFail();
  }

  /** What a stranger is shown. */
  private String shown() throws IOException {
    String at = programs.serve().get(programs.serve().indexOf("--listen") + 1);
    return LabCa.sh(
        "openssl s_client -connect %s -servername localhost -alpn moshpit/1 < /dev/null"
            + " 2> /dev/null | openssl x509 -pubkey -noout",
        at);
  }

  private static String publicKey(Path key) {
    return LabCa.sh("openssl pkey -in %s -pubout", key);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void itIsReplacedWhileLinksExist(boolean boring, boolean told) throws IOException {
    java = ca.trust() + (boring ? "" : JDK_TLS);
    LabCa.key(key, P256);
    ca.certificate(key, chain, "DNS:localhost", 9);
    Launchers.Running server = startWithCertificate();
    assertThat(server.output()).contains(IN_USE).doesNotContain("have a pin", "out of date");
    Path first = programs.state().resolve("join-url");
    assertThat(Files.readString(first)).startsWith("moshpit://localhost").doesNotContain("pin=");
    assertThat(invite("any")).startsWith("moshpit://localhost").doesNotContain("pin=");
    enroll("old");
    Launchers.Running old = box("old");
    assertThat(shown()).isEqualTo(publicKey(key));

    LabCa.key(key, "RSA");
    ca.certificate(key, chain, "DNS:localhost", 9);
    if (told) {
      hangUp(server);
    }
    server.awaitOutput(IN_USE + " pin=" + LabCa.pin(key));
    assertThat(shown()).isEqualTo(publicKey(key));
    enroll("new");
    box("new");

    Path good = Files.copy(key, directory.resolve("good.pem"));
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nMIG");
    if (told) {
      hangUp(server);
      server.awaitOutput("those of before stay").awaitOutput("The tls-key " + key + " must be");
    } else {
      server.awaitOutput("cannot be used; that of before stays");
    }
    assertThat(shown()).isEqualTo(publicKey(good));
    enroll("last");

    assertThat(old.output().split("registered at", -1)).hasSize(2);
    assertThat(old.output()).doesNotContain("no link", "lost");
    assertThat(Shell.run(trusting(programs.agent("old", "status", "--json")), "").orFail())
        .contains("\"registered\":true");
    assertThat(server.output()).doesNotContain("Exception");
    assertThat(server.end()).isZero();
  }

  private void refusedByAgent(String name, String trust, String url, String words) {
    java = trust;
    Shell.Result ended = Shell.run(trusting(programs.agent(name, "enroll", url)), "");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(12);
    assertThat(ended.err())
        .contains("the certificate of ", "does not verify (" + words + ")")
        .doesNotContain("Exception", "\tat ");
    assertThat(programs.config(name).resolve("rendezvous")).doesNotExist();
  }

  @Test
  void anAgentWithoutAPinWantsNameCaAndDate() throws IOException {
    LabCa.key(key, P256);
    ca.certificate(key, chain, "DNS:localhost", 9);
    Launchers.Running server = startWithCertificate();
    String url = invite("den");
    LabCa other = new LabCa(directory.resolve("other"));
    for (String engine : List.of("", JDK_TLS)) {
      refusedByAgent(
          "den",
          ca.trust() + engine,
          url.replace("//localhost", "//127.0.0.1"),
          "it is not for 127.0.0.1");
      refusedByAgent(
          "den", other.trust() + engine, url, "no CA that this machine trusts vouches for it");
    }
    ca.certificate(key, chain, "DNS:localhost", -1);
    hangUp(server);
    server.awaitOutput("The certificate is out of date; agents without a pin refuse it");
    for (String engine : List.of("", JDK_TLS)) {
      refusedByAgent("den", ca.trust() + engine, url, "it has expired, or the clock here is wrong");
    }
    ca.certificate(key, chain, "DNS:localhost", 9);
    hangUp(server);
    java = ca.trust();
    await()
        .atMost(Launchers.LONG)
        .until(() -> Shell.run(trusting(programs.agent("den", "enroll", url)), "").exit() == 0);
  }

  @Test
  void withoutTheNameOrTheCaUrlsArePinned() throws IOException {
    LabCa.key(key, P256);
    ca.certificate(key, chain, "DNS:elsewhere.example", 9);
    Launchers.Running server = startWithCertificate();
    assertThat(server.output())
        .contains("Join URLs have a pin", "it is for elsewhere.example, not localhost");
    assertThat(invite("den")).contains("pin=" + LabCa.pin(key));
    enroll("den");
    box("den");
    assertThat(server.end()).isZero();

    ca.certificate(key, chain, "DNS:localhost", 9);
    java = "-Dnothing=here";
    server = startWithCertificate();
    assertThat(server.output()).contains("no CA that is trusted here vouches for it");
    assertThat(invite("attic")).contains("pin=" + LabCa.pin(key));
    enroll("attic");
    box("attic");
  }

  /** A certificate for the key that agents have pinned. */
  @Test
  void theKeyOfBeforeStays() throws IOException {
    Launchers.Running server = programs.start(serve()).awaitOutput("is ready");
    enroll("old");
    assertThat(server.end()).isZero();
    Path own = programs.state().resolve("tls_key.pem");
    ca.certificate(own, chain, "DNS:localhost", 9);
    key = own;
    startWithCertificate();
    box("old");
    assertThat(invite("new")).doesNotContain("pin=");
    enroll("new");
    box("new");
    assertThat(Files.readString(programs.config("new").resolve("rendezvous"))).contains("pins=\n");
  }

  /** The next key's pin is told first, or pins are given up. */
  @Test
  void agentsWithAPinAreToldBefore() throws IOException {
    Launchers.Running server = programs.start(serve()).awaitOutput("is ready");
    for (String name : List.of("told", "freed", "forgotten")) {
      enroll(name);
    }
    LabCa.key(key, P256);
    ca.certificate(key, chain, "DNS:localhost", 9);
    LabCa.sh(
        "sed -i 's|^pins=.*|& %s|' %s",
        LabCa.pin(key), programs.config("told").resolve("rendezvous"));
    box("told").end();
    assertThat(server.end()).isZero();
    startWithCertificate();
    LabCa.sh("sed -i 's|^pins=.*|pins=|' %s", programs.config("freed").resolve("rendezvous"));
    box("told");
    box("freed");
    Shell.Result ended = Shell.run(trusting(programs.agent("forgotten", "list")), "");
    assertThat(ended.exit()).isEqualTo(12);
    assertThat(ended.err()).contains("is not the pinned rendezvous");
  }

  private void refused(String... words) throws IOException {
    Shell.Result ended =
        Shell.run(serve("--tls-certificate", chain.toString(), "--tls-key", key.toString()), "");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains(words).doesNotContain("Exception", "\tat ");
    assertThat(ended.err().lines().filter(line -> !line.startsWith("NOTE: "))).hasSize(1);
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    refused("The tls-certificate " + chain + " does not exist.");
    LabCa.key(key, P256);
    ca.certificate(key, chain, "DNS:localhost", 9);
    Path good = Files.copy(key, directory.resolve("good.pem"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    refused("Others can read the tls-key " + key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.setAttribute(key, "unix:uid", 54321);
    refused("The tls-key " + key + " belongs to another user");
    Files.setAttribute(key, "unix:uid", 0);
    LabCa.sh("openssl pkey -in %s -traditional -out %s", good, key);
    refused("has an 'EC PRIVATE KEY'", "openssl pkey -in " + key + " -out NEW");
    LabCa.sh("openssl pkey -in %1$s -out %1$s.new && mv %1$s.new %1$s", key);
    startWithCertificate().end();
    LabCa.key(key, P256);
    refused("The tls-key " + key + " is not the key of the first certificate in " + chain);
    Shell.Result half = Shell.run(serve("--tls-key", key.toString()), "");
    assertThat(half.exit()).isEqualTo(2);
    assertThat(half.err()).contains("--tls-key: tls-key needs tls-certificate as well");
  }
}
