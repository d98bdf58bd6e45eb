package org.moshpit.agent.cli.laptop;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.agent.link.PersistentLink;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/**
 * The link of a connect, dialled before the command line is read: reading it takes a young process
 * about as long as the first round trips do. What the link says meanwhile waits for {@link
 * #attach}.
 */
public final class EarlyLink implements AutoCloseable {
  private final Enrollment enrollment;
  private final AgentLoop loop;
  private final PersistentLink link;
  private final Relay listener = new Relay();

  private EarlyLink(AgentPaths paths, Enrollment enrollment, Callable<LinkKey> linkKey) {
    this.enrollment = enrollment;
    // what takes longest goes first, on a thread of its own
    LinkPreparation preparation =
        LinkPreparation.start(enrollment.rendezvous(), linkKey, new RememberedNonce(paths));
    this.loop = new AgentLoop();
    this.link =
        new PersistentLink(
            loop.loop(),
            enrollment.rendezvous(),
            preparation,
            new LinkPurpose.LogIn(enrollment.name(), Mode.VISITOR),
            new SecureRandom(),
            listener);
    loop.execute(link::start);
  }

  /**
   * Dials.
   *
   * @param linkKey reads the link key
   * @throws UserError if this agent is not enrolled
   */
  public static EarlyLink dial(AgentPaths paths, Callable<LinkKey> linkKey) {
    return new EarlyLink(paths, Enrollment.require(paths), linkKey);
  }

  /** The same, but nothing if it cannot be: {@link #dial} will say why when its time has come. */
  public static Optional<EarlyLink> tryToDial(AgentPaths paths, Callable<LinkKey> linkKey) {
    try {
      return Optional.of(dial(paths, linkKey));
    } catch (UserError e) {
      return Optional.empty();
    }
  }

  Enrollment enrollment() {
    return enrollment;
  }

  AgentLoop loop() {
    return loop;
  }

  PersistentLink link() {
    return link;
  }

  /** On the loop: from now on {@code target} hears it, first what it has missed. */
  void attach(PersistentLink.Listener target) {
    listener.attach(target);
  }

  @Override
  public void close() {
    loop.close();
  }

  private static final class Relay implements PersistentLink.Listener {
    private final List<Consumer<PersistentLink.Listener>> missed = new ArrayList<>();
    private PersistentLink.Listener target;

    void attach(PersistentLink.Listener listener) {
      target = listener;
      missed.forEach(event -> event.accept(listener));
      missed.clear();
    }

    private void tell(Consumer<PersistentLink.Listener> event) {
      if (target == null) {
        missed.add(event);
      } else {
        event.accept(target);
      }
    }

    @Override
    public void loggingIn() {
      tell(PersistentLink.Listener::loggingIn);
    }

    @Override
    public void up(Welcome welcome) {
      tell(listener -> listener.up(welcome));
    }

    @Override
    public void frame(ServerFrame frame) {
      tell(listener -> listener.frame(frame));
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      tell(listener -> listener.down(failure, retryInMillis));
    }
  }
}
