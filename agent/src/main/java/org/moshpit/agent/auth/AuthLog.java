package org.moshpit.agent.auth;

import java.util.List;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for everybody who came in, one for everybody who proved a listed key and was refused,
 * and one for an offer none of whose keys is listed, as sshd writes them. The last proved nothing:
 * its words are the laptop's, and only the rendezvous' enrollment and the token buckets bound its
 * number. The address that a check has been answered from stands in the session's line on its path.
 * Any thread.
 */
public final class AuthLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuthLog.class);

  /** An address that the rendezvous says a laptop has, and that nobody has checked. */
  private static final String CLAIMED = "claimed";

  private AuthLog() {}

  /**
   * Somebody came in.
   *
   * @param peer the laptop's agent name
   * @param address where it is said to be, or null
   * @param session the session id in hex
   * @param ping whether it is only to be measured, and no session
   */
  public static void accepted(
      String user,
      SshPublicKey key,
      String peer,
      TransportAddress address,
      String session,
      boolean ping) {
    LoggingEventBuilder line =
        LOG.atInfo().addKeyValue("user", user).addKeyValue("key", key).addKeyValue("peer", peer);
    if (address != null) {
      line = line.addKeyValue("address", address).addKeyValue("source", CLAIMED);
    }
    line = line.addKeyValue("session", session);
    (ping ? line.addKeyValue("for", "ping") : line).log("Accepted publickey");
  }

  /**
   * None of the keys is in the user's authorized_keys. The laptop hears nothing of it.
   *
   * @param keys what it offered
   */
  public static void failed(String user, List<SshPublicKey> keys) {
    LOG.atInfo().addKeyValue("user", user).addKeyValue("keys", keys).log("Failed publickey");
  }

  /** Somebody proved a listed key, and policy refused it. */
  public static void refused(String user, SshPublicKey key, String peer, String reason) {
    LOG.atWarn()
        .addKeyValue("user", user)
        .addKeyValue("key", key)
        .addKeyValue("peer", peer)
        .addKeyValue("reason", reason)
        .log("Refused publickey");
  }
}
