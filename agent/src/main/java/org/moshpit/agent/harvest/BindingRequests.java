package org.moshpit.agent.harvest;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.BindingTransaction.Patience;
import org.moshpit.agent.harvest.BindingTransaction.Purpose;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ChangeRequest;
import org.moshpit.common.stun.Padding;
import org.moshpit.common.stun.ResponsePort;
import org.moshpit.common.stun.SocketIdAttribute;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.TimeAttribute;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.Username;

/** Makes this agent's Binding requests; keeps the rendezvous' clock for their TIME. */
final class BindingRequests {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** Makes the request 136 bytes; the largest answer, IPv6 with OTHER-ADDRESS, has as many. */
  private static final int PADDING = 36;

  private final StunCredentials credentials;
  private final RandomGenerator random;
  private boolean clockKnown;
  private long clockNow;
  private long clockMillis;
  private long begun;

  /**
   * @param credentials of an enrolled agent; null: those of a stranger, which say nothing of whose
   *     they are, and to which any answer with their transaction ID counts
   */
  BindingRequests(StunCredentials credentials, RandomGenerator random) {
    this.credentials = credentials;
    this.random = random;
  }

  /** The clock reads {@code unixMillis} at {@code now}. */
  void clock(long now, long unixMillis) {
    clockKnown = true;
    clockNow = now;
    clockMillis = unixMillis;
  }

  /** Whether that reading is more than a minute from what is in use. */
  boolean clockOff(long now, long unixMillis) {
    return Math.abs(unixMillis - unixMillis(now)) > 60_000;
  }

  private long unixMillis(long now) {
    return clockMillis + (now - clockNow) / NANOS_PER_MILLI;
  }

  boolean clockKnown() {
    return clockKnown;
  }

  BindingTransaction begin(long now, long wireId, TransportAddress server, Purpose purpose) {
    return begin(now, wireId, server, purpose, Patience.LONG);
  }

  /** The answer is to go to another port of this agent's public address (RESPONSE-PORT). */
  BindingTransaction beginTo(
      long now, long wireId, TransportAddress server, int port, Patience patience) {
    return begin(now, wireId, server, Purpose.OBSERVE, patience, new ResponsePort(port));
  }

  BindingTransaction begin(
      long now, long wireId, TransportAddress server, Purpose purpose, Patience patience) {
    return purpose == Purpose.OBSERVE
        ? begin(now, wireId, server, purpose, patience, null)
        : begin(
            now,
            wireId,
            server,
            purpose,
            patience,
            new ChangeRequest(purpose == Purpose.OTHER_ADDRESS, true));
  }

  private BindingTransaction begin(
      long now,
      long wireId,
      TransportAddress server,
      Purpose purpose,
      Patience patience,
      StunAttribute extra) {
    TransactionId id = TransactionId.random(random);
    if (credentials == null) {
      byte[] bare = StunEncoder.encode(StunMessage.request(id));
      return new BindingTransaction(id, server, purpose, patience, begun++, bare, now);
    }
    List<StunAttribute> attributes = new ArrayList<>(5);
    attributes.add(new Username(credentials.username()));
    attributes.add(new SocketIdAttribute(wireId));
    attributes.add(new TimeAttribute(unixMillis(now)));
    attributes.add(new Padding(PADDING));
    if (extra != null) {
      attributes.add(extra);
    }
    StunMessage message = new StunMessage(StunClass.REQUEST, StunMessage.BINDING, id, attributes);
    byte[] request = StunEncoder.encode(message, credentials.key());
    return new BindingTransaction(id, server, purpose, patience, begun++, request, now);
  }

  /** Whether that is a success, and, for an enrolled agent, one its rendezvous made. */
  boolean authentic(Parsed answer) {
    return answer.message().isBinding(StunClass.SUCCESS)
        && answer.unknownRequired().isEmpty()
        && (credentials == null || answer.verifies(credentials.key()));
  }
}
