package org.moshpit.deploy.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page in roff, with the macros of man(7). */
final class ManPage {
  private final StringBuilder text = new StringBuilder();
  private final CommandSpec spec;
  private final CommandSpec program;
  private final Facts facts;

  /**
   * What the commands do not say themselves.
   *
   * @param exits exit codes and what they mean
   * @param files paths and what is there
   * @param environment variables and what they do
   * @param also other manual pages
   */
  record Facts(
      List<String[]> exits, List<String[]> files, List<String[]> environment, List<String> also) {}

  private ManPage(CommandSpec spec, CommandSpec program, Facts facts) {
    this.spec = spec;
    this.program = program;
    this.facts = facts;
  }

  /** Of the program itself, or of one of its commands. */
  static String of(CommandSpec spec, CommandSpec program, Facts facts) {
    return new ManPage(spec, program, facts).page();
  }

  private String page() {
    String page = Commands.page(spec);
    text.append(".\\\" Made from what the command says of itself: do not edit.\n");
    line(".TH " + quoted(page.toUpperCase(Locale.ROOT)) + " 1 \"\" Moshpit \"User Commands\"");
    line(".SH NAME");
    String brief = Commands.brief(spec.usageMessage().description());
    line(
        escaped(page)
            + " \\- "
            + escaped(brief.substring(0, 1).toLowerCase(Locale.ROOT) + brief.substring(1)));
    line(".SH SYNOPSIS");
    synopsis();
    line(".SH DESCRIPTION");
    for (String paragraph : spec.usageMessage().description()) {
      line(escaped(paragraph));
    }
    if (spec == program) {
      commands();
    }
    parameters();
    options();
    examples();
    if (spec == program) {
      list("EXIT STATUS", facts.exits());
      list("FILES", facts.files());
      list("ENVIRONMENT", facts.environment());
    }
    seeAlso();
    return text.toString();
  }

  private void synopsis() {
    line(".B " + escaped(spec.qualifiedName(" ")));
    StringBuilder words = new StringBuilder("[\\fIOPTION\\fR]\\&.\\|.\\|.");
    if (spec == program) {
      words.append(" \\fICOMMAND\\fR");
    }
    List<PositionalParamSpec> parameters = spec.positionalParameters();
    for (PositionalParamSpec parameter : parameters) {
      boolean optional = parameter.arity().min() == 0;
      String word = "\\fI" + escaped(parameter.paramLabel()) + "\\fR";
      if (parameter.index().isUnspecified() || parameter.index().max() > 10) {
        word = "[\\-\\-] " + word + "\\&.\\|.\\|.";
        optional = true;
      }
      words.append(' ').append(optional ? "[" + word + "]" : word);
    }
    line(words.toString());
  }

  private void commands() {
    line(".SH COMMANDS");
    for (CommandLine command : program.subcommands().values()) {
      line(".TP");
      line(".B " + escaped(command.getCommandName()));
      line(escaped(Commands.brief(command.getCommandSpec().usageMessage().description())) + ".");
    }
  }

  private void parameters() {
    if (spec.positionalParameters().isEmpty()) {
      return;
    }
    line(".SH ARGUMENTS");
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      line(".TP");
      line(".I " + quoted(parameter.paramLabel()));
      line(escaped(String.join(" ", parameter.description())));
    }
  }

  private void options() {
    line(".SH OPTIONS");
    for (OptionSpec option : Commands.options(spec)) {
      line(".TP");
      List<String> names = new ArrayList<>();
      for (String name : option.names()) {
        String value =
            !Commands.takesValue(option)
                ? ""
                : (name.startsWith("--") ? "=" : " ")
                    + "\\fI"
                    + escaped(option.paramLabel())
                    + "\\fR";
        names.add("\\fB" + escaped(name) + "\\fR" + value);
      }
      line(String.join(", ", names));
      line(escaped(String.join(" ", option.description())));
    }
  }

  private void examples() {
    List<String> lines = List.of(spec.usageMessage().footer());
    if (lines.isEmpty()) {
      return;
    }
    line(".SH EXAMPLES");
    boolean literal = false;
    boolean first = true;
    for (String one : lines) {
      if (one.isEmpty() || one.startsWith("Example")) {
        continue;
      }
      if (one.startsWith("  ") != literal) {
        literal = !literal;
        line(literal ? (first ? "" : ".PP\n") + ".nf\n.RS 4" : ".RE\n.fi\n.PP");
      }
      first = false;
      line(escaped(one.strip()));
    }
    if (literal) {
      line(".RE\n.fi");
    }
  }

  private void list(String heading, List<String[]> entries) {
    line(".SH " + quoted(heading));
    for (String[] entry : entries) {
      line(".TP");
      line(".B " + quoted(entry[0]));
      line(escaped(entry[1]));
    }
  }

  private void seeAlso() {
    line(".SH " + quoted("SEE ALSO"));
    List<String> pages = new ArrayList<>();
    if (spec == program) {
      program.subcommands().values().stream()
          .map(CommandLine::getCommandSpec)
          .filter(Commands::hasPage)
          .forEach(command -> pages.add(Commands.page(command)));
    } else {
      pages.add(Commands.page(program));
    }
    pages.addAll(facts.also());
    for (int i = 0; i < pages.size(); i++) {
      line(".BR " + escaped(pages.get(i)) + " (1)" + (i < pages.size() - 1 ? "," : ""));
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** One argument of a macro. */
  private static String quoted(String words) {
    return '"' + escaped(words).replace("\"", "\\(dq") + '"';
  }

  /** As text: hyphens that can be copied, nothing taken for a request (groff_man_style(7)). */
  private static String escaped(String words) {
    String safe =
        words
            .replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("^", "\\(ha")
            .replace("~", "\\(ti")
            .replace("`", "\\(ga")
            .replace("'", "\\(aq")
            .replace("…", "\\&.\\|.\\|.");
    return safe.startsWith(".") ? "\\&" + safe : safe;
  }
}
