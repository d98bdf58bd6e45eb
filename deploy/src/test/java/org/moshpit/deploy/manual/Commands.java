package org.moshpit.deploy.manual;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What manual pages and completions need to know of a program. */
final class Commands {
  private Commands() {}

  /** The program and its commands, in the order of its help. */
  static List<CommandSpec> of(CommandLine program) {
    List<CommandSpec> all = new ArrayList<>();
    all.add(program.getCommandSpec());
    program.getSubcommands().values().forEach(line -> all.add(line.getCommandSpec()));
    return all;
  }

  /** Whether there is a page of it: of what only shows others there is none. */
  static boolean hasPage(CommandSpec spec) {
    return !spec.name().equals("help");
  }

  /** {@code agent-connect}. */
  static String page(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  /** In the order of the help. */
  static List<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream().filter(option -> !option.hidden()).toList();
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  /** The words a value can be, if its label names them: {@code auto|only|never}. */
  static List<String> words(ArgSpec arg) {
    String label = arg.paramLabel();
    return label.matches("[a-z]+(\\|[a-z]+)+") ? List.of(label.split("\\|")) : List.of();
  }

  /** What a value is, for a shell to complete. */
  enum Value {
    /** One of {@link #words}. */
    WORDS,
    FILE,
    DIRECTORY,
    /** A box. */
    BOX,
    /** A command of the program's own. */
    COMMAND,
    ANY
  }

  static Value value(ArgSpec arg) {
    if (!words(arg).isEmpty()) {
      return Value.WORDS;
    }
    return switch (arg.paramLabel()) {
      case "FILE", "PROGRAM" -> Value.FILE;
      case "DIR" -> Value.DIRECTORY;
      case "[user@]NAME" -> Value.BOX;
      case "COMMAND" -> arg.command().name().equals("help") ? Value.COMMAND : Value.ANY;
      default -> Value.ANY;
    };
  }

  /** The first argument that is no option, if there is one. */
  static Value first(CommandSpec spec) {
    return spec.positionalParameters().isEmpty()
        ? Value.ANY
        : value(spec.positionalParameters().get(0));
  }

  /** The program's commands without their options. */
  static Set<String> names(CommandSpec program) {
    return new LinkedHashSet<>(program.subcommands().keySet());
  }

  /** The first sentence of what it is, without its full stop. */
  static String brief(String... description) {
    String text = String.join(" ", description);
    int end = text.indexOf(". ");
    String first = end < 0 ? text : text.substring(0, end);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }
}
