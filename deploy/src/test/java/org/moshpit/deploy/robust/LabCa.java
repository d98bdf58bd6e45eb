package org.moshpit.deploy.robust;

import java.nio.file.Path;
import java.util.List;
import org.moshpit.deploy.lab.Shell;

/** A CA made with openssl, certificates of it, and what agents trust it by. */
final class LabCa {
  private final Path directory;

  /** Makes it, and its trust store, in that directory. */
  LabCa(Path directory) {
    this.directory = directory;
    sh(
        "mkdir -p %1$s; cd %1$s;"
            + " openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
            + " -keyout ca.key -out ca.pem -subj '/CN=Lab CA' -days 30;"
            + " keytool -importcert -noprompt -alias ca -file ca.pem -keystore trust.p12"
            + " -storetype PKCS12 -storepass changeit",
        directory);
  }

  static String sh(String script, Object... arguments) {
    String filled = String.format(script, arguments);
    return Shell.run(List.of("sh", "-euc", "umask 077; " + filled), "").orFail().strip();
  }

  /** Options of a Java that trusts this CA and no other. */
  String trust() {
    return "-Djavax.net.ssl.trustStorePassword=changeit -Djavax.net.ssl.trustStore="
        + directory.resolve("trust.p12");
  }

  /**
   * Makes a key.
   *
   * @param kind as openssl's genpkey takes it: {@code RSA}, {@code EC -pkeyopt …}
   */
  static void key(Path file, String kind) {
    sh("openssl genpkey -algorithm %2$s -out %1$s.new && mv %1$s.new %1$s", file, kind);
  }

  /**
   * Makes a certificate, put whole into its file.
   *
   * @param days how long it is good; negative: how long it has not been
   */
  void certificate(Path key, Path chain, String name, int days) {
    sh(
        "cd %1$s; printf 'subjectAltName=%4$s' > ext;"
            + " openssl req -new -key %2$s -subj '/CN=a rendezvous' -out csr.pem;"
            + " openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial"
            + " -days %5$d -extfile ext -out leaf.pem;"
            + " cat leaf.pem ca.pem > %3$s.new && mv %3$s.new %3$s",
        directory, key, chain, name, days);
  }

  /** As docs/operations.md computes it. */
  static String pin(Path key) {
    return sh(
        "echo sha256:$(openssl pkey -in %s -pubout -outform DER | openssl dgst -sha256 -binary"
            + " | openssl base64 | tr '+/' '-_' | tr -d =)",
        key);
  }
}
