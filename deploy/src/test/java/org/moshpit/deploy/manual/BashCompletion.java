package org.moshpit.deploy.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for bash, without the bash-completion package. */
final class BashCompletion {
  private static final String SCRIPT =
      """
      # bash completion for PROGRAM. Made from what the command says of itself: do not edit.
      _FUNCTION() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        local command= options= valued= first= words= value= user= args=0 i
        COMPREPLY=()
        # bash takes --option=value apart at = and user@name at @
        [[ $cur == '=' || $cur == '@' ]] && prev=$cur cur=
        [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD - 1 - (${#cur} > 0)]}
        _FUNCTION_command
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            --) return ;;
            -*)
              if [[ " $valued " == *" ${COMP_WORDS[i]} "* ]]; then
                ((i++))
                [[ ${COMP_WORDS[i]} == '=' ]] && ((i++))
              fi
              ;;
            '=') ;;
            *)
              if [[ -z $command ]]; then
                command=${COMP_WORDS[i]}
                _FUNCTION_command
              else
                ((args++))
              fi
              ;;
          esac
        done
        if [[ " $valued " == *" $prev "* ]]; then
          value=any
          _FUNCTION_value
        elif [[ $cur == -* ]]; then
          words=$options
        elif [[ -z $command ]]; then
          words='COMMANDS'
        elif [[ $prev == '@' || $args == 0 ]]; then
          value=$first
        fi
        case $value in
          file) compopt -o filenames 2> /dev/null && COMPREPLY=($(compgen -f -- "$cur")) ;;
          directory) compopt -o filenames 2> /dev/null && COMPREPLY=($(compgen -d -- "$cur")) ;;
          box)
            words=$(_FUNCTION_boxes)
            # unless it is told not to, as by the package bash-completion
            [[ $cur == *@* ]] && user=${cur%@*}@ cur=${cur##*@}
            ;;
          command) words='COMMANDS' ;;
        esac
        [[ -n $words ]] && COMPREPLY=($(compgen -P "$user" -W "$words" -- "$cur"))
        return 0
      }

      # The boxes this laptop has been on; nothing is asked of the network.
      _FUNCTION_boxes() {
        local dir=${MOSHPIT_CONFIG_DIR:-${XDG_CONFIG_HOME:-$HOME/.config}/moshpit}
        ((EUID == 0)) && dir=${MOSHPIT_CONFIG_DIR:-/etc/moshpit}
        sed -n 's/^\\([a-z0-9-]*\\)@.*/\\1/p' "$dir/known_boxes" 2> /dev/null
      }

      # What a command takes: sets options, valued and first of the caller.
      _FUNCTION_command() {
        case $command in
      ARMS  esac
      }

      # What the value of $prev can be: sets words or value of the caller.
      _FUNCTION_value() {
        case "$command $prev" in
      VALUES  esac
      }
      complete -F _FUNCTION PROGRAM
      """;

  private BashCompletion() {}

  static String of(CommandSpec program) {
    StringBuilder arms = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (CommandSpec spec : Commands.of(program.commandLine())) {
      String command = spec == program ? "''" : spec.name();
      List<OptionSpec> options = Commands.options(spec);
      arms.append("    ").append(command).append(")\n");
      arms.append("      options='").append(names(options)).append("'\n");
      arms.append("      valued='")
          .append(names(options.stream().filter(Commands::takesValue).toList()))
          .append("'\n");
      if (spec != program) {
        arms.append("      first=").append(word(Commands.first(spec))).append("\n");
      }
      arms.append("      ;;\n");
      for (OptionSpec option : options) {
        value(values, spec == program ? "" : spec.name(), option);
      }
    }
    return SCRIPT
        .replace("ARMS", arms)
        .replace("VALUES", values)
        .replace("COMMANDS", String.join(" ", Commands.names(program)))
        .replace("FUNCTION", program.name().replace('-', '_'))
        .replace("PROGRAM", program.name());
  }

  private static String names(List<OptionSpec> options) {
    return options.stream()
        .flatMap(option -> List.of(option.names()).stream())
        .collect(Collectors.joining(" "));
  }

  private static void value(StringBuilder values, String command, OptionSpec option) {
    Commands.Value value = Commands.value(option);
    if (!Commands.takesValue(option) || value == Commands.Value.ANY) {
      return;
    }
    List<String> patterns = new ArrayList<>();
    for (String name : option.names()) {
      patterns.add("'" + command + " " + name + "'");
    }
    values
        .append("    ")
        .append(String.join(" | ", patterns))
        .append(") ")
        .append(
            value == Commands.Value.WORDS
                ? "words='" + String.join(" ", Commands.words(option)) + "'"
                : "value=" + word(value))
        .append(" ;;\n");
  }

  private static String word(Commands.Value value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }
}
