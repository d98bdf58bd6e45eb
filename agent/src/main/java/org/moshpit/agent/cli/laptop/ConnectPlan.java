package org.moshpit.agent.cli.laptop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.mosh.MoshClientOptions;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.common.identity.Fingerprint;

/**
 * What a person asked {@code agent connect} or {@code agent ping} for.
 *
 * @param name the box
 * @param user on the box
 * @param argv the command, verbatim; empty for the login shell
 * @param mosh how mosh-client is to be run
 * @param server absolute path of mosh-server on the box, or empty
 * @param identity {@code -i}
 * @param hostKey {@code --host-key}
 * @param handover whether mosh-server is to take the punched port itself
 * @param ping whether only the path is wanted, and no mosh-server
 * @param relay whether the relay may be used
 * @param family which addresses may be used
 * @param settings what of agent.conf the command line overrides
 * @param events {@code --events}, or null
 * @param verbose whether to tell afterwards what happened
 */
public record ConnectPlan(
    String name,
    String user,
    List<String> argv,
    MoshClientOptions mosh,
    String server,
    Optional<Path> identity,
    Optional<Fingerprint> hostKey,
    boolean handover,
    boolean ping,
    RelayPolicy relay,
    Family family,
    Map<Setting, String> settings,
    Path events,
    boolean verbose) {
  /** Which addresses a session may use. */
  public enum Family {
    ANY,
    IPV4,
    IPV6
  }

  /** Of a ping. */
  public static ConnectPlan ping(
      String name,
      String user,
      Optional<Path> identity,
      Optional<Fingerprint> hostKey,
      Family family,
      boolean verbose) {
    return new ConnectPlan(
        name,
        user,
        List.of(),
        MoshClientOptions.of(null, "adaptive", false, true, "", Map.of()),
        "",
        identity,
        hostKey,
        false,
        true,
        RelayPolicy.AUTO,
        family,
        Map.of(),
        null,
        verbose);
  }

  /** Copies the list. */
  public ConnectPlan {
    argv = List.copyOf(argv);
    settings = Map.copyOf(settings);
    Objects.requireNonNull(name);
    Objects.requireNonNull(user);
    Objects.requireNonNull(mosh);
    Objects.requireNonNull(relay);
    Objects.requireNonNull(family);
  }
}
