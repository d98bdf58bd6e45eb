package org.moshpit.agent.path;

/** By which way an agent's relayed datagrams go to the rendezvous. */
public enum RelayWay {
  /** Over the link. */
  LINK,
  /** Over the link, while UDP is being tried. */
  ASKING,
  /** By UDP. */
  UDP,
  /** By both: UDP seems to be silent. */
  DOUBT
}
