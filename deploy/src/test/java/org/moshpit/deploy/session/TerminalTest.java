package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Terminal;

/** What a person does in a terminal, through two NATs. */
@Tag("lab")
class TerminalTest {
  private static Lab lab;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("home", "cgnat");
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void resizeReachesTheRemoteProgram() {
    try (Session session = Session.open(lab).awaitPrompt()) {
      session.terminal().type("stty size\n");
      session.terminal().awaitText("24 80");
      session.terminal().resize(132, 40);
      session.terminal().type("until [ \"$(stty size)\" = '40 132' ]; do :; done; stty size\n");
      session.terminal().awaitText("40 132\n");
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void controlCInterruptsTheRemoteProgramOnly() {
    try (Session session = Session.open(lab).awaitPrompt()) {
      // the shell's own line editing is over once it runs a command: only then is Enter a line's
      // end
      session.terminal().type("echo be$((1+1))gun; cat; echo status=$?\n");
      session.terminal().awaitText("be2gun");
      session.terminal().type("typed\n");
      // what the terminal throws away mosh-client may have shown already, beside what comes next
      session.terminal().awaitText("typed\ntyped");
      session.terminal().press("C-c");
      // until the program is gone the terminal throws away what is typed
      await()
          .untilAsserted(
              () -> assertThat(session.terminal().screen()).containsPattern("\\^C\\s+demo@box:"));
      session.expectEcho();
      session.terminal().type("(exit $((100+30))); echo \"after=$?\"\n");
      session.terminal().awaitText("after=130");
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void suspendsToTheLocalShellAndComesBack() {
    try (Terminal terminal = lab.laptop().terminal("bash", "--norc", "-i")) {
      terminal.awaitText("$");
      terminal.type("PS1='local> '\n");
      terminal.awaitText("\nlocal>");
      terminal.type("agent connect --host-key " + lab.hostKey("box") + " box\n");
      terminal.awaitText("demo@box", Duration.ofSeconds(20));
      terminal.press("C-^", "C-z");
      terminal.awaitText("Stopped");
      assertThat(terminal.alternateScreen()).isFalse();
      terminal.type("echo here-$((1+1))\n");
      terminal.awaitText("here-2");
      terminal.type("fg\n");
      terminal.awaitText("demo@box");
      terminal.type("echo there-$((1+2))\n");
      terminal.awaitText("there-3");
      terminal.type("exit\n");
      terminal.awaitText("mosh is exiting");
      terminal.type("echo status=$?\n");
      terminal.awaitText("status=0");
    }
  }

  @Test
  void carriesWideAndCombiningCharactersBothWays() {
    try (Session session = Session.open(lab).awaitPrompt()) {
      session.terminal().type("x='äöü ß 日本語 🙂'; echo \"<$x>\" ${#x}\n");
      session.terminal().awaitText("<äöü ß 日本語 🙂> 11");
      session.terminal().type("locale charmap\n");
      session.terminal().awaitText("UTF-8");
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void aBurstOfLinesEndsOnItsLastScreen() {
    try (Session session = Session.open(lab).awaitPrompt()) {
      session.terminal().type("for i in $(seq 200); do echo line $i of burst; done\n");
      session.terminal().awaitText("line 200 of burst");
      assertThat(session.terminal().screen()).contains("line 180 of burst\nline 181 of burst\n");
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void aScreenProgramDrawsEditsAndLeaves() {
    try (Session session = Session.open(lab).awaitPrompt()) {
      Terminal terminal = session.terminal();
      terminal.type("vim -u NONE -N note.txt\n");
      terminal.awaitText("\"note.txt\"");
      terminal.type("ihello from far away");
      terminal.press("Escape");
      terminal.awaitText("hello from far away");
      terminal.type(":wq\n");
      // what is typed while vim leaves would be lost
      terminal.awaitText("written\ndemo@box");
      terminal.type("clear; wc -w note.txt\n");
      terminal.awaitText("4 note.txt");
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void aCommandRunsAsTheArgvItWasGiven() {
    try (Session session =
        Session.openCommand(
            lab, "sh", "-c", "printf '<%s>' \"$@\"; read line", "name", "two words", "$HOME *")) {
      session.terminal().awaitText("<two words><$HOME *>", Duration.ofSeconds(20));
      session.terminal().type("\n");
      assertThat(session.terminal().awaitExit(Duration.ofSeconds(15))).isZero();
    }
  }
}
