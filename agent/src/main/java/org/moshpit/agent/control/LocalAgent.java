package org.moshpit.agent.control;

import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.UserError;

/**
 * One agent of this machine, as a command asks it.
 *
 * @param name in a sentence
 * @param socket where it is asked
 * @param trusted whom it must run as; empty: anybody
 * @param paths of this user, for what to do where none runs
 */
record LocalAgent(String name, Path socket, Set<UserPrincipal> trusted, AgentPaths paths) {
  LocalAgent {
    trusted = Set.copyOf(trusted);
  }

  /**
   * Asks it.
   *
   * @return empty if it does not run
   * @throws UserError if it does not answer, with its own sentence if it refuses
   */
  <T> Optional<T> tryToAsk(String request, Function<String, T> parse) {
    return ControlClient.ask(socket, trusted, request, Map.of()).map(parse);
  }

  /** The sessions there. */
  SessionsReply sessions() {
    return tryToAsk("sessions", SessionsReply::parse)
        .orElseThrow(() -> ControlClient.nobody(socket, paths));
  }

  /** Begins to end sessions; those that are being ended. */
  SessionsReply end(KillTarget target) {
    Map<String, String> meant =
        target.key() == null ? Map.of("session", target.session()) : Map.of("key", target.key());
    return ControlClient.ask(socket, trusted, "kill", meant)
        .map(SessionsReply::parse)
        .orElseThrow(() -> ControlClient.nobody(socket, paths));
  }
}
