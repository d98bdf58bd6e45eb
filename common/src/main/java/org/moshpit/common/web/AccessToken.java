package org.moshpit.common.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

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
   * to 512 visible ASCII characters.
   *
   * @param uids the user this process runs as, and who else may own the file
   * @throws IOException with a sentence for a person
   */
  public static AccessToken read(Path file, long... uids) throws IOException {
    try {
      Map<String, Object> is =
          Files.readAttributes(file, "unix:uid,permissions,size", LinkOption.NOFOLLOW_LINKS);
      long owner = ((Number) is.get("uid")).longValue() & 0xffffffffL;
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + " must be a regular file");
      }
      if (owner != 0 && LongStream.of(uids).noneMatch(uid -> uid == owner)) {
        throw new IOException(file + " must belong to the user this runs as, or to root");
      }
      Set<?> permissions = (Set<?>) is.get("permissions");
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)
          || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
        throw new IOException(file + " can be read by others; run: chmod 600 " + file);
      }
      String token =
          (Long) is.get("size") > 2 * MAX
              ? ""
              : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      if (token.length() < MIN || token.length() > MAX || !token.matches("[!-~]+")) {
        throw new IOException(file + " must hold one line of 16 to 512 visible characters");
      }
      return new AccessToken(token);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException(file + " cannot be read by this user", e);
    }
  }

  /** Whether that is the header's value; takes as long whatever is wrong with it. */
  public boolean isIn(String authorization) {
    return authorization != null && MessageDigest.isEqual(expected, bytes(authorization));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
