package org.moshpit.common.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Vectors made with ssh-keygen and openssl (the security keys' by software, checked by both). */
final class Golden {
  private Golden() {}

  static byte[] bytes(String file) {
    try (InputStream in = Golden.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String file) {
    return new String(bytes(file), StandardCharsets.UTF_8).strip();
  }

  static byte[] hex(String file) {
    return HexFormat.of().parseHex(text(file));
  }

  static SshPublicKey key(String name) throws SshFormatException {
    return SshPublicKey.parseText(text(name + ".pub"));
  }

  static SshSignature signature(String name) throws SshFormatException {
    return SshSignature.parseArmor(text(name + ".sig"));
  }
}
