package org.moshpit.agent.punch;

import java.util.Queue;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.punch.strategy.NotNow;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortNote;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.agent.punch.strategy.StrategyRunner;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/** What strategies need of the generation of checks they run in. */
final class StrategyGround implements StrategyRunner.Ground {
  private final RandomGenerator random;
  private final DestinationRules destinations;
  private final CheckCodec codec;
  private final CheckSender sender;
  private final Roles roles;
  private final Pairing pairing;
  private final Openers openers;
  private final Queue<PunchOut> events;

  StrategyGround(
      RandomGenerator random,
      DestinationRules destinations,
      CheckCodec codec,
      CheckSender sender,
      Roles roles,
      Pairing pairing,
      Openers openers,
      Queue<PunchOut> events) {
    this.random = random;
    this.destinations = destinations;
    this.codec = codec;
    this.sender = sender;
    this.roles = roles;
    this.pairing = pairing;
    this.openers = openers;
    this.events = events;
  }

  @Override
  public void openSockets(int count) {
    pairing
        .known()
        .ifPresent(local -> events.add(new PunchOut.OpenExtra(local.base().ip(), count)));
  }

  @Override
  public void ask(SocketId socket, ServerChoice server) {
    events.add(new PunchOut.Ask(socket, server));
  }

  @Override
  public void check(SocketId socket, TransportAddress to, boolean opening) {
    LocalCandidate local = pairing.socket(socket);
    if (local != null && destinations.allows(to)) {
      sender.sendLoose(local, to, roles, opening ? openers.ttl(to) : 0);
    }
  }

  @Override
  public SocketId knownSocket() {
    return pairing.known().map(LocalCandidate::socket).orElse(null);
  }

  @Override
  public void say(long now, PortNote note, NotNow wait) {
    if (codec.knowsRemote()) {
      TransactionId id = TransactionId.random(random);
      byte[] waiting = wait == null ? null : wait.toBytes(now);
      events.add(new PunchOut.Say(codec.note(id, note.toBytes(), waiting)));
    }
  }

  @Override
  public void sampled(PortKind kind, PortRange span) {
    events.add(new PunchOut.Sampled(kind, span));
  }

  @Override
  public void using(String phrase) {
    events.add(new PunchOut.Using(phrase));
  }

  @Override
  public void noStrategy(Shortcoming why) {
    events.add(new PunchOut.NoStrategy(why));
  }
}
