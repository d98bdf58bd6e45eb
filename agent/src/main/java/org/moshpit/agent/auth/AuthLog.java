package org.moshpit.agent.auth;

import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for everybody who came in, and one for everybody who proved a listed key and was
 * refused, as sshd writes them. Whoever proved nothing leaves no line here. Any thread.
 */
public final class AuthLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuthLog.class);

  /** How well the peer's address is known. */
  public enum Source {
    /** The rendezvous says so. */
    CLAIMED,
    /** A connectivity check came back from there. */
    CHECKED
  }

  private AuthLog() {}

  /**
   * Somebody came in.
   *
   * @param peer the laptop's agent name
   * @param address where it is said to be, or null
   * @param session the session id in hex
   */
  public static void accepted(
      String user,
      SshPublicKey key,
      String peer,
      TransportAddress address,
      Source source,
      String session) {
    LOG.atInfo()
        .addKeyValue("user", user)
        .addKeyValue("key", key)
        .addKeyValue("peer", peer)
        .addKeyValue("address", address)
        .addKeyValue("source", source)
        .addKeyValue("session", session)
        .log("Accepted publickey");
  }

  /** Somebody proved a listed key, and policy refused it. */
  public static void refused(
      String user,
      SshPublicKey key,
      String peer,
      TransportAddress address,
      Source source,
      String reason) {
    LOG.atWarn()
        .addKeyValue("user", user)
        .addKeyValue("key", key)
        .addKeyValue("peer", peer)
        .addKeyValue("address", address)
        .addKeyValue("source", source)
        .addKeyValue("reason", reason)
        .log("Refused publickey");
  }
}
