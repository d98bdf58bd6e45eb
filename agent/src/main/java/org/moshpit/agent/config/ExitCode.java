package org.moshpit.agent.config;

/** The exit codes of the agent's commands. They are a contract: scripts rely on the numbers. */
public enum ExitCode {
  /** Done. */
  OK(0),
  /** It failed, for a reason that has no code of its own. */
  FAILURE(1),
  /** Wrong usage or configuration, or no terminal where one is needed. */
  USAGE(2),
  /**
   * The name is unknown, the box is offline, or none of the offered keys is in its authorized_keys;
   * by design these cannot be told apart.
   */
  NO_ANSWER(10),
  /** The key is listed on the box, but its policy refuses it; the sentence carries the reason. */
  REFUSED(11),
  /** The rendezvous cannot be reached, is not the one that was pinned, or refused this agent. */
  RENDEZVOUS(12),
  /** The box showed another host key than the remembered one. */
  HOST_KEY_CHANGED(13),
  /** There is no mosh-client here, or no mosh-server on the box. */
  NO_MOSH(14),
  /** No direct path was found, and the relay was ruled out with {@code --relay=never}. */
  NO_PATH(15),
  /** Interrupted by the person (SIGINT) before a session ran. */
  INTERRUPTED(130);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  /** The process' exit status, 0–255. */
  public int value() {
    return value;
  }
}
