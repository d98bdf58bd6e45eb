package org.moshpit.rendezvous.responder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moshpit.common.stun.Padding;
import org.moshpit.common.stun.SocketIdAttribute;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TimeAttribute;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.Username;

/** Requests as agents make them. */
final class AgentRequests {
  static final long AGENT = 0x8badf00d00000001L;
  static final long SOCKET = 0x0102030405060708L;
  static final byte[] KEY = key();
  static final long NOW = 1_700_000_000_000L;
  static final TransactionId ID = new TransactionId(7, 8);

  private AgentRequests() {}

  static AgentKeys keys() {
    return agentId -> agentId == AGENT ? KEY : null;
  }

  static ObservationTokens tokens() {
    return new ObservationTokens(new byte[32]);
  }

  static byte[] sound(int padding) {
    return StunEncoder.encode(message(NOW, padding), KEY);
  }

  static StunMessage message(long unixMillis, int padding, StunAttribute... more) {
    List<StunAttribute> attributes = new ArrayList<>();
    attributes.add(new Username("8badf00d00000001"));
    attributes.add(new SocketIdAttribute(SOCKET));
    attributes.add(new TimeAttribute(unixMillis));
    attributes.add(new Padding(padding));
    attributes.addAll(Arrays.asList(more));
    return new StunMessage(StunClass.REQUEST, StunMessage.BINDING, ID, attributes);
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 0x5a);
    return key;
  }
}
