package org.moshpit.common.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.stream.LongStream;
import org.moshpit.common.files.OpenedFile;

/** A secret that a scraper sends as {@code Authorization: Bearer TOKEN} (RFC 6750 §2.1). */
public final class AccessToken {
  private static final int MIN = 16;
  private static final int MAX = 512;

  private final byte[] expected;

  private AccessToken(String token) {
    expected = bytes("Bearer " + token);
  }

  /**
   * Reads it from a file of one of these users or root's, that nobody else can read: one line of 16
   * to 512 visible ASCII characters. A group may read root's file, for that is how a daemon of
   * another user can.
   *
   * @param uids the user this process runs as, and who else may own the file
   * @throws IOException with a sentence for a person
   */
  public static AccessToken read(Path file, long... uids) throws IOException {
    OpenedFile opened;
    try {
      opened = OpenedFile.read(file, 2 * MAX);
    } catch (OpenedFile.NotRegularException e) {
      throw new IOException(file + " must be a regular file", e);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " cannot be read by this user", e);
    }
    long owner = opened.uid();
    if (owner != 0 && LongStream.of(uids).noneMatch(uid -> uid == owner)) {
      throw new IOException(file + " must belong to the user this runs as, or to root");
    }
    boolean forGroup = owner == 0 && LongStream.of(uids).anyMatch(uid -> uid != 0);
    if ((opened.mode() & (forGroup ? 027 : 077)) != 0) {
      throw new IOException(
          String.format(
              "%s can be read by others (mode %04o); run: chmod %s %s",
              file, opened.mode(), forGroup ? "640" : "600", file));
    }
    String token =
        opened.content() == null
            ? ""
            : new String(opened.content(), StandardCharsets.ISO_8859_1).strip();
    if (token.length() < MIN || token.length() > MAX || !token.matches("[!-~]+")) {
      throw new IOException(file + " must hold one line of 16 to 512 visible characters");
    }
    return new AccessToken(token);
  }

  /** Whether that is the header's value; takes as long whatever is wrong with it. */
  public boolean isIn(String authorization) {
    return authorization != null && MessageDigest.isEqual(expected, bytes(authorization));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
