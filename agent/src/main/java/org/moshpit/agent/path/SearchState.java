package org.moshpit.agent.path;

/** How the search for a direct path stands, beside the {@link PathState}. */
public enum SearchState {
  /** There is nothing to look for. */
  IDLE,
  /** Sockets or their mappings are not known yet. */
  GATHERING,
  /** The peer's description is awaited. */
  EXCHANGING,
  /** Checks run, or the pair they chose is being proven. */
  CHECKING,
  /** The last attempt failed; the next one has its time. */
  PAUSING
}
