package org.moshpit.deploy.manual;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish. */
final class FishCompletion {
  private static final String HEAD =
      """
      # fish completion for PROGRAM. Made from what the command says of itself: do not edit.

      # The boxes this laptop has been on; nothing is asked of the network.
      function __FUNCTION_boxes
          set -l dir $HOME/.config/moshpit
          set -q XDG_CONFIG_HOME; and set dir $XDG_CONFIG_HOME/moshpit
          test (id -u) = 0; and set dir /etc/moshpit
          set -q MOSHPIT_CONFIG_DIR; and set dir $MOSHPIT_CONFIG_DIR
          set -l user (string match -r '^.*@' -- (commandline -ct))
          test -r $dir/known_boxes; and string replace -rf '^([a-z0-9-]+)@.*' "$user\\$1" <$dir/known_boxes
      end

      complete -c PROGRAM -f
      """;

  private FishCompletion() {}

  static String of(CommandSpec program) {
    StringBuilder text = new StringBuilder(HEAD);
    for (CommandSpec spec : Commands.of(program.commandLine())) {
      String when =
          spec == program ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + spec.name();
      String start = "complete -c PROGRAM -n '" + when + "'";
      if (spec != program) {
        text.append("complete -c PROGRAM -n '__fish_use_subcommand' -a ")
            .append(spec.name())
            .append(" -d ")
            .append(quoted(Commands.brief(spec.usageMessage().description())))
            .append('\n');
        String first =
            switch (Commands.first(spec)) {
              case BOX -> " -a '(__FUNCTION_boxes)'";
              case COMMAND -> " -a '" + String.join(" ", Commands.names(program)) + "'";
              case FILE -> " -F";
              default -> "";
            };
        text.append(first.isEmpty() ? "" : start + first + "\n");
      }
      for (OptionSpec option : Commands.options(spec)) {
        text.append(start).append(option(option)).append('\n');
      }
    }
    return text.toString()
        .replace("FUNCTION", program.name().replace('-', '_'))
        .replace("PROGRAM", program.name());
  }

  private static String option(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (Commands.takesValue(option)) {
      text.append(
          switch (Commands.value(option)) {
            case WORDS -> " -x -a '" + String.join(" ", Commands.words(option)) + "'";
            case FILE -> " -r -F";
            case DIRECTORY -> " -x -a '(__fish_complete_directories)'";
            default -> " -x";
          });
    }
    return text + " -d " + quoted(String.join(" ", option.description()));
  }

  private static String quoted(String words) {
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
