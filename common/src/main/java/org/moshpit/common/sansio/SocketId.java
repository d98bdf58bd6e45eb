package org.moshpit.common.sansio;

/** Names one UDP socket between a machine and its driver. Never reused within a machine's life. */
public record SocketId(int value) {
  @Override
  public String toString() {
    return "socket-" + value;
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof SocketId that && value == that.value;
  }

  @Override
  public int hashCode() {
    return value;
  }
}
