package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.deploy.documents.Scene.Place.LAPTOP;
import static org.moshpit.deploy.documents.Scene.Place.PERSON;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.time.Duration;
import java.util.List;
import org.moshpit.deploy.lab.Terminal;

/** A session, and what looks at it from either end. */
final class SessionSteps {
  private static final Duration LONG = Duration.ofSeconds(20);

  private SessionSteps() {}

  static List<Step> all() {
    return List.of(
        Step.of(SessionSteps::connect, "agent connect box"),
        Step.of(
            scene -> {
              scene.expect(LAPTOP, "agent list", "(?m)^box +online");
              scene.expect(ROOT, "rendezvous-server agents", "(?m)^box +both +online");
              scene.expect(ROOT, "agent status", "Logged in at the rendezvous");
              scene.expect(PERSON, "ssh-keygen -lf ~/.ssh/authorized_keys", "^256 SHA256:");
            },
            "agent list",
            "rendezvous-server agents",
            "agent status",
            "ssh-keygen -lf ~/.ssh/authorized_keys"),
        Step.of(SessionSteps::sessions, "agent sessions", "agent sessions --json"),
        Step.of(
            scene -> {
              for (String what :
                  List.of(
                      "agent status --watch",
                      "agent sessions --watch",
                      "rendezvous-server agents --watch")) {
                interrupted(scene.terminal(ROOT, what), "laptop");
              }
            },
            "agent status --watch",
            "agent sessions --watch",
            "rendezvous-server agents --watch"),
        Step.of(
            scene -> {
              interrupted(scene.terminal(LAPTOP, "agent ping box"), "box direct");
              String ping = "agent ping -c 5 box";
              Sample.of(ping).hasLinesLike(scene.expect(LAPTOP, ping, "5 round trips"));
            },
            "agent ping box",
            "agent ping -c 5 box"),
        Step.of(
            scene ->
                Sample.of("agent netcheck")
                    .beginsWithTheWordsOf(scene.expect(LAPTOP, "agent netcheck", "UDP")),
            "agent netcheck"),
        Step.of(
            // it says so on standard error
            scene -> assertThat(scene.run(LAPTOP, "nc -vz vps.example.net 3478").exit()).isZero(),
            "nc -vz vps.example.net 3478"),
        Step.of(SessionSteps::kill, "agent kill", "agent kill 5f01"),
        Step.of(
            scene ->
                scene.expect(LAPTOP, "agent forget box", "^Forgot box, whose host key was SHA"),
            "agent forget box"),
        Step.of(
            SessionSteps::killAllOfAKey,
            "agent connect --host-key SHA256:… box",
            "systemctl restart moshpit-agent",
            "agent kill --key SHA256:…"));
  }

  private static void connect(Scene scene) {
    scene.session = scene.terminal(LAPTOP, "agent connect box");
    scene.session.awaitText("SHA256:", LONG);
    assertThat(scene.session.screen().replace("\n", ""))
        .contains(scene.placeholders.fill("--host-key SHA256:…").replaceFirst(".* ", ""));
    scene.session.type("yes\n");
    echo(scene, "one");
  }

  private static void echo(Scene scene, String word) {
    scene.session.awaitText("demo@box", LONG);
    scene.session.type("echo over-$((40+2))-" + word + "\n");
    scene.session.awaitText("over-42-" + word, LONG);
  }

  private static void sessions(Scene scene) {
    String table = scene.expect(ROOT, "agent sessions", "(?m)^[0-9a-f]+ +demo +laptop +");
    Sample.of("agent sessions").hasTheHeadingsOf(table);
    String id =
        table.lines().skip(1).findFirst().orElseThrow().replaceFirst("^([0-9a-f]+).*", "$1");
    scene.placeholders.session(id.substring(0, 4));
    scene.expect(ROOT, "agent sessions --json", "\"id\" ?: ?\"" + id);
  }

  private static void interrupted(Terminal terminal, String shown) {
    terminal.awaitText(shown, LONG);
    terminal.press("C-c");
    assertThat(terminal.awaitExit(LONG)).isEqualTo(130);
    assertThat(terminal.leftBehind()).contains(shown);
  }

  private static void kill(Scene scene) {
    var alone = scene.run(ROOT, "agent kill");
    assertThat(alone.exit()).isEqualTo(2);
    assertThat(alone.err()).contains("name one session");
    scene.expect(ROOT, "agent kill 5f01", "is ended");
    scene.session.awaitText("the session on box is over: root ended it on the box", LONG);
  }

  private static void killAllOfAKey(Scene scene) {
    String listed = scene.root("ssh-keygen -lf /home/demo/.ssh/authorized_keys");
    scene.placeholders.userKey(listed.replaceFirst(".*(SHA256:\\S+).*", "$1"));
    scene.session = scene.terminal(LAPTOP, "agent connect --host-key SHA256:… box");
    echo(scene, "two");
    scene.expect(ROOT, "systemctl restart moshpit-agent", "");
    echo(scene, "three");
    scene.expect(ROOT, "agent kill --key SHA256:…", "is ended");
    scene.session.awaitExit(LONG);
    // beneath it stands that the agent of a person runs, which was started before
    assertThat(scene.root("agent sessions")).startsWith("No sessions.");
  }
}
