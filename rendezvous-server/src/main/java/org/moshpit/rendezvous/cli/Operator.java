package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.PublicAddress;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.control.ControlAnswer;
import org.moshpit.rendezvous.control.ControlClient;
import org.moshpit.rendezvous.control.ControlPath;
import org.moshpit.rendezvous.control.ControlRequest;
import org.moshpit.rendezvous.control.JoinAddress;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreConfig;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.CoreLimits;
import org.moshpit.rendezvous.core.RegistryChange;
import org.moshpit.rendezvous.core.RendezvousCore;
import org.moshpit.rendezvous.io.TlsKey;
import org.moshpit.rendezvous.store.MvStoreRegistry;
import org.moshpit.rendezvous.store.Registry;
import org.moshpit.rendezvous.store.StateLock;
import org.moshpit.rendezvous.store.StoreException;

/** Asks the running daemon; without one, a core that runs only for this one question. */
final class Operator {
  private Operator() {}

  /**
   * The answer.
   *
   * @param advice takes a sentence of it, at most
   * @param options name the state
   * @throws ExitException with the core's sentence, if it says no
   */
  static Answer ask(Consumer<String> advice, StateOptions options, ControlRequest request)
      throws ExitException, ConfigException, StoreException, IOException {
    RendezvousConfig config = options.load();
    Path socket = ControlPath.of(config.state());
    Optional<String> line = ControlClient.ask(socket, request);
    boolean first = line.isEmpty() && !TlsKey.isIn(config.state());
    if (first && options.stateByDefault()) {
      refuseBesideAnother(config.state(), ConfigLoader.SYSTEM_STATE);
    }
    Answer answer =
        Answer.parse(
            line.isPresent() ? line.get() : closed(options, config, request), line.isPresent());
    if (answer.error() != null) {
      throw new ExitException(answer.exit(), answer.error(), null);
    }
    if (first) {
      advice.accept(
          "no rendezvous has run with the state directory "
              + config.state()
              + " so far; if yours runs as another user or elsewhere, name its directory with"
              + " --state.");
    } else if (line.isEmpty()) {
      consequence(request)
          .ifPresent(
              then ->
                  advice.accept("no rendezvous runs on " + config.state() + " now" + then + "."));
    }
    return answer;
  }

  /** Advice as a command prints it. */
  static Consumer<String> to(PrintWriter err) {
    return sentence -> err.println("rendezvous-server: " + sentence);
  }

  /** What it means for who asks that nobody listens, if it means anything. */
  private static Optional<String> consequence(ControlRequest request) {
    if (request instanceof ControlRequest.Agents) {
      return Optional.of(", so nobody is online");
    }
    return request instanceof ControlRequest.Invite
        ? Optional.of("; this join URL leads nowhere until one does")
        : Optional.empty();
  }

  /**
   * An empty state of a person's own would answer for nobody where this machine's rendezvous has
   * another, and its invites would lead nowhere.
   *
   * @param state that would be made
   * @param system where root's or the service's is, if there is one
   */
  static void refuseBesideAnother(Path state, Path system) throws ExitException {
    if (!state.equals(system) && Files.isDirectory(system)) {
      throw new ExitException(
          ExitException.FAILURE,
          "The rendezvous of this machine has its state in "
              + system
              + ", which is for root: run this with sudo. For a rendezvous of your own, name its"
              + " state directory with --state.",
          null);
    }
  }

  /** Root works in nobody else's directory: that user could have it write elsewhere. */
  private static String closed(
      StateOptions options, RendezvousConfig config, ControlRequest request)
      throws ConfigException, StoreException, IOException {
    Optional<OwnerProcess> owner = OwnerProcess.of(config.state());
    return owner.isPresent()
        ? owner.get().ask(options.values(), request)
        : withoutDaemon(config, request);
  }

  /**
   * The answer of the state directory, which no daemon uses.
   *
   * @throws StoreException if it cannot be used, or is another user's
   */
  static String withoutDaemon(RendezvousConfig config, ControlRequest request)
      throws ConfigException, StoreException {
    // Only an invite needs to know where the rendezvous is.
    List<String> hosts =
        request instanceof ControlRequest.Invite ? PublicAddress.of(config) : List.of("localhost");
    try (StateLock lock = StateLock.forCommand(config.state())) {
      KeyPair key = TlsKey.of(config.state());
      List<SpkiPin> pins =
          request instanceof ControlRequest.Invite
              ? ServerCertificate.pins(key, config, hosts.get(0))
              : List.of();
      JoinAddress address = joinAddress(config, hosts, pins);
      try (Registry registry =
          MvStoreRegistry.open(lock, Bytes.of(SpkiPin.of(key.getPublic()).hash()))) {
        return new ControlAnswer(() -> address).of(decide(registry, request));
      }
    }
  }

  static JoinAddress joinAddress(RendezvousConfig config, List<String> hosts, List<SpkiPin> pins) {
    int port = config.listen().get(0).port();
    return new JoinAddress(hosts.stream().map(host -> new HostPort(host, port)).toList(), pins);
  }

  private static CoreCommand decide(Registry registry, ControlRequest request)
      throws StoreException {
    RendezvousCore core =
        new RendezvousCore(
            new CoreConfig(List.of(), "", CoreLimits.DEFAULT),
            registry.snapshot(),
            (agent, socket, observed, nonce, now) -> false,
            (record, name, realm) -> OptionalLong.empty(),
            new SecureRandom());
    core.handle(0, new CoreInput.WallClock(System.currentTimeMillis()));
    core.handle(0, request.toCore(1));
    List<RegistryChange> changes = new ArrayList<>();
    CoreCommand answer = null;
    for (CoreCommand command = core.pollEvent(); command != null; command = core.pollEvent()) {
      if (command instanceof CoreCommand.Persist persist) {
        changes.add(persist.change());
      } else if (command instanceof CoreCommand.Invited
          || command instanceof CoreCommand.Listed
          || command instanceof CoreCommand.Revoked
          || command instanceof CoreCommand.Failed) {
        answer = command;
      }
    }
    registry.apply(changes);
    return answer;
  }
}
