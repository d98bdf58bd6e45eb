package org.moshpit.rendezvous.core;

import java.util.Set;
import java.util.TreeSet;
import org.moshpit.common.wire.SpkiPin;

/** What happens to the core. */
public sealed interface CoreInput {
  /** The wall clock, at the start and from time to time; between two the core counts on. */
  record WallClock(long unixMillis) implements CoreInput {}

  /** A link's TLS handshake is done, in which that key was presented. */
  record Connected(LinkId link, SpkiPin presented) implements CoreInput {}

  /** A link is gone. */
  record Disconnected(LinkId link, String reason) implements CoreInput {}

  /** A link said something. */
  record Said(LinkId link, AgentFrame frame) implements CoreInput {}

  /** A link broke the protocol. */
  record Broken(LinkId link, String reason) implements CoreInput {}

  /** A link sent a datagram on a relay that is not routed from it. */
  record RelayUsed(LinkId link, int relay) implements CoreInput {}

  /** An operator asks for an invite; {@code name} may be empty. */
  record InviteAsked(long request, String name, Role role, Set<String> sees, int uses, long millis)
      implements CoreInput {
    /** Copies the set. */
    public InviteAsked {
      sees = new TreeSet<>(sees);
    }
  }

  /** An operator asks who there is. */
  record AgentsAsked(long request) implements CoreInput {}

  /** An operator asks who is here and who is connected to whom. */
  record SurveyAsked(long request) implements CoreInput {}

  /** An operator revokes an agent. */
  record RevokeAsked(long request, String name) implements CoreInput {}

  /** The process stops. */
  record Stopping() implements CoreInput {}
}
