package org.moshpit.rendezvous.core;

/** What an agent may do, set by its invite. */
public enum Role {
  /** Be connected to and connect. */
  BOTH,
  /** Be connected to only, so that a stolen box key opens no way to other boxes. */
  BOX,
  /** Connect only. */
  LAPTOP;

  /** Whether it may log in as a box. */
  public boolean mayBeBox() {
    return this != LAPTOP;
  }

  /** Whether it may look boxes up and send offers. */
  public boolean mayConnect() {
    return this != BOX;
  }
}
