package org.moshpit.agent.path;

import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchOut;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Mapping;

/** What is known of this end's NAT, as strategies see it; it outlives generations. */
final class OwnNat {
  private PunchIn.LocalNat known;

  /** Null if nothing is. */
  PunchIn.LocalNat known() {
    return known;
  }

  /** What the observer found; whether that tells anything. */
  boolean found(PathIn.LocalNat found) {
    Mapping mapping = Mapping.ofWord(found.mapping());
    if (mapping == Mapping.UNKNOWN) {
      return false;
    }
    PortKind kind = PortKind.of(mapping, Allocation.ofWord(found.allocation()));
    PortRange span = found.low() == 0 ? null : new PortRange(found.low(), found.high());
    known = new PunchIn.LocalNat(kind, found.step(), span);
    return true;
  }

  /** What a strategy found when it looked closer. */
  void sampled(PunchOut.Sampled sampled) {
    known = new PunchIn.LocalNat(sampled.kind(), 0, sampled.span());
  }

  /** A strategy was in vain: the block may be another by now. */
  void doubt() {
    if (known != null && known.kind().isScattered()) {
      known = new PunchIn.LocalNat(PortKind.BLOCK, 0, null);
    }
  }

  /** Another network: what is known is of the old one. */
  void forget() {
    known = null;
  }
}
