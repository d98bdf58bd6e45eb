package org.moshpit.rendezvous.core;

/** Names one TCP link. Never reused while the process lives. */
public record LinkId(long value) {
  @Override
  public String toString() {
    return "link-" + value;
  }
}
