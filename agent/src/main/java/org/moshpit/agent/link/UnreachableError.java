package org.moshpit.agent.link;

/**
 * The cause of a {@link org.moshpit.agent.config.UserError} that began with no address of the
 * rendezvous answering.
 */
public final class UnreachableError extends Exception {
  UnreachableError(String why) {
    super(why);
  }
}
