package org.moshpit.agent.path;

import org.moshpit.agent.punch.PunchOut;

/** Passes on what the checks want done for their strategies. */
final class StrategyWishes {
  private final Outbox outbox;
  private final RelayPath relay;
  private final OwnNat nat;

  StrategyWishes(Outbox outbox, RelayPath relay, OwnNat nat) {
    this.outbox = outbox;
    this.relay = relay;
    this.nat = nat;
  }

  /** Does what is to be done about it; nothing for anything else. */
  void happened(PunchOut event) {
    if (event instanceof PunchOut.OpenExtra open) {
      outbox.say(new PathOut.OpenExtra(open.on(), open.count()));
    } else if (event instanceof PunchOut.Ask ask) {
      outbox.say(new PathOut.AskServer(ask.socket(), ask.server()));
    } else if (event instanceof PunchOut.Say say) {
      if (relay.isUsable()) {
        outbox.say(new PathOut.ToRelay(say.note()));
      }
    } else if (event instanceof PunchOut.Sampled sampled) {
      nat.sampled(sampled);
    } else if (event instanceof PunchOut.Using using) {
      outbox.say(new PathOut.Using(using.phrase()));
    }
  }
}
