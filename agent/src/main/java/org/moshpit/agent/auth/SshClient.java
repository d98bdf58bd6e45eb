package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;

/**
 * What the person's ssh would do: {@code ssh -G NAME} for key files and the agent, {@code ssh-add
 * -L} for the agent's keys. Where one of the programs is missing or fails, the defaults of ssh.
 */
final class SshClient {
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int MAX_OUT = 1 << 18;
  private static final String NO_AGENT = "none";
  private static final String AGENT_VARIABLE = "SSH_AUTH_SOCK";
  private static final List<String> DEFAULT_FILES =
      List.of("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk");

  /**
   * The part of ssh's configuration that says which keys to use.
   *
   * @param files candidates, most of which need not exist
   * @param agent another agent's socket than SSH_AUTH_SOCK, or {@code none}
   * @param only no keys of the agent beyond those files
   */
  record Config(List<Path> files, Optional<String> agent, boolean only) {}

  private final Map<String, String> environment;
  private final Path home;

  SshClient(Map<String, String> environment, Path home) {
    this.environment = environment;
    this.home = home;
  }

  /** Runs {@code ssh -G}; starts {@code ssh-add -L} beside it, which most often is right. */
  record Answer(Config config, List<SshPublicKey> agentKeys) {}

  Answer ask(String name, Optional<String> user) throws IOException {
    Optional<Subprocess> agent = startAgentList(Optional.empty());
    Config config = config(name, user);
    if (config.agent().isPresent()) {
      if (agent.isPresent()) {
        agent.get().await();
      }
      agent = startAgentList(config.agent());
    }
    return new Answer(config, agent.isPresent() ? agentKeys(agent.get().await()) : List.of());
  }

  private Config config(String name, Optional<String> user) throws IOException {
    Optional<Path> ssh = Subprocess.find("ssh");
    if (ssh.isPresent()) {
      List<String> argv = new ArrayList<>(List.of(ssh.get().toString(), "-G", "-T"));
      user.ifPresent(u -> argv.addAll(List.of("-l", u)));
      argv.addAll(List.of("--", name));
      Subprocess.Result result =
          Subprocess.start(builder(argv, Optional.empty()), new byte[0], LIMIT, MAX_OUT).await();
      if (result.ok()) {
        return parse(result.text());
      }
    }
    List<Path> files = DEFAULT_FILES.stream().map(f -> home.resolve(".ssh").resolve(f)).toList();
    return new Config(files, Optional.empty(), false);
  }

  /** Lines of {@code keyword value}, keywords in lower case. */
  Config parse(String text) {
    List<Path> files = new ArrayList<>();
    Optional<String> agent = Optional.empty();
    boolean only = false;
    for (String line : text.lines().toList()) {
      int space = line.indexOf(' ');
      String value = space < 0 ? "" : line.substring(space + 1).strip();
      switch (space < 0 ? line : line.substring(0, space)) {
        case "identityfile" -> {
          if (!value.equals(NO_AGENT)) {
            files.add(path(value));
          }
        }
        case "identityagent" -> agent = agent(value);
        case "identitiesonly" -> only = value.equals("yes");
        default -> {
          // The rest is about connections, of which this one is none.
        }
      }
    }
    return new Config(List.copyOf(files), agent, only);
  }

  /** ssh_config(5), IdentityAgent: {@code none}, {@code SSH_AUTH_SOCK}, {@code $VAR} or a path. */
  private Optional<String> agent(String value) {
    if (value.equals(NO_AGENT)) {
      return Optional.of(NO_AGENT);
    }
    if (value.equals(AGENT_VARIABLE)) {
      return Optional.empty();
    }
    if (value.startsWith("$") && !value.startsWith("${")) {
      return Optional.of(environment.getOrDefault(value.substring(1), NO_AGENT));
    }
    return Optional.of(path(value).toString());
  }

  private Path path(String value) {
    return value.startsWith("~/") ? home.resolve(value.substring(2)) : home.resolve(value);
  }

  private Optional<Subprocess> startAgentList(Optional<String> agent) throws IOException {
    String socket = agent.orElse(environment.getOrDefault(AGENT_VARIABLE, ""));
    Optional<Path> sshAdd = Subprocess.find("ssh-add");
    if (socket.isEmpty() || socket.equals(NO_AGENT) || sshAdd.isEmpty()) {
      return Optional.empty();
    }
    List<String> argv = List.of(sshAdd.get().toString(), "-L");
    return Optional.of(Subprocess.start(builder(argv, agent), new byte[0], LIMIT, MAX_OUT));
  }

  private static List<SshPublicKey> agentKeys(Subprocess.Result result) {
    return result.ok() ? result.text().lines().flatMap(SshClient::key).toList() : List.of();
  }

  private static Stream<SshPublicKey> key(String line) {
    try {
      return Stream.of(SshPublicKey.parseText(line));
    } catch (SshFormatException e) {
      // Certificates, DSA keys and the like: nothing we could use.
      return Stream.empty();
    }
  }

  /** The person's environment, pointed at the right agent. */
  ProcessBuilder builder(List<String> argv, Optional<String> agent) {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(environment);
    agent.ifPresent(
        socket -> {
          if (socket.equals(NO_AGENT)) {
            builder.environment().remove(AGENT_VARIABLE);
          } else {
            builder.environment().put(AGENT_VARIABLE, socket);
          }
        });
    return builder;
  }
}
