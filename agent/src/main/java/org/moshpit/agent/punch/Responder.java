package org.moshpit.agent.punch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunMessage;

/**
 * Answers the peer's checks (RFC 8445 §7.3): silence to what is not authentic, an error to what
 * cannot be followed, success to the rest. Checks that come before the peer's description are
 * answered and remembered.
 */
final class Responder {
  /** A burst of checks on a few sockets; a peer that sends more early sends them again. */
  private static final int MAX_EARLY = 16;

  /** An authentic check that came before the peer's description. */
  record Early(
      SocketId socket, TransportAddress from, RequestFacts facts, String ufrag, boolean genuine) {}

  /** What an authentic check asks of the rest of the machine. */
  enum Outcome {
    /** Nothing: it was dropped, refused or put by. */
    NONE,
    /** A triggered check. */
    TRIGGER,
    /** A change of role, then a triggered check. */
    SWITCH_ROLE
  }

  private final DestinationRules destinations;
  private final CheckCodec codec;
  private final CheckSender sender;
  private final SeenChecks seen = new SeenChecks();
  private final List<Early> early = new ArrayList<>();
  private SeenChecks.Arrival arrival;
  private boolean heard;

  Responder(DestinationRules destinations, CheckCodec codec, CheckSender sender) {
    this.destinations = destinations;
    this.codec = codec;
    this.sender = sender;
  }

  /** Whether any authentic check has arrived. */
  boolean isHeard() {
    return heard;
  }

  /**
   * Answers a request, unless it is none of the peer's, or a replay.
   *
   * @param known whether its source needs no proof any more, so that nothing is learned from it: a
   *     replay that outran the check itself must not be in its way there
   * @param place whether there is a pair for it, or room for one; asked once the peer is described
   */
  Outcome respond(
      long now, PunchIn.Stun stun, Roles roles, BooleanSupplier known, BooleanSupplier place) {
    StunMessage request = stun.parsed().message();
    if (!destinations.allows(stun.from()) || !codec.isAuthenticRequest(stun.parsed())) {
      return Outcome.NONE;
    }
    arrival = seen.arrived(now, request.transactionId(), stun.socket(), stun.from());
    if (arrival == SeenChecks.Arrival.REPLAYED && !known.getAsBoolean()) {
      return Outcome.NONE;
    }
    heard = true;
    List<Integer> unknown = stun.parsed().unknownRequired();
    if (!unknown.isEmpty()) {
      answer(stun, codec.unknownAttributes(request.transactionId(), unknown));
      return Outcome.NONE;
    }
    Roles.Verdict verdict = roles.judge(request);
    if (verdict == Roles.Verdict.REJECT) {
      answer(stun, codec.roleConflict(request.transactionId()));
      return Outcome.NONE;
    }
    if (codec.knowsRemote() && !place.getAsBoolean()) {
      return Outcome.NONE;
    }
    answer(stun, codec.success(request.transactionId(), stun.from()));
    if (!codec.knowsRemote() && early.size() < MAX_EARLY) {
      early.add(
          new Early(
              stun.socket(),
              stun.from(),
              RequestFacts.of(request),
              CheckCodec.remoteUfrag(request),
              !isReplay()));
    }
    return verdict == Roles.Verdict.SWITCH ? Outcome.SWITCH_ROLE : Outcome.TRIGGER;
  }

  /** Whether the check responded to last was a replay. */
  boolean isReplay() {
    return arrival == SeenChecks.Arrival.REPLAYED;
  }

  /** The remembered checks of the peer that is now described, once. */
  List<Early> takeEarly(String ufrag) {
    List<Early> theirs = early.stream().filter(check -> check.ufrag().equals(ufrag)).toList();
    early.clear();
    return theirs;
  }

  private void answer(PunchIn.Stun to, byte[] response) {
    sender.answer(to.socket(), to.from(), response);
  }
}
