package org.moshpit.agent.path;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.Segment;
import org.moshpit.testkit.SimulatedNat;

/** A network an end can be in, with the routers before it and what is wrong with them now. */
final class DaysPlace {
  /** Of an end that is a guest in the other one's network. */
  private static final String GUEST = "192.168.5.77";

  private final Access.Site site;
  private final String owner;
  private final List<NatBehaviour> normal = new ArrayList<>();
  private boolean udpOff;
  private boolean routerDown;

  /**
   * A healthy one.
   *
   * @param owner the end whose network it is
   * @param lifetime of its NATs' mappings
   * @param inbound whether what comes in refreshes them
   */
  DaysPlace(Access.Site site, String owner, Duration lifetime, boolean inbound) {
    this.site = site;
    this.owner = owner;
    for (NatBehaviour nat : site.access().outermostFirst()) {
      normal.add(nat.withTimeout(lifetime, inbound));
    }
    apply();
  }

  Segment segment() {
    return site.segment();
  }

  /** The address an end gets there. */
  String ipOf(DaysEnd end) {
    return end.toString().equals(owner) ? site.ip() : GUEST;
  }

  Access access() {
    return site.access();
  }

  List<SimulatedNat> nats() {
    return site.nats();
  }

  /** The address its packets have in the core. */
  String publicIp() {
    return nats().isEmpty() ? site.ip() : nats().get(0).ip().getHostAddress();
  }

  /** Its routers, if there are any, pass no UDP. */
  void udpOff(boolean off) {
    udpOff = off && !nats().isEmpty();
    apply();
  }

  /** A router that restarts passes nothing, not even the link. */
  void routerDown(boolean down) {
    routerDown = down && !nats().isEmpty();
    apply();
  }

  boolean isRouterDown() {
    return routerDown;
  }

  /** Whether a direct path can be found from here by plain checks. */
  boolean isEasy() {
    return access().isEndpointIndependent() && !udpOff && !routerDown;
  }

  private void apply() {
    for (int i = 0; i < normal.size(); i++) {
      boolean blocked = udpOff || routerDown;
      nats().get(i).behave(blocked ? NatBehaviour.udpBlocked() : normal.get(i));
    }
  }
}
