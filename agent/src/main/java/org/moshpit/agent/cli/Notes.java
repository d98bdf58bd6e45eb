package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.util.List;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.text.Screen;
import picocli.CommandLine.Model.CommandSpec;

/** What is to be known of an answer beside what was asked for: whole sentences. */
final class Notes {
  private Notes() {}

  /** Beneath what people read. */
  static String beneath(List<String> notes, Screen screen) {
    StringBuilder text = new StringBuilder();
    notes.forEach(note -> text.append(screen.wrapped(note)));
    return text.toString();
  }

  /** On stderr, beside what programs read. */
  static void print(List<String> notes, CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    notes.forEach(note -> err.println("agent: " + PlainText.marked(Sentences.continued(note))));
    err.flush();
  }
}
