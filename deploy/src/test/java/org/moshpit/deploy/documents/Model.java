package org.moshpit.deploy.documents;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** What the two programs themselves say to a command line, without running it. */
final class Model {
  private Model() {}

  private static Optional<CommandLine> of(List<String> words) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    return switch (words.get(0)) {
      case "agent" -> Optional.of(org.moshpit.agent.cli.CommandModel.all());
      case "rendezvous-server" -> Optional.of(org.moshpit.rendezvous.cli.Main.commandLine());
      default -> Optional.empty();
    };
  }

  /** Why the program would refuse these words; empty if it would not, or is none of ours. */
  static Optional<String> fault(List<String> words) {
    return refusal(words).map(Exception::getMessage);
  }

  /**
   * Whether something that must follow is missing: in a sentence, that names a command and is none.
   */
  static boolean incomplete(List<String> words) {
    return refusal(words)
        .filter(CommandLine.MissingParameterException.class::isInstance)
        .isPresent();
  }

  private static Optional<CommandLine.ParameterException> refusal(List<String> words) {
    Optional<CommandLine> program = of(words);
    if (program.isPresent()) {
      try {
        program.get().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
      } catch (CommandLine.ParameterException e) {
        return Optional.of(e);
      }
    }
    return Optional.empty();
  }
}
