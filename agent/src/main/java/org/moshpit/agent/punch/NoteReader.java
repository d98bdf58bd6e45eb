package org.moshpit.agent.punch;

import java.util.Optional;
import org.moshpit.agent.punch.strategy.NotNow;
import org.moshpit.agent.punch.strategy.PortNote;
import org.moshpit.agent.punch.strategy.StrategyRunner;
import org.moshpit.common.stun.StunParse;

/** Takes notes that came over the relay, which may be anybody's, to the strategies. */
final class NoteReader {
  private final CheckCodec codec;
  private final Ticks ticks;
  private final StrategyRunner strategies;

  NoteReader(CheckCodec codec, Ticks ticks, StrategyRunner strategies) {
    this.codec = codec;
    this.ticks = ticks;
    this.strategies = strategies;
  }

  void heard(long now, StunParse.Parsed parsed) {
    Optional<PortNote> note = codec.readNote(parsed).flatMap(PortNote::fromBytes);
    if (note.isPresent()) {
      ticks.hurry(now); // whoever says so has opened its own NAT for us
      NotNow wait =
          codec.readWait(parsed).flatMap(bytes -> NotNow.fromBytes(now, bytes)).orElse(null);
      strategies.heard(now, note.get(), wait);
    }
  }
}
