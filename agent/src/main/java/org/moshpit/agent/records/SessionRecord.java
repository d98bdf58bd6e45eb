package org.moshpit.agent.records;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.seal.SealedLimits;
import org.moshpit.common.seal.SessionId;

/**
 * A session as it is kept. Layout in the package's head. The secret is handed over.
 *
 * @param role which end keeps it
 * @param user on the box
 * @param port the negotiated one, 1–65535
 * @param serverPort mosh-server's, 0–65535
 * @param pid mosh-server's, 0 if there is none (yet)
 * @param pidStart its start in clock ticks since boot, 0 if unknown
 * @param uid the numeric user id it runs as, −1 if there is none (yet)
 * @param sinceMillis Unix milliseconds
 * @param heardMillis when the laptop was last known to be heard, in milliseconds of the kernel's
 *     clock since boot, which goes on during suspend and which nobody sets; {@link #NEVER_HEARD},
 *     or {@link #HEARD_UNKNOWN}
 * @param peer the other end's name
 * @param peerKey hex, see the package's head
 * @param key fingerprint of the person's key
 * @param secret 32 bytes
 * @param counter of the last control message, 0 or more
 * @param handover whether mosh-server itself owns the negotiated port
 * @param relay the number of its relay at the rendezvous, 0 if there is none
 */
public record SessionRecord(
    Role role,
    SessionId id,
    String user,
    int port,
    int serverPort,
    long pid,
    long pidStart,
    int uid,
    long sinceMillis,
    long heardMillis,
    String peer,
    String peerKey,
    String key,
    byte[] secret,
    long counter,
    boolean handover,
    int relay) {
  /** No client has come yet. */
  public static final long NEVER_HEARD = 0;

  /** Written by an agent that did not keep it, or nothing of the session passes through here. */
  public static final long HEARD_UNKNOWN = -1;

  /** Which end keeps the record. */
  public enum Role {
    BOX,
    LAPTOP
  }

  static final int MAX_LENGTH = 4096;
  private static final String FORMAT = "moshpit-session ";
  private static final String HEAD = FORMAT + "1";

  /** Checks what a file must be able to hold; anything else is the caller's bug. */
  public SessionRecord {
    Objects.requireNonNull(role);
    Objects.requireNonNull(id);
    if (port < 1 || port > 65535 || serverPort < 0 || serverPort > 65535) {
      throw new IllegalArgumentException("port");
    }
    if (pid < 0
        || pidStart < 0
        || counter < 0
        || heardMillis < HEARD_UNKNOWN
        || secret.length != SealedLimits.SECRET) {
      throw new IllegalArgumentException("session record out of range");
    }
    for (String text : new String[] {user, peer, peerKey, key}) {
      if (text.length() > 512 || !text.equals(text.strip()) || !PlainText.isPlain(text)) {
        throw new IllegalArgumentException("text with a line break or blanks around it");
      }
    }
  }

  /** The same with another counter. */
  public SessionRecord withCounter(long newCounter) {
    return with(draft -> draft.counter = newCounter);
  }

  /** The same with the laptop heard later. */
  public SessionRecord withHeard(long newHeardMillis) {
    return with(draft -> draft.heardMillis = newHeardMillis);
  }

  /** The same with another relay. */
  public SessionRecord withRelay(int newRelay) {
    return with(draft -> draft.relay = newRelay);
  }

  /** The same with mosh-server running. */
  public SessionRecord withServer(int newServerPort, long newPid, long newPidStart, int newUid) {
    return with(
        draft -> {
          draft.serverPort = newServerPort;
          draft.pid = newPid;
          draft.pidStart = newPidStart;
          draft.uid = newUid;
        });
  }

  /** What changes while a session lives. */
  private static final class Draft {
    int serverPort;
    long pid;
    long pidStart;
    int uid;
    long heardMillis;
    long counter;
    int relay;
  }

  private SessionRecord with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.serverPort = serverPort;
    draft.pid = pid;
    draft.pidStart = pidStart;
    draft.uid = uid;
    draft.heardMillis = heardMillis;
    draft.counter = counter;
    draft.relay = relay;
    change.accept(draft);
    return new SessionRecord(
        role,
        id,
        user,
        port,
        draft.serverPort,
        draft.pid,
        draft.pidStart,
        draft.uid,
        sinceMillis,
        draft.heardMillis,
        peer,
        peerKey,
        key,
        secret,
        draft.counter,
        handover,
        draft.relay);
  }

  byte[] encode() {
    String body =
        HEAD
            + "\nrole = "
            + role.name().toLowerCase(Locale.ROOT)
            + "\nid = "
            + id.hex()
            + "\nuser = "
            + user
            + "\nport = "
            + port
            + "\nserver-port = "
            + serverPort
            + "\npid = "
            + pid
            + "\npid-start = "
            + pidStart
            + "\nuid = "
            + uid
            + "\nsince = "
            + sinceMillis
            + "\nheard = "
            + heardMillis
            + "\npeer = "
            + peer
            + "\npeer-key = "
            + peerKey
            + "\nkey = "
            + key
            + "\nsecret = "
            + Base64.getEncoder().encodeToString(secret)
            + "\ncounter = "
            + counter
            + "\nhandover = "
            + (handover ? "yes" : "no")
            + "\nrelay = "
            + relay
            + "\n";
    return (body + "check = " + check(body) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Nothing if these are not exactly the bytes of a record. */
  static Optional<SessionRecord> parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int last = text.lastIndexOf("check = ");
    if (!text.startsWith(HEAD + "\n")
        || last < 0
        || !text.substring(last).equals("check = " + check(text.substring(0, last)) + "\n")) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    for (String line : text.substring(HEAD.length() + 1, last).split("\n", -1)) {
      int equals = line.indexOf(" = ");
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 3));
      }
    }
    try {
      return Optional.of(read(fields));
    } catch (IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }

  /** Whether these begin as another version's record does, which this one cannot judge. */
  static boolean isOfAnotherVersion(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.matches("(?s)" + FORMAT + "[1-9][0-9]{0,5}\n.*") && !text.startsWith(HEAD + "\n");
  }

  private static SessionRecord read(Map<String, String> fields) {
    return new SessionRecord(
        Role.valueOf(fields.get("role").toUpperCase(Locale.ROOT)),
        new SessionId(fields.get("id")),
        fields.get("user"),
        Integer.parseInt(fields.get("port")),
        Integer.parseInt(fields.get("server-port")),
        Long.parseLong(fields.get("pid")),
        Long.parseLong(fields.get("pid-start")),
        Integer.parseInt(fields.getOrDefault("uid", "-1")),
        Long.parseLong(fields.get("since")),
        Long.parseLong(fields.getOrDefault("heard", Long.toString(HEARD_UNKNOWN))),
        fields.get("peer"),
        fields.get("peer-key"),
        fields.get("key"),
        Base64.getDecoder().decode(fields.get("secret")),
        Long.parseLong(fields.get("counter")),
        fields.get("handover").equals("yes"),
        Integer.parseInt(fields.getOrDefault("relay", "0")));
  }

  private static String check(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return role + " session " + id + " of " + user + " with " + peer + ", pid " + pid;
  }
}
