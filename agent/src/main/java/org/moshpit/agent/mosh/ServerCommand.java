package org.moshpit.agent.mosh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command line and environment of one mosh-server, before it is decided how to become the user.
 *
 * @param argv mosh-server and its arguments
 * @param environment the whole environment
 */
record ServerCommand(List<String> argv, Map<String, String> environment) {
  ServerCommand {
    argv = List.copyOf(argv);
  }

  /**
   * For a request.
   *
   * @param login the account's login environment
   * @param server mosh-server's absolute path, or a name to be looked up by PATH
   * @param port what to bind; 0: any
   */
  static ServerCommand of(
      MoshServerRequest request, Map<String, String> login, String server, int port) {
    List<String> argv = new ArrayList<>(List.of(server, "new"));
    switch (request.bind()) {
      case LOOPBACK -> argv.addAll(List.of("-i", "127.0.0.1"));
      case ANY_IPV6 -> argv.addAll(List.of("-i", "::"));
      case ANY_IPV4 -> {
        // without -i mosh-server listens on 0.0.0.0
      }
    }
    argv.addAll(List.of("-p", Integer.toString(port)));
    argv.addAll(List.of("-c", Integer.toString(request.colors())));
    request.locale().forEach((name, value) -> argv.addAll(List.of("-l", name + "=" + value)));

    Map<String, String> environment = new LinkedHashMap<>(login);
    if (request.networkTimeoutSeconds() > 0) {
      environment.put("MOSH_SERVER_NETWORK_TMOUT", Long.toString(request.networkTimeoutSeconds()));
    }
    if (request.forcedCommand() != null) {
      String shell = request.account().shell().toString();
      argv.addAll(List.of("--", shell, "-c", request.forcedCommand()));
      if (!request.argv().isEmpty()) {
        environment.put("SSH_ORIGINAL_COMMAND", shellQuoted(request.argv()));
      }
    } else if (!request.argv().isEmpty()) {
      argv.add("--");
      argv.addAll(request.argv());
    }
    return new ServerCommand(argv, environment);
  }

  /** Words such that a shell reads each as one word, as the {@code mosh} script quotes them. */
  static String shellQuoted(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
