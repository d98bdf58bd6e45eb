package org.moshpit.agent.config;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where an agent keeps its files. Nothing is touched until {@link #prepareConfig} or {@link
 * #prepareState}.
 *
 * @param config what was set up: keys, the enrollment, {@code agent.conf}
 * @param state what is happening: sessions, sockets, counters
 */
public record AgentPaths(Path config, Path state) {
  private static final Path ROOT_STATE = Path.of("/var/lib/moshpit");

  /** Makes both absolute. */
  public AgentPaths {
    config = config.toAbsolutePath().normalize();
    state = state.toAbsolutePath().normalize();
  }

  /**
   * The directories for this user: the options if given, else {@code MOSHPIT_CONFIG_DIR} and {@code
   * MOSHPIT_STATE_DIR}, else root's own in {@code /etc} and {@code /var/lib}, else XDG's.
   *
   * @param configDir {@code --config-dir} or null
   * @param stateDir {@code --state-dir} or null
   * @param environment the process' environment
   * @param root whether the process runs as root
   * @param home the user's home directory
   */
  public static AgentPaths of(
      Path configDir, Path stateDir, Map<String, String> environment, boolean root, Path home) {
    return new AgentPaths(
        first(
            configDir,
            environment,
            "MOSHPIT_CONFIG_DIR",
            root
                ? Path.of("/etc/moshpit")
                : xdg(environment, "XDG_CONFIG_HOME", home.resolve(".config"))),
        first(
            stateDir,
            environment,
            "MOSHPIT_STATE_DIR",
            root ? ROOT_STATE : xdg(environment, "XDG_STATE_HOME", home.resolve(".local/state"))));
  }

  /** The same for this process. */
  public static AgentPaths of(Path configDir, Path stateDir) {
    return of(configDir, stateDir, System.getenv(), ThisUser.isRoot(), ThisUser.home());
  }

  private static Path first(
      Path option, Map<String, String> environment, String variable, Path otherwise) {
    if (option != null) {
      return option;
    }
    String named = environment.get(variable);
    return named == null || named.isEmpty() ? otherwise : Path.of(named);
  }

  private static Path xdg(Map<String, String> environment, String variable, Path otherwise) {
    String base = environment.get(variable);
    // A relative path is to be ignored (XDG Base Directory Specification).
    return (base == null || !base.startsWith("/") ? otherwise : Path.of(base)).resolve("moshpit");
  }

  /**
   * Makes the config directory, or checks that it is this user's alone.
   *
   * @throws UserError exit 2
   */
  public AgentPaths prepareConfig() {
    PrivateFiles.directory(config);
    return this;
  }

  /**
   * Makes the state directory, or checks that it is this user's alone.
   *
   * @throws UserError exit 2
   */
  public AgentPaths prepareState() {
    PrivateFiles.directory(state);
    return this;
  }

  /** Whether this config directory holds an enrollment. */
  public boolean enrolled() {
    return Files.exists(rendezvous(), LinkOption.NOFOLLOW_LINKS);
  }

  /** The options' file. */
  public Path agentConf() {
    return config.resolve("agent.conf");
  }

  /** The {@link Enrollment}. */
  public Path rendezvous() {
    return config.resolve("rendezvous");
  }

  /** The link key, PKCS #8 in PEM. */
  public Path linkKey() {
    return config.resolve("link_ed25519");
  }

  /** The box's host key in OpenSSH's format, unless {@code host-key} names another. */
  public Path hostKey() {
    return config.resolve("host_ed25519");
  }

  /** The box's Noise static key, 32 bytes in base64. */
  public Path noiseKey() {
    return config.resolve("noise_x25519");
  }

  /** Host keys of boxes by NAME@realm. */
  public Path knownBoxes() {
    return config.resolve("known_boxes");
  }

  /** The serial number of the box record last published. */
  public Path boxSerial() {
    return state.resolve("box.serial");
  }

  /** One file per live session. */
  public Path sessions() {
    return state.resolve("sessions");
  }

  /** Which user key each box accepted last. */
  public Path acceptedKeys() {
    return state.resolve("accepted_keys");
  }

  /** The daemon's control socket. */
  public Path controlSocket() {
    return state.resolve("agent.sock");
  }

  /**
   * Where this machine's root agent answers every user; only the one with root's own state does.
   */
  public static Path publicSocket() {
    return Path.of("/run/moshpit/agent.sock");
  }

  /** Whether this is root's own state, that of the machine's one root agent. */
  public boolean isOfTheMachine() {
    return ThisUser.isRoot() && state.equals(ROOT_STATE);
  }

  /** Held by the daemon that owns this state. */
  public Path lock() {
    return state.resolve("agent.lock");
  }

  /** What this agent's processes tell each other of their punches. */
  public Path punches() {
    return state.resolve("punches");
  }

  /** The rendezvous' nonce for the next login. */
  public Path returnNonce() {
    return state.resolve("return-nonce");
  }

  /** How far the rendezvous' clock is ahead of this one, in milliseconds. */
  public Path clockOffset() {
    return state.resolve("clock-offset");
  }
}
