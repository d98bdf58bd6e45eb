package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.util.List;

/** An agent that may not come back, and packages that go. */
final class EndSteps {
  private static final String REMOVE = "sudo apt remove moshpit-agent moshpit-rendezvous";
  private static final String PURGE = "sudo apt purge moshpit-agent moshpit-rendezvous";

  private EndSteps() {}

  static List<Step> all() {
    return List.of(
        Step.of(
            scene -> {
              scene.expect(ROOT, "rendezvous-server revoke NAME", "");
              assertThat(scene.root("rendezvous-server agents"))
                  .contains("box")
                  .doesNotContain("den");
            },
            "rendezvous-server revoke NAME"),
        Step.of(
            scene -> {
              scene.expect(ROOT, "y\n", REMOVE, "");
              scene.root("test -e /etc/moshpit/agent.conf -a -e /var/lib/moshpit-rendezvous");
              scene.root("! command -v agent && ! command -v rendezvous-server");
            },
            REMOVE),
        Step.of(
            scene -> {
              scene.expect(ROOT, "y\n", PURGE, "");
              // the token was put there by whoever followed the documents
              assertThat(scene.root("ls -A /etc/moshpit").strip()).isEqualTo("page-token");
              scene.root("test ! -e /var/lib/moshpit -a ! -e /var/lib/moshpit-rendezvous");
              scene.root("! getent passwd moshpit-rendezvous");
              scene.root("test -d /home/demo/.config/moshpit");
            },
            PURGE));
  }
}
