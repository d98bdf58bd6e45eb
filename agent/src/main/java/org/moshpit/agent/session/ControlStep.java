package org.moshpit.agent.session;

/**
 * Where later control stands at the laptop; the transitions are listed at {@link ControlMachine}.
 */
public enum ControlStep {
  /** Nothing is wanted. */
  IDLE,
  /** Something is wanted: waiting for the link, or for its time. */
  WAITING,
  /** Waiting for the counter to be on the disk. */
  COUNTING,
  /** Sent, waiting for the answer. */
  ASKED,
  /** Over. */
  DONE
}
