package org.moshpit.rendezvous.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moshpit.rendezvous.store.StoreException;

/**
 * A file that a setting names, with PEM blocks in it (RFC 7468). Symbolic links are followed: what
 * renews certificates keeps the newest behind one.
 */
final class PemFile {
  private static final int MAX = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private final String name;
  private final String text;

  private PemFile(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Reads it; blocks that are damaged are not found, and nothing else is looked at.
   *
   * @param setting the key that names it
   * @throws StoreException if it cannot be read, or is no regular file of at most 1 MiB
   */
  static PemFile read(String setting, Path file) throws StoreException {
    String name = "The " + setting + " " + file;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new StoreException(name + " is no file.", null);
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(MAX + 1);
        if (content.length > MAX) {
          throw new StoreException(
              name + " is larger than 1 MiB; it cannot be the right one.", null);
        }
        return new PemFile(name, new String(content, StandardCharsets.ISO_8859_1));
      }
    } catch (NoSuchFileException e) {
      throw new StoreException(name + " does not exist.", e);
    } catch (AccessDeniedException e) {
      throw new StoreException(name + " cannot be read by this user.", e);
    } catch (IOException e) {
      throw new StoreException(name + " cannot be read.", e);
    }
  }

  /** The contents of the whole blocks of this label, in order. */
  List<byte[]> blocks(String label) throws StoreException {
    List<byte[]> found = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals(label)) {
        try {
          found.add(Base64.getMimeDecoder().decode(blocks.group(2)));
        } catch (IllegalArgumentException e) {
          throw wrong("is damaged", e);
        }
      }
    }
    return found;
  }

  /** Whether a block of this label begins. */
  boolean mentions(String label) {
    return text.contains("-----BEGIN " + label + "-----");
  }

  /** A sentence about this file. */
  StoreException wrong(String what, Throwable cause) {
    return new StoreException(name + " " + what + ".", cause);
  }
}
