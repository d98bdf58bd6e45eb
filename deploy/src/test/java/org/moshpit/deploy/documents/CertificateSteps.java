package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.deploy.documents.Scene.Place.LAPTOP;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.util.List;

/**
 * What is done with keys and certificates by openssl, which the laptop has, and then as root. Only
 * places of files differ from the documents'.
 */
final class CertificateSteps {
  private static final String CONVERT = "openssl pkey -in OLD -out NEW";
  private static final String GIVE_UP = "sed -i 's|^pins=.*|pins=|' rendezvous";
  private static final String SHOW =
      "openssl s_client -connect vps.example.net:3478 -alpn moshpit/1";
  private static final String REQUEST =
      "openssl req -new -key /var/lib/moshpit-rendezvous/tls_key.pem -subj /"
          + " -addext subjectAltName=DNS:vps.example.net -out request.pem";
  private static final String PUT =
      "setsid -w runuser -u moshpit-rendezvous -- sh -c 'umask 077; cat > \"$1\"' sh"
          + " /var/lib/moshpit-rendezvous/certificate.pem < fullchain.pem";
  private static final String KEYTOOL = "/usr/lib/moshpit-rendezvous/runtime/bin/keytool";
  private static final String STORE =
      KEYTOOL
          + " -importcert -noprompt -storetype JKS -storepass changeit"
          + " -alias ca -file ca.pem -keystore /etc/moshpit/ca.jks";
  private static final String MOVE = "sed -i 's|^host=.*|host=198.51.100.7:3478|' rendezvous";
  private static final String TIDY = "rm fullchain.pem";

  private CertificateSteps() {}

  static List<Step> all() {
    return List.of(
        Step.of(
            scene ->
                assertThat(
                        onLaptop(
                            scene,
                            "openssl ecparam -genkey -name prime256v1 -noout -out OLD",
                            scene.typed(CONVERT),
                            "cat NEW"))
                    .startsWith("-----BEGIN PRIVATE KEY-----"),
            CONVERT),
        edited(GIVE_UP, "pins="),
        edited(MOVE, "host=198[.]51[.]100[.]7:3478"),
        Step.of(
            scene -> {
              String own = " -alias ca -keystore own -storepass changeit";
              scene.root(
                  "cd $(mktemp -d); "
                      + (KEYTOOL + " -genkeypair -keyalg EC -dname CN=ca" + own + "; ")
                      + (KEYTOOL + " -exportcert -rfc -file ca.pem" + own + "; ")
                      + scene.typed(STORE));
              // without its password, as Java opens it
              assertThat(scene.root("echo | " + KEYTOOL + " -list -keystore /etc/moshpit/ca.jks"))
                  .contains("trustedCertEntry");
              scene.root("rm /etc/moshpit/ca.jks");
            },
            STORE),
        Step.of(scene -> scene.expect(LAPTOP, SHOW, "ALPN protocol: moshpit/1"), SHOW),
        Step.of(
            scene ->
                assertThat(
                        onLaptop(
                            scene,
                            "openssl ecparam -genkey -name prime256v1 -noout -out tls_key.pem",
                            scene.typed(REQUEST).replace("/var/lib/moshpit-rendezvous/", ""),
                            "openssl req -in request.pem -noout -text -verify"))
                    .contains("DNS:vps.example.net"),
            REQUEST),
        Step.of(
            scene -> {
              scene.root("cd /tmp; echo a chain > fullchain.pem");
              scene.root("cd /tmp; " + scene.typed(PUT) + "; " + scene.typed(TIDY));
              assertThat(scene.root("stat -c '%U %a' /var/lib/moshpit-rendezvous/certificate.pem"))
                  .startsWith("moshpit-rendezvous 600");
              assertThat(scene.root("ls /tmp")).doesNotContain("fullchain");
            },
            PUT,
            TIDY),
        Step.of(
            scene -> scene.expect(ROOT, "systemctl reload moshpit-rendezvous", ""),
            "systemctl reload moshpit-rendezvous"));
  }

  /** A command that changes the file of an agent's rendezvous, and a line of it afterwards. */
  private static Step edited(String command, String line) {
    return Step.of(
        scene ->
            assertThat(
                    onLaptop(
                        scene,
                        "cp ~/.config/moshpit/rendezvous .",
                        scene.typed(command),
                        "cat rendezvous"))
                .containsPattern("(?m)^" + line + "$"),
        command);
  }

  private static String onLaptop(Scene scene, String... lines) {
    return scene.script(LAPTOP, "", "cd $(mktemp -d)\n" + String.join("\n", lines)).orFail();
  }
}
