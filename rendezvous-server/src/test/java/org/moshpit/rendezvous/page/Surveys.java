package org.moshpit.rendezvous.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.core.AgentView;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.NatWords;
import org.moshpit.rendezvous.core.RelayUse;
import org.moshpit.rendezvous.core.Role;
import org.moshpit.rendezvous.core.SessionView;
import org.moshpit.rendezvous.core.Survey;

/** Surveys for tests. */
public final class Surveys {
  /** 2026-03-03 11:00 UTC. */
  public static final long NOON = 1_772_535_600_000L;

  private final List<AgentView> agents = new ArrayList<>();
  private final List<SessionView> sessions = new ArrayList<>();
  private final Map<Integer, RelayUse> use = new HashMap<>();
  private long relayed;

  /** One more agent; {@code observed} may be null. */
  public Surveys agent(String name, boolean online, String observed, String mapping) {
    agents.add(
        new AgentView(
            name,
            Bytes.EMPTY,
            Role.BOTH,
            online,
            observed == null ? null : TransportAddress.parse(observed),
            List.of(),
            new NatWords(mapping, mapping, "preserving"),
            NOON - 3_600_000));
    return this;
  }

  /** One more session; {@code silent} seconds, negative: its relay never carried anything. */
  public Surveys session(
      String laptop, String box, boolean laptopHere, boolean boxHere, long bytes, long silent) {
    int relay = sessions.size() + 1;
    sessions.add(new SessionView(relay, laptop, box, laptopHere, boxHere, NOON - 600_000));
    if (silent >= 0) {
      use.put(relay, new RelayUse(bytes, TimeUnit.SECONDS.toNanos(silent)));
    }
    return this;
  }

  /** So much was relayed since the start. */
  public Surveys relayed(long bytes) {
    relayed = bytes;
    return this;
  }

  /** All that was said. */
  public Survey survey() {
    return new Survey(agents, sessions, use, relayed);
  }
}
