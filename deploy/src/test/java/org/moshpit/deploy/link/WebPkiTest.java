package org.moshpit.deploy.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.deploy.link.Programs.Outcome;
import org.moshpit.rendezvous.io.TlsKey;

/**
 * Join URLs without a pin: the certificate must verify by a CA this machine trusts, for the name in
 * the URL. This rendezvous presents a certificate of its own making, so one from a CA stands in
 * front of it, for the same key.
 */
class WebPkiTest {
  @TempDir static Path dir;
  private static Programs programs;
  private static TlsFront front;

  @BeforeAll
  static void start() throws Exception {
    programs = new Programs(dir);
    programs.startRendezvous();
    KeyPair key = TlsKey.of(Path.of(programs.rendezvousState()));
    front = new TlsFront(key, programs.port());
    keytool("ca", "-genkeypair", "-dname", "CN=Some CA", "-keyalg", "EC", "-ext", "bc:c");
    keytool("ca", "-exportcert", "-rfc", "-file", path("ca.pem"));
    front.save(dir.resolve("key.p12"), front.presented());
    keytool("key", "-certreq", "-file", path("key.csr"));
    keytool(
        "ca",
        "-gencert",
        "-infile",
        path("key.csr"),
        "-outfile",
        path("key.pem"),
        "-rfc",
        "-dname",
        "CN=a rendezvous",
        "-ext",
        "san=dns:localhost",
        "-ext",
        "eku=serverAuth");
    keytool("trusted", "-importcert", "-noprompt", "-file", path("ca.pem"));
    front.listen(certificate("key.pem"), certificate("ca.pem"));
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      if (front != null) {
        front.close();
      }
    } finally {
      programs.stop();
    }
  }

  private static String path(String file) {
    return dir.resolve(file).toString();
  }

  private static void keytool(String store, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("-keystore", path(store + ".p12"), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", "changeit", "-alias", "key"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static X509Certificate certificate(String file) throws Exception {
    byte[] pem = Files.readAllBytes(dir.resolve(file));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  /** A join URL as an operator would hand it out: without the pin, with the front's address. */
  private static String url(String name, String host) throws Exception {
    String pinned = programs.rendezvous("invite", "--name", name).out().strip();
    return "moshpit://"
        + host
        + ":"
        + front.port()
        + "/?"
        + pinned.replaceFirst(".*&(token=.*)", "$1");
  }

  private static Outcome trusting(String agent, String... words)
      throws IOException, InterruptedException {
    String store =
        "-Djavax.net.ssl.trustStorePassword=changeit -Djavax.net.ssl.trustStore="
            + path("trusted.p12");
    return programs.agent(Map.of("JDK_JAVA_OPTIONS", store), agent, words);
  }

  private static void refusedAsUntrusted(String agent, Outcome outcome) {
    assertThat(outcome.exit()).isEqualTo(12);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("certificate");
    assertThat(programs.config(agent).resolve("rendezvous")).doesNotExist();
  }

  @Test
  void aCertificateOfATrustedCaForTheNameIsEnough() throws Exception {
    Outcome enrolled = trusting("den", "enroll", url("den", "localhost"));
    assertThat(enrolled.exit()).as(enrolled.err()).isZero();
    assertThat(enrolled.out()).contains("Enrolled as den at localhost:" + front.port());
    assertThat(trusting("den", "list").exit()).isZero();
    assertThat(programs.rendezvous("agents").out()).contains("den");
  }

  @Test
  void forAnotherNameItIsNot() throws Exception {
    refusedAsUntrusted("ip", trusting("ip", "enroll", url("ip", "127.0.0.1")));
  }

  @Test
  void ofACaThatThisMachineDoesNotTrustNeither() throws Exception {
    refusedAsUntrusted("far", programs.agent("far", "enroll", url("far", "localhost")));
  }
}
