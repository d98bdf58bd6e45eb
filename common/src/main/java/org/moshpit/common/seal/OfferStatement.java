package org.moshpit.common.seal;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshReader;
import org.moshpit.common.identity.SshWriter;

/**
 * What a person's key signs: this one offer, to this one box, now. Layout in the package's head.
 * The arrays are handed over and not changed afterwards.
 *
 * @param hostKey the box's host key blob
 * @param staticKey the box's Noise static key, 32 bytes
 * @param realm 32 bytes
 * @param name the box
 * @param user whose session on the box
 * @param ephemeral public Noise ephemeral of the message it travels in, 32 bytes
 * @param timeMillis Unix milliseconds on the laptop
 * @param nonce 32 random bytes
 * @param order 16 random bytes, the same in all offers that one thing a person asked for leads to:
 *     the box carries it out once
 * @param challenge empty, or 32 bytes from the box
 * @param requestHash SHA-256 of the serialized request
 */
public record OfferStatement(
    byte[] hostKey,
    byte[] staticKey,
    byte[] realm,
    String name,
    String user,
    byte[] ephemeral,
    long timeMillis,
    byte[] nonce,
    byte[] order,
    byte[] challenge,
    byte[] requestHash) {
  /** The protocol the statement speaks of. */
  public static final String PROTOCOL = "moshpit/1";

  /** The signature namespace of people's keys. */
  public static final String NAMESPACE = "moshpit-offer-v1";

  // What user data bases hold, and nothing that a shell, a path or an option could mistake.
  private static final Pattern USER =
      Pattern.compile("(?!-)[^\\p{C}\\p{Z}/:]{1," + SealedLimits.USER + "}");

  /** Checks the lengths; a wrong one is the caller's bug. */
  public OfferStatement {
    String wrong = wrong(hostKey, staticKey, realm, name, user, ephemeral, nonce, order, challenge);
    if (wrong != null || requestHash.length != SealedLimits.HASH) {
      throw new IllegalArgumentException("offer statement: " + wrong);
    }
  }

  /** Whether a user can be named so. */
  public static boolean isUser(String user) {
    return USER.matcher(user).matches();
  }

  /** The hash of a serialized request. */
  public static byte[] hashOf(byte[] request) {
    return SessionSecret.sha256(request);
  }

  private static String wrong(
      byte[] hostKey,
      byte[] staticKey,
      byte[] realm,
      String name,
      String user,
      byte[] ephemeral,
      byte[] nonce,
      byte[] order,
      byte[] challenge) {
    if (hostKey.length == 0 || hostKey.length > SshPublicKey.MAX_BLOB) {
      return "host key";
    }
    if (staticKey.length != SealedLimits.KEY || ephemeral.length != SealedLimits.KEY) {
      return "Noise key";
    }
    if (realm.length != SealedLimits.REALM) {
      return "realm";
    }
    if (!BoxName.isValid(name)) {
      return "name";
    }
    if (!isUser(user)) {
      return "user";
    }
    if (nonce.length != SealedLimits.NONCE) {
      return "nonce";
    }
    if (order.length != SealedLimits.ORDER) {
      return "order";
    }
    return challenge.length == 0 || challenge.length == SealedLimits.NONCE ? null : "challenge";
  }

  /** The bytes that are signed. */
  public byte[] encode() {
    return new SshWriter()
        .string(PROTOCOL)
        .string(hostKey)
        .string(staticKey)
        .string(realm)
        .string(name)
        .string(user)
        .string(ephemeral)
        .uint64(timeMillis)
        .string(nonce)
        .string(order)
        .string(challenge)
        .string(requestHash)
        .toBytes();
  }

  /** From the bytes that were signed. */
  public static Checked<OfferStatement> parse(byte[] bytes) {
    try {
      return new Checked.Good<>(read(new SshReader(bytes)));
    } catch (SshFormatException e) {
      return new Checked.Bad<>("statement");
    }
  }

  private static OfferStatement read(SshReader in) throws SshFormatException {
    if (!in.text(PROTOCOL.length()).equals(PROTOCOL)) {
      throw new SshFormatException("another protocol");
    }
    byte[] hostKey = in.string(SshPublicKey.MAX_BLOB);
    byte[] staticKey = in.stringOf(SealedLimits.KEY);
    byte[] realm = in.stringOf(SealedLimits.REALM);
    String name = in.text(63);
    String user = in.text(SealedLimits.USER * 4);
    byte[] ephemeral = in.stringOf(SealedLimits.KEY);
    long timeMillis = in.uint64();
    byte[] nonce = in.stringOf(SealedLimits.NONCE);
    byte[] order = in.stringOf(SealedLimits.ORDER);
    byte[] challenge = in.string(SealedLimits.NONCE);
    byte[] requestHash = in.stringOf(SealedLimits.HASH);
    in.end();
    if (timeMillis < 0) {
      throw new SshFormatException("time");
    }
    String wrong = wrong(hostKey, staticKey, realm, name, user, ephemeral, nonce, order, challenge);
    if (wrong != null) {
      throw new SshFormatException(wrong);
    }
    return new OfferStatement(
        hostKey,
        staticKey,
        realm,
        name,
        user,
        ephemeral,
        timeMillis,
        nonce,
        order,
        challenge,
        requestHash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OfferStatement that && Arrays.equals(encode(), that.encode());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encode());
  }

  @Override
  public String toString() {
    return "offer of " + user + " to " + name + " at " + timeMillis;
  }
}
