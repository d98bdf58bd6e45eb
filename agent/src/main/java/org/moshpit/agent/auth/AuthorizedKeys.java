package org.moshpit.agent.auth;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.moshpit.common.identity.KeyType;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;

/**
 * The keys of one user, from one or more authorized_keys files (sshd(8), AUTHORIZED_KEYS FILE
 * FORMAT), in the order in which sshd looks at them. A line that is no key is skipped. Immutable.
 *
 * <p>If a key stands in several lines, the first one decides that sshd would not refuse: a refusal
 * of ours never lets a later line win that sshd would not have come to.
 */
public final class AuthorizedKeys {
  /** A file larger than this is not read, in bytes. */
  public static final int MAX_FILE = 1 << 20;

  private static final Set<String> RSA_NAMES = Set.of("rsa-sha2-256", "rsa-sha2-512");

  private final List<String> lines;

  private AuthorizedKeys(List<String> lines) {
    this.lines = lines;
  }

  /** Reads the contents of files, in order. Never fails: what is no key is not a key. */
  public static AuthorizedKeys parse(byte[]... files) {
    return parse(List.of(files));
  }

  /** Reads the contents of files, in order. Never fails: what is no key is not a key. */
  public static AuthorizedKeys parse(List<byte[]> files) {
    List<String> lines = new ArrayList<>();
    for (byte[] file : files) {
      // One character per byte, so that nothing is lost and nothing is changed.
      for (String raw : new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        int nul = raw.indexOf('\0');
        String line = skipBlanks(nul < 0 ? raw : raw.substring(0, nul));
        if (!line.isEmpty() && !line.startsWith("#")) {
          lines.add(line);
        }
      }
    }
    return new AuthorizedKeys(lines);
  }

  /** The options of this line if it holds this key. */
  private static Optional<KeyOptions> match(String line, SshPublicKey key) {
    if (isKey(line, key)) {
      return Optional.of(KeyOptions.parse(""));
    }
    int end = KeyOptions.end(line);
    if (end < 0 || !isKey(skipBlanks(line.substring(end)), key)) {
      return Optional.empty();
    }
    return Optional.of(KeyOptions.parse(line.substring(0, end)));
  }

  private static String skipBlanks(String text) {
    return text.substring(wordStart(text, 0));
  }

  private static int wordStart(String text, int from) {
    int i = from;
    while (i < text.length() && isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int wordEnd(String text, int from) {
    int i = from;
    while (i < text.length() && !isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Keys have one encoding and base64 has one, so that their text can be compared. */
  private static boolean isKey(String text, SshPublicKey key) {
    int typeEnd = wordEnd(text, 0);
    String type = text.substring(0, typeEnd);
    if (!type.equals(key.type().sshName())
        && !(key.type() == KeyType.RSA && RSA_NAMES.contains(type))) {
      return false;
    }
    int start = wordStart(text, typeEnd);
    // Like sshd's decoder, which passes over the carriage return that some editors leave.
    String base64 = text.substring(start, wordEnd(text, start)).replaceAll("[\\r\\x0b\\f]", "");
    return key.toText().substring(key.type().sshName().length() + 1).equals(base64);
  }

  /** Whether some line holds this key, whatever its options say. */
  public boolean lists(SshPublicKey key) {
    return lines.stream().anyMatch(line -> match(line, key).isPresent());
  }

  /**
   * What the files say of each of their keys at this moment, in order; a key that stands in several
   * lines counts once.
   *
   * @param zone the time zone in which {@code expiry-time=} without a Z is meant
   */
  public List<KeyPolicy> policies(Instant now, ZoneId zone) {
    return lines.stream()
        .flatMap(line -> key(line).stream())
        .distinct()
        .flatMap(key -> policy(key, now, zone).stream())
        .toList();
  }

  /** The key that stands in a line, at its beginning or after its options. */
  private static Optional<SshPublicKey> key(String line) {
    int end = KeyOptions.end(line);
    for (String text : List.of(line, end < 0 ? "" : skipBlanks(line.substring(end)))) {
      String[] words = text.strip().split("[ \t]+", 3);
      try {
        if (words.length >= 2) {
          String type = RSA_NAMES.contains(words[0]) ? KeyType.RSA.sshName() : words[0];
          return Optional.of(SshPublicKey.parseText(type, words[1]));
        }
      } catch (SshFormatException e) {
        continue; // the options come first, or it is no key
      }
    }
    return Optional.empty();
  }

  /**
   * What the files say of this key at this moment; empty if it is not listed.
   *
   * @param zone the time zone in which {@code expiry-time=} without a Z is meant
   */
  public Optional<KeyPolicy> policy(SshPublicKey key, Instant now, ZoneId zone) {
    Optional<KeyPolicy> refused = Optional.empty();
    for (String line : lines) {
      Optional<KeyOptions> options = match(line, key);
      if (options.isEmpty()) {
        continue;
      }
      Optional<String> reason = options.get().refusedBySshd(now, zone);
      if (reason.isEmpty()) {
        return options.map(KeyOptions::policy);
      }
      if (refused.isEmpty()) {
        refused = reason.map(text -> new KeyPolicy.Refused(sentence(text)));
      }
    }
    return refused;
  }

  static String sentence(String predicate) {
    return "Your key's line in authorized_keys " + predicate + ".";
  }
}
