package org.moshpit.agent.portmap;

/** What is known of one protocol at one router. */
public enum Knowledge {
  /** Not asked yet, or not answered yet. */
  UNKNOWN,
  /** It answered. */
  ANSWERS,
  /** It does not answer; not asked until the next round. */
  SILENT,
  /** It refuses, or what it says is of no use; not asked until the next round. */
  USELESS
}
