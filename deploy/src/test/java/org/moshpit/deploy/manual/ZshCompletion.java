package org.moshpit.deploy.manual;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for zsh's compsys. */
final class ZshCompletion {
  private static final String SCRIPT =
      """
      #compdef PROGRAM
      # Made from what the command says of itself: do not edit.

      # The boxes this laptop has been on; nothing is asked of the network.
      _FUNCTION_boxes() {
        local dir=${MOSHPIT_CONFIG_DIR:-${XDG_CONFIG_HOME:-$HOME/.config}/moshpit}
        ((EUID == 0)) && dir=${MOSHPIT_CONFIG_DIR:-/etc/moshpit}
        local -a boxes
        boxes=(${(f)"$(sed -n 's/^\\([a-z0-9-]*\\)@.*/\\1/p' $dir/known_boxes 2> /dev/null)"})
        compset -P '*@'
        compadd -a boxes
      }

      _FUNCTION_commands() {
        local -a commands
        commands=(
      COMMANDS  )
        _describe -t commands command commands
      }

      _FUNCTION() {
        local curcontext=$curcontext state line
        _arguments -C -S \\
      SHARED    '1:command:_FUNCTION_commands' \\
          '*::argument:->arguments'
        [[ $state == arguments ]] || return
        case $words[1] in
      ARMS  esac
      }

      _FUNCTION "$@"
      """;

  private ZshCompletion() {}

  static String of(CommandSpec program) {
    StringBuilder commands = new StringBuilder();
    StringBuilder arms = new StringBuilder();
    for (CommandSpec spec : Commands.of(program.commandLine())) {
      if (spec == program) {
        continue;
      }
      commands
          .append("    '")
          .append(spec.name())
          .append(':')
          .append(plain(Commands.brief(spec.usageMessage().description())))
          .append("'\n");
      arms.append("    ").append(spec.name()).append(")\n      _arguments -S");
      for (String line : lines(spec)) {
        arms.append(" \\\n        ").append(line);
      }
      arms.append("\n      ;;\n");
    }
    StringBuilder shared = new StringBuilder();
    for (OptionSpec option : Commands.options(program)) {
      shared.append("    ").append(option(option)).append(" \\\n");
    }
    return SCRIPT
        .replace("COMMANDS", commands)
        .replace("SHARED", shared)
        .replace("ARMS", arms)
        .replace("FUNCTION", program.name().replace('-', '_'))
        .replace("PROGRAM", program.name());
  }

  private static List<String> lines(CommandSpec spec) {
    List<String> lines = new ArrayList<>();
    Commands.options(spec).forEach(option -> lines.add(option(option)));
    if (!spec.positionalParameters().isEmpty()) {
      PositionalParamSpec first = spec.positionalParameters().get(0);
      lines.add(
          "'1:" + label(first.paramLabel()) + ":" + action(spec, Commands.value(first)) + "'");
    }
    return lines;
  }

  private static String option(OptionSpec option) {
    String[] names = option.names();
    String about = "[" + plain(String.join(" ", option.description())) + "]";
    String value = "";
    if (Commands.takesValue(option)) {
      String action =
          Commands.words(option).isEmpty()
              ? action(option.command(), Commands.value(option))
              : "(" + String.join(" ", Commands.words(option)) + ")";
      value = ":" + label(option.paramLabel()) + ":" + action;
    }
    String once = option.isMultiValue() ? "'*'" : "'(" + String.join(" ", names) + ")'";
    List<String> spelt = new ArrayList<>();
    for (String name : names) {
      spelt.add(name + (Commands.takesValue(option) && name.startsWith("--") ? "=" : ""));
    }
    return once
        + (spelt.size() == 1
            ? "'" + spelt.get(0) + about + value + "'"
            : "{" + String.join(",", spelt) + "}'" + about + value + "'");
  }

  private static String action(CommandSpec spec, Commands.Value value) {
    String function = "_" + spec.root().name().replace('-', '_');
    return switch (value) {
      case FILE -> "_files";
      case DIRECTORY -> "_files -/";
      case BOX -> function + "_boxes";
      case COMMAND -> function + "_commands";
      default -> " ";
    };
  }

  /** Words within single quotes, brackets and colons. */
  private static String plain(String words) {
    return words.replace("'", "'\\''").replace(":", "\\:").replace("[", "\\[").replace("]", "\\]");
  }

  private static String label(String label) {
    return label.replaceAll("[\\[\\]:|'…]", " ").strip();
  }
}
