package org.moshpit.agent.path;

import java.net.InetAddress;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a {@link PathMachine} says and asks for. */
public sealed interface PathOut {
  /** A datagram for the application. */
  record ToApp(byte[] bytes) implements PathOut {}

  /** A datagram for the relay. */
  record ToRelay(byte[] bytes) implements PathOut {}

  /** Please open a fresh socket on each usable local address. */
  record OpenSocket(String reason) implements PathOut {}

  /**
   * Please open that many sockets on that address, on any port; each comes as {@link
   * PathIn.ExtraOpened}. None of them is told to the peer.
   */
  record OpenExtra(InetAddress on, int count) implements PathOut {}

  /** Please ask a STUN server where such a socket is seen: {@link PathIn.ExtraSeen}. */
  record AskServer(SocketId socket, ServerChoice server) implements PathOut {}

  /** A strategy against hard NATs begins; for the log. */
  record Using(String phrase) implements PathOut {}

  /** Please close that socket; it is not used any more. */
  record CloseSocket(SocketId socket) implements PathOut {}

  /**
   * What the peer is to be told, complete enough to be sent. Comes again with more candidates, or
   * with another generation.
   */
  record LocalDescription(IceDescription description) implements PathOut {}

  /**
   * Please exchange descriptions with the peer: the laptop runs a control exchange with the latest
   * {@link LocalDescription}, which always came before this; the box sends a hint.
   */
  record NeedExchange(String reason) implements PathOut {}

  /**
   * What carries datagrams now.
   *
   * @param remote where a direct path leads, else null
   * @param rttMillis its round trip, or −1 if not measured
   * @param reason one phrase for a person
   */
  record PathChanged(PathKind path, TransportAddress remote, long rttMillis, String reason)
      implements PathOut {}

  /**
   * A {@link PathIn.Ping} came back.
   *
   * @param path what it took, RELAY or DIRECT
   * @param remote where the direct path led, else null
   */
  record RoundTrip(int number, PathKind path, TransportAddress remote, long rttNanos)
      implements PathOut {}

  /** The peer pinged over the relay, and was answered: it is there. */
  record PingAnswered() implements PathOut {}

  /**
   * The box says, under the checks' credentials and by UDP, that the session is over; comes again.
   *
   * @param reason for a person, as the box wrote it; perhaps empty
   */
  record Ended(String reason) implements PathOut {}

  /** A datagram for the peer is lost, or may be, for want of a relay that may be used. */
  record RelayMissing() implements PathOut {}

  /** Every state change of the machine, for the log. */
  record StateChanged(PathState from, PathState to, String reason) implements PathOut {}

  /** Every step of the search for a direct path, for the log. */
  record SearchChanged(SearchState from, SearchState to, String reason) implements PathOut {}
}
