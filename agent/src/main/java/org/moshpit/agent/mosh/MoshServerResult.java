package org.moshpit.agent.mosh;

import java.util.Objects;

/** What became of a {@link MoshServerRequest}. */
public sealed interface MoshServerResult {

  /**
   * It runs.
   *
   * @param port its UDP port
   * @param key the mosh key, 22 characters of base64; never to a log or the disk
   * @param process the detached mosh-server
   */
  record Started(int port, String key, ServerProcess process) implements MoshServerResult {
    /** Checks for nulls. */
    public Started {
      Objects.requireNonNull(key);
      Objects.requireNonNull(process);
    }

    /** Without the key. */
    @Override
    public String toString() {
      return "Started[port=" + port + ", process=" + process + "]";
    }
  }

  /**
   * It does not, and nothing that is known to be of it is left.
   *
   * @param reason what a program acts on
   * @param sentence one sentence for the person, saying what to do
   */
  record Failed(Reason reason, String sentence) implements MoshServerResult {}

  /** Why mosh-server does not run. */
  enum Reason {
    /** There is no mosh-server on the box, or it cannot be executed. */
    NOT_FOUND,
    /** The negotiated port is taken, and no other was allowed. */
    PORT_TAKEN,
    /** It would have listened on an address it was not told to. */
    BIND,
    /** Neither the box's locale nor the peer's is UTF-8 there. */
    LOCALE,
    /** It said nothing in time. */
    TIMEOUT,
    /** It ended, or said something else than mosh-server does. */
    GARBLED
  }
}
