package org.moshpit.agent.punch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.TransactionId;

/**
 * The word that a session is over, for the direct path: an indication under the credentials that
 * both ends told each other sealed, as port notes are. The rendezvous has no part in it, and cannot
 * make one. It may be said again by anybody who sees it, which changes nothing: what is over stays
 * over, and credentials are of one session.
 */
public final class EndNote {
  /** Of the reason, in UTF-8: the note stays far below any path's MTU. */
  static final int MAX_BYTES = 300;

  private EndNote() {}

  /**
   * Writes one, under the credentials of {@code codec}, which must know the peer's.
   *
   * @param reason for the person; cut to what fits
   */
  static byte[] write(CheckCodec codec, TransactionId id, String reason) {
    return codec.end(id, text(reason));
  }

  /**
   * Reads one; never fails.
   *
   * @return the reason as the peer wrote it, perhaps empty; none if it is no such note of the
   *     peer's
   */
  public static Optional<String> read(SealedPairs pairs, Parsed parsed) {
    for (SealedPairs.Pair pair : pairs.all()) {
      Optional<String> reason = read(pair.codec, parsed);
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  /** The same, under the credentials of one generation. */
  static Optional<String> read(CheckCodec codec, Parsed parsed) {
    return codec.readEnd(parsed).map(text -> new String(cut(text), StandardCharsets.UTF_8));
  }

  private static byte[] text(String reason) {
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_BYTES);
    while (length < bytes.length && length > 0 && (bytes[length] & 0xC0) == 0x80) {
      length--; // not within a character
    }
    return Arrays.copyOf(bytes, length);
  }

  private static byte[] cut(byte[] bytes) {
    return bytes.length <= MAX_BYTES ? bytes : Arrays.copyOf(bytes, MAX_BYTES);
  }
}
