package org.moshpit.agent.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.moshpit.agent.config.AgentPaths;

/**
 * The command line of a connect, read without picocli, which takes a young process as long as two
 * round trips. It reads only what it is sure of; whatever is unusual or wrong it leaves to picocli,
 * and a test holds that both understand the same.
 */
final class ConnectWords {
  private final Set<String> seen = new HashSet<>();
  private final List<String> plain = new ArrayList<>();
  private final ConnectOptions options = new ConnectOptions();
  private Path configDir;
  private Path stateDir;
  private boolean verbose;

  private ConnectWords() {}

  /**
   * Reads.
   *
   * @param args the whole command line
   * @return empty: let picocli do it
   */
  static Optional<ConnectWords> read(String... args) {
    ConnectWords words = new ConnectWords();
    return words.take(args) ? Optional.of(words) : Optional.empty();
  }

  ConnectOptions options() {
    return options;
  }

  AgentPaths paths() {
    return AgentPaths.of(configDir, stateDir);
  }

  boolean verbose() {
    return verbose;
  }

  private boolean take(String... args) {
    int at = 0;
    while (at < args.length && (!args[at].equals("--") || plain.isEmpty())) {
      String word = args[at++];
      if (!word.startsWith("-")) {
        plain.add(word);
        continue;
      }
      if (plain.isEmpty() && !isForEveryCommand(word)) {
        return false;
      }
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String name = equals < 0 ? word : word.substring(0, equals);
      if (!seen.add(name)) {
        return false;
      }
      if (equals < 0 && flag(name)) {
        continue;
      }
      if (equals < 0 && at == args.length) {
        return false;
      }
      String value = equals < 0 ? args[at++] : word.substring(equals + 1);
      if (value.isEmpty() || value.startsWith("-") || !value(name, value)) {
        return false;
      }
    }
    for (at++; at < args.length; at++) {
      plain.add(args[at]);
    }
    if (plain.size() < 2 || !plain.get(0).equals("connect") || plain.contains("")) {
      return false;
    }
    options.target = plain.get(1);
    options.argv = List.copyOf(plain.subList(2, plain.size()));
    return true;
  }

  /** Before the command's name stands only what all of them take. */
  private static boolean isForEveryCommand(String word) {
    return word.equals("-v") || word.startsWith("--config-dir") || word.startsWith("--state-dir");
  }

  private boolean flag(String name) {
    switch (name) {
      case "-v" -> verbose = true;
      case "-a" -> options.always = true;
      case "-n" -> options.never = true;
      case "-o" -> options.overwrite = true;
      case "-4" -> options.ipv4 = true;
      case "-6" -> options.ipv6 = true;
      case "--no-init" -> options.noInit = true;
      case "--handover" -> options.handover = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean value(String name, String value) {
    switch (name) {
      case "--config-dir" -> configDir = Path.of(value);
      case "--state-dir" -> stateDir = Path.of(value);
      case "--predict" -> options.predict = value;
      case "--client" -> options.client = value;
      case "--server" -> options.server = value;
      case "--host-key" -> options.hostKey = value;
      case "--relay" -> options.relay = value;
      case "--port-mapping" -> options.portMapping = value;
      case "--events" -> options.events = Path.of(value);
      case "-i" -> options.identity = Path.of(value);
      default -> {
        return false;
      }
    }
    return true;
  }
}
