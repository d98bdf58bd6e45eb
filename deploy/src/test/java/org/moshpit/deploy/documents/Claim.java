package org.moshpit.deploy.documents;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who sees to it that a command does what the document says.
 *
 * @param at the line of Java that says so
 */
record Claim(String at, String command) {
  static List<Claim> all() {
    return Stream.of(
            Steps.all().stream()
                .flatMap(step -> step.commands().stream().map(c -> new Claim(step.at(), c))),
            Rehearsal.all().stream().map(r -> new Claim(r.at(), r.command())),
            Elsewhere.all().stream().map(e -> new Claim(e.at(), e.command())))
        .flatMap(claims -> claims)
        .toList();
  }

  /** The line that calls the method that asks. */
  static String caller() {
    return StackWalker.getInstance()
        .walk(frames -> frames.skip(2).findFirst().orElseThrow().toStackTraceElement())
        .toString()
        .replaceFirst("^.*\\((.*)\\)$", "$1");
  }
}
