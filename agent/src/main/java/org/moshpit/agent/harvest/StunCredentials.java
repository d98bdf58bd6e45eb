package org.moshpit.agent.harvest;

import java.util.HexFormat;

/** What an agent's STUN requests are authenticated with, issued at enrollment. */
public final class StunCredentials {
  private final String username;
  private final byte[] key;

  /**
   * @param agentId 8 bytes
   * @param stunKey 32 bytes
   */
  public StunCredentials(byte[] agentId, byte[] stunKey) {
    if (agentId.length != 8 || stunKey.length != 32) {
      throw new IllegalArgumentException(
          "agent id of " + agentId.length + " bytes, STUN key of " + stunKey.length);
    }
    username = HexFormat.of().formatHex(agentId);
    key = stunKey.clone();
  }

  /** USERNAME: 16 hex digits. */
  String username() {
    return username;
  }

  byte[] key() {
    return key;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "StunCredentials[" + username + "]";
  }
}
