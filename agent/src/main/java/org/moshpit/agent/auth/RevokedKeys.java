package org.moshpit.agent.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshReader;

/**
 * sshd_config(5), RevokedKeys: a text file of public keys, or a key revocation list, which {@code
 * ssh-keygen -Q} reads. A file that cannot be read revokes everything, as with sshd.
 */
final class RevokedKeys {
  private static final byte[] MAGIC = "SSHKRL\n\0".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_FILE = 64 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private RevokedKeys() {}

  static boolean contains(Path file, SshPublicKey key) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_FILE + 1);
    }
    if (bytes.length > MAX_FILE) {
      throw new IOException("revoked keys are larger than 64 MiB");
    }
    boolean list =
        bytes.length >= MAGIC.length
            && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    return list ? inList(file, key) : inText(bytes, key);
  }

  /** Lines of TYPE BASE64. sshd takes a line that is none for damage, and stops: so do we. */
  private static boolean inText(byte[] bytes, SshPublicKey key) throws IOException {
    boolean found = false;
    for (String raw : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split("[ \t]+", 3);
      try {
        byte[] blob = Base64.getDecoder().decode(words.length < 2 ? "" : words[1]);
        if (!new SshReader(blob).text(64).equals(words[0])) {
          throw new IOException("a line of the revoked keys is no key");
        }
        found |= Arrays.equals(blob, key.blob());
      } catch (SshFormatException | IllegalArgumentException e) {
        throw new IOException("a line of the revoked keys is no key", e);
      }
    }
    return found;
  }

  /** Exit status 0: not revoked. Anything else is taken as revoked. */
  private static boolean inList(Path file, SshPublicKey key) throws IOException {
    Path temporary = Files.createTempDirectory("moshpit-revoked");
    Path pub = temporary.resolve("key.pub");
    try {
      Files.writeString(pub, key.toText() + "\n");
      return !Subprocess.run(
              List.of(
                  Subprocess.require("ssh-keygen"), "-Q", "-f", file.toString(), pub.toString()),
              LIMIT,
              MAX_FILE)
          .ok();
    } finally {
      Files.deleteIfExists(pub);
      Files.deleteIfExists(temporary);
    }
  }
}
