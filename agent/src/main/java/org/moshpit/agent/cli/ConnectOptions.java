package org.moshpit.agent.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.agent.auth.UserKeys;
import org.moshpit.agent.cli.laptop.ConnectPlan;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.mosh.MoshClientOptions;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.Fingerprint;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.seal.OfferStatement;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What stands behind {@code agent connect}. Filled by picocli or, on the way to the first screen,
 * by {@link ConnectWords}.
 */
final class ConnectOptions {
  @Parameters(index = "0", paramLabel = "[user@]NAME", description = "The box, and the user there.")
  String target;

  @Parameters(
      index = "1..*",
      paramLabel = "COMMAND",
      description = "Run instead of the login shell; put -- before it.")
  List<String> argv = List.of();

  @Option(
      names = "--predict",
      paramLabel = "adaptive|always|never|experimental",
      description = "When keys are echoed at once, before the box has answered.")
  String predict;

  @Option(names = "-a", description = "The same as --predict=always.")
  boolean always;

  @Option(names = "-n", description = "The same as --predict=never.")
  boolean never;

  @Option(names = "-o", description = "Prediction overwrites instead of inserting.")
  boolean overwrite;

  @Option(names = "-4", description = "Use IPv4 only.")
  boolean ipv4;

  @Option(names = "-6", description = "Use IPv6 only.")
  boolean ipv6;

  @Option(names = "--no-init", description = "Leave the terminal's alternate screen alone.")
  boolean noInit;

  @Option(names = "--client", paramLabel = "PROGRAM", description = "The mosh-client here.")
  String client;

  @Option(
      names = "--server",
      paramLabel = "PATH",
      description = "The mosh-server there, an absolute path.")
  String server = "";

  @Option(names = "-i", paramLabel = "FILE", description = "Offer this key and no other.")
  Path identity;

  @Option(
      names = "--host-key",
      paramLabel = "SHA256:…",
      description = "The fingerprint the box must have.")
  String hostKey;

  @Option(
      names = "--handover",
      description = "mosh-server itself takes the punched port: no roaming, no relay.")
  boolean handover;

  @Option(
      names = "--relay",
      paramLabel = "auto|only|never",
      description = "Whether the relay may carry the session: auto, until a direct path is there.")
  String relay = "auto";

  @Option(
      names = "--port-mapping",
      paramLabel = "on|off",
      description = "Whether the router is asked to map a port.")
  String portMapping;

  @Option(
      names = "--events",
      paramLabel = "FILE",
      description = "Append what happens, one JSON object per line.")
  Path events;

  /**
   * What they ask for.
   *
   * @param verbose {@code -v}
   * @throws UserError exit 2, if they contradict each other or make no sense
   */
  ConnectPlan plan(boolean verbose) {
    String user = user(target);
    String name = name(target);
    ConnectPlan.Family family = family(ipv4, ipv6);
    RelayPolicy policy = policy();
    return new ConnectPlan(
        name,
        user,
        argv,
        MoshClientOptions.of(
            client,
            always ? "always" : never ? "never" : predict,
            overwrite,
            !noInit,
            "agent connect " + target,
            System.getenv()),
        server,
        identity(identity),
        expected(hostKey),
        handover,
        false,
        policy,
        family,
        portMapping(),
        events,
        verbose);
  }

  /** Checked here; what the file says is read when it matters. */
  private Map<Setting, String> portMapping() {
    if (portMapping == null) {
      return Map.of();
    }
    if (!portMapping.equals("on") && !portMapping.equals("off")) {
      throw usage("--port-mapping must be on or off");
    }
    return Map.of(Setting.PORT_MAPPING, portMapping);
  }

  private RelayPolicy policy() {
    RelayPolicy policy =
        switch (relay) {
          case "auto" -> RelayPolicy.AUTO;
          case "only" -> RelayPolicy.ONLY;
          case "never" -> RelayPolicy.NEVER;
          default -> throw usage("--relay must be auto, only or never");
        };
    if (handover && policy == RelayPolicy.ONLY) {
      throw usage("--handover needs a direct path, and --relay=only rules it out");
    }
    return handover ? RelayPolicy.NEVER : policy;
  }

  /** The user part, or who runs this. */
  static String user(String target) {
    int at = target.lastIndexOf('@');
    String user = at < 0 ? ThisUser.name() : target.substring(0, at);
    if (!OfferStatement.isUser(user)) {
      throw usage(user + " cannot be the name of a user");
    }
    return user;
  }

  /** The box part. */
  static String name(String target) {
    String name = target.substring(target.lastIndexOf('@') + 1);
    if (!BoxName.isValid(name)) {
      throw usage(
          name
              + " cannot be the name of a box: names are of lower-case letters (a-z), digits and"
              + " inner hyphens; 'agent list' shows those there are");
    }
    return name;
  }

  /**
   * What {@code -i} says, if it is there.
   *
   * @throws UserError exit 2, if it is no key
   */
  static Optional<Path> identity(Path file) {
    if (file == null) {
      return Optional.empty();
    }
    try {
      UserKeys.check(file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, Sentences.continued("-i: " + e.getMessage()), e);
    }
  }

  /** What {@code -4} and {@code -6} say. */
  static ConnectPlan.Family family(boolean ipv4, boolean ipv6) {
    if (ipv4 && ipv6) {
      throw usage("-4 and -6 rule each other out");
    }
    return ipv4 ? ConnectPlan.Family.IPV4 : ipv6 ? ConnectPlan.Family.IPV6 : ConnectPlan.Family.ANY;
  }

  /** What {@code --host-key} says, if it is there. */
  static Optional<Fingerprint> expected(String hostKey) {
    try {
      return hostKey == null ? Optional.empty() : Optional.of(Fingerprint.parse(hostKey));
    } catch (SshFormatException e) {
      throw new UserError(
          ExitCode.USAGE,
          "--host-key must be a fingerprint as 'agent status' shows it on the box",
          e);
    }
  }

  private static UserError usage(String sentence) {
    return new UserError(ExitCode.USAGE, sentence);
  }
}
