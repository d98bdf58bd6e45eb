package org.moshpit.agent.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshReader;

/**
 * Looks at a private key file only so far as to know which key it is and whether it is encrypted;
 * both stand outside the encrypted part (OpenSSH PROTOCOL.key). Saves a program run per key.
 */
final class PrivateKeyFile {
  private static final int MAX_FILE = 1 << 16;
  private static final String BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String END = "-----END OPENSSH PRIVATE KEY-----";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);

  private PrivateKeyFile() {}

  /** The key in FILE, with its public half from FILE itself or FILE.pub; empty if it is none. */
  static Optional<UserKey> read(Path file, Optional<String> agent) {
    try {
      String text = head(file);
      Optional<SshPublicKey> beside = publicHalf(file);
      if (text.startsWith(BEGIN)) {
        int end = text.indexOf(END, BEGIN.length());
        byte[] bytes =
            Base64.getMimeDecoder()
                .decode(text.substring(BEGIN.length(), end < 0 ? text.length() : end));
        SshReader in = new SshReader(bytes);
        in.raw(MAGIC.length);
        boolean encrypted = !in.text(64).equals("none");
        in.string(64);
        in.string(1024);
        in.uint32();
        SshPublicKey key = SshPublicKey.parse(in.string(SshPublicKey.MAX_BLOB));
        return Optional.of(new UserKey(key, Optional.of(file), agent, asks(key, encrypted)));
      }
      if (text.contains("PRIVATE KEY-----")) {
        boolean encrypted = text.contains("ENCRYPTED");
        return beside.map(key -> new UserKey(key, Optional.of(file), agent, asks(key, encrypted)));
      }
      // A public key file, whose private half an agent holds (ssh -i takes that, too).
      SshPublicKey key = SshPublicKey.parseText(text.lines().findFirst().orElse(""));
      Path secret = withoutPub(file);
      return secret != null && Files.isReadable(secret)
          ? read(secret, agent)
          : Optional.of(new UserKey(key, Optional.of(file), agent, asks(key, false)));
    } catch (IOException | SshFormatException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static UserKey.Interaction asks(SshPublicKey key, boolean encrypted) {
    if (key.type().isSecurityKey()) {
      return UserKey.Interaction.TOUCH;
    }
    return encrypted ? UserKey.Interaction.PASSPHRASE : UserKey.Interaction.NONE;
  }

  /** The key in FILE.pub; what a configuration names may exist only there. */
  static Optional<SshPublicKey> publicHalf(Path file) {
    try {
      String text = head(file.resolveSibling(file.getFileName() + ".pub"));
      return Optional.of(SshPublicKey.parseText(text.lines().findFirst().orElse("")));
    } catch (IOException | SshFormatException e) {
      return Optional.empty();
    }
  }

  private static Path withoutPub(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".pub")
        ? file.resolveSibling(name.substring(0, name.length() - ".pub".length()))
        : null;
  }

  private static String head(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_FILE), StandardCharsets.ISO_8859_1);
    }
  }
}
