package org.moshpit.agent.cli.laptop;

import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.function.Consumer;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.common.netty.MachineDriver;

/**
 * The rounds of a ping on the loop: questions go to the path, and what comes of them goes to the
 * main thread. For the loop's thread.
 */
final class Pings {
  private final EventLoop loop;
  private final SessionTransport transport;
  private final Consumer<Outcome> outcomes;
  private PingRounds rounds;
  private MachineDriver<PingRounds.In, PingRounds.Out> driver;

  /** None are wanted yet. */
  Pings(EventLoop loop, SessionTransport transport, Consumer<Outcome> outcomes) {
    this.loop = loop;
    this.transport = transport;
    this.outcomes = outcomes;
  }

  /** These, once the box has answered. */
  void want(PingRounds wanted) {
    rounds = wanted;
  }

  boolean areWanted() {
    return rounds != null;
  }

  /** The box has answered. */
  void begin() {
    driver = new MachineDriver<>(loop, rounds, id -> null, this::carryOut);
    PathSnapshot path = transport.snapshot();
    driver.handle(new PingRounds.In.Begun(path.path(), path.reason()));
  }

  /** Something else carries the datagrams now, or for another reason. */
  void changed(PathOut.PathChanged path) {
    if (driver != null) {
      driver.handle(new PingRounds.In.Changed(path.path(), path.reason()));
    }
  }

  /** A question came back. */
  void back(PathOut.RoundTrip trip) {
    if (driver != null) {
      driver.handle(new PingRounds.In.Back(trip));
    }
  }

  /** Asks no more; what came of it, or empty if the box has not answered. */
  Optional<PingRounds> stop() {
    if (driver == null) {
      return Optional.empty();
    }
    driver.stop();
    return Optional.of(rounds);
  }

  private void carryOut(PingRounds.Out event) {
    if (event instanceof PingRounds.Out.Ask ask) {
      transport.handle(new PathIn.Ping(ask.number()));
    } else if (event instanceof PingRounds.Out.Say say) {
      outcomes.accept(new Outcome.Line(say.line()));
    } else if (event instanceof PingRounds.Out.Over) {
      outcomes.accept(new Outcome.PingOver());
    }
  }
}
