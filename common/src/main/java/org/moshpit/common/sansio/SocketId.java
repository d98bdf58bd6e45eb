package org.moshpit.common.sansio;

/** Names one UDP socket between a machine and its driver. Never reused within a machine's life. */
public record SocketId(int value) {
  @Override
  public String toString() {
    return "socket-" + value;
  }
}
