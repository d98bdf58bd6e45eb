package org.moshpit.rendezvous.io;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.responder.AgentKeys;

/** STUN keys by agent id: written by the core's loop, read by the responder's. */
final class StunKeys implements AgentKeys {
  private final Map<Long, byte[]> keys = new ConcurrentHashMap<>();

  void put(Bytes agentId, Bytes stunKey) {
    keys.put(number(agentId), stunKey.toArray());
  }

  void remove(Bytes agentId) {
    keys.remove(number(agentId));
  }

  @Override
  public byte[] stunKey(long agentId) {
    return keys.get(agentId);
  }

  /** Eight bytes as the number STUN has for them. */
  static long number(Bytes eight) {
    return ByteBuffer.wrap(eight.toArray()).getLong();
  }
}
