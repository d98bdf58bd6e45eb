package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Shell;

/** What is a command in a document, and what is none. */
class ExtractorTest {
  private static List<Documented> commands(String text) {
    return new Extractor(Shell.repository()).commands("a.md", new Markdown(text));
  }

  private static List<String> texts(String text) {
    return commands(text).stream().map(Documented::text).toList();
  }

  @Test
  void inAShBlockEachLineIsOneAndCommentsAreDropped() {
    assertThat(texts("```sh\nagent list   # on the laptop\n\n# all\necho '# no' $#\n```\n"))
        .containsExactly("agent list", "echo '# no' $#");
  }

  @Test
  void aLineThatEndsInAPipeOrABackslashGoesOn() {
    List<Documented> found = commands("text\n```sh\nfirst\na | # one\n  b \\\n  c\nlast\n```\n");
    assertThat(found.stream().map(Documented::text)).containsExactly("first", "a | b c", "last");
    assertThat(found.stream().map(Documented::line)).containsExactly(3, 4, 7);
  }

  @Test
  void inAConsoleBlockWhatFollowsThePromptIsOneAndTheRestIsPrinted() {
    List<Documented> found = commands("```console\n$ a   # why\n# b\nc\n$ d\n```\n");
    assertThat(found.stream().map(Documented::text)).containsExactly("a", "d");
    assertThat(found.get(0).sample()).containsExactly("# b", "c");
    assertThat(found.get(1).sample()).isEmpty();
    assertThatThrownBy(() -> commands("```console\nno prompt\n```\n"))
        .hasMessageContaining("a.md:2");
  }

  @Test
  void otherBlocksHaveNone() {
    assertThat(texts("```text\nagent list\n```\n```yaml\nagent: run\n```\n")).isEmpty();
  }

  @Test
  void inASentenceItBeginsWithAProgramAndMoreFollows() {
    assertThat(
            texts(
                """
                `agent` `agent list` `sudo agent enroll -` `MOSHPIT_X=1 agent run` `agent.conf`
                `agent status` of `loginctl
                enable-linger` and `systemctl`; `listed by agent` `deploy/target/x` `deploy/demo`
                `deploy/image/Containerfile` `deploy/bench/nothing`
                """))
        .containsExactly(
            "agent list",
            "sudo agent enroll -",
            "MOSHPIT_X=1 agent run",
            "agent status",
            "loginctl enable-linger",
            "deploy/demo",
            "deploy/bench/nothing");
  }

  /** Only there: in a block it is a mistake. */
  @Test
  void inASentenceOneThatNeedsMoreIsOnlyNamed() {
    assertThat(texts("`agent connect` `agent kill --key` `rendezvous-server revoke`")).isEmpty();
    assertThat(texts("```sh\nagent connect\n```\n")).containsExactly("agent connect");
    assertThat(Model.fault(List.of("agent", "connect"))).isPresent();
  }

  @Test
  void anOptionThatIsNotThereIsAFault() {
    assertThat(Model.fault(List.of("agent", "list", "--jason")))
        .hasValueSatisfying(fault -> assertThat(fault).contains("--jason"));
    assertThat(Model.fault(List.of("agent", "lists"))).isPresent();
    assertThat(Model.fault(List.of("agent", "list", "--json"))).isEmpty();
  }

  @Test
  void anchorsAreAsGithubMakesThem() {
    assertThat(
            new Markdown("# Keys & locks\n## `agent connect` ends at once\n## [A](b.md)\n## A\n")
                .anchors())
        .containsExactlyInAnyOrder("keys--locks", "agent-connect-ends-at-once", "a", "a-1");
  }

  @Test
  void linksInCodeAndToOtherSitesAreNone() {
    assertThat(
            new Markdown("`[a](b)` [c](d.md#e) [f](https://g.example)\n```text\n[h](i)\n```\n")
                .links())
        .containsExactly(new Markdown.Span(1, "d.md#e"));
  }
}
