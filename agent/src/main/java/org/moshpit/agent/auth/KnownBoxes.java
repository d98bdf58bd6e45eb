package org.moshpit.agent.auth;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;

/**
 * The boxes this person knows, in a file of the known_hosts format that is ours alone:
 *
 * <pre>
 * NAME@REALMHEX KEYTYPE BASE64 serial=N noise=HEX [key=TYPE:BASE64 [file=PATH] [agent=SOCKET] [asks=…]]
 * </pre>
 *
 * <p>What stands after the key is a comment to OpenSSH; values are percent-encoded. Lines that are
 * not understood are kept as they are. Every change reads the file again under a lock ({@code
 * known_boxes.lock}), so that two connects at once lose nothing. Any thread; blocks on the disk.
 */
public final class KnownBoxes {
  private static final int MAX_FILE = 4 << 20;
  private static final int WORDS = 3;
  private static final HexFormat HEX = HexFormat.of();

  /** What a record means to a laptop that remembers boxes. */
  public sealed interface Check {
    /** Never seen: the person decides on the host key's fingerprint. */
    record Unknown(SshPublicKey hostKey) implements Check {}

    /** The known box; nothing to decide. */
    record Known(KnownBox box) implements Check {}

    /** Another host key than the remembered one: stop (exit 13). */
    record HostKeyChanged(SshPublicKey remembered, SshPublicKey presented) implements Check {}

    /** Right key, but older than what was seen: an old record replayed. Not to be used. */
    record Outdated(long remembered, long presented) implements Check {}

    /** Not a record of this box for this moment, whoever sent it. */
    record Invalid(SignedBoxRecord.Verdict verdict) implements Check {}
  }

  private final Path file;

  /** On this file, which need not exist. */
  public KnownBoxes(Path file) {
    this.file = file;
  }

  /** The remembered box, if any. */
  public Optional<KnownBox> find(String name, byte[] realm) throws IOException {
    String host = host(name, realm);
    for (String line : lines()) {
      if (line.startsWith(host + " ")) {
        Optional<KnownBox> box = parse(line);
        if (box.isPresent()) {
          return box;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Holds a record against what is remembered, and changes nothing.
   *
   * @param nowSeconds Unix time
   */
  public Check check(SignedBoxRecord signed, String name, byte[] realm, long nowSeconds)
      throws IOException {
    return check(find(name, realm), signed, name, realm, nowSeconds);
  }

  /** The same, with what {@link #find} returned. */
  public static Check check(
      Optional<KnownBox> known,
      SignedBoxRecord signed,
      String name,
      byte[] realm,
      long nowSeconds) {
    SignedBoxRecord.Verdict verdict = signed.verify(realm, name, nowSeconds);
    // Another host key is worth a loud word only if the record is otherwise what was asked for.
    if (verdict != SignedBoxRecord.Verdict.VALID) {
      return new Check.Invalid(verdict);
    }
    if (known.isEmpty()) {
      return new Check.Unknown(signed.hostKey());
    }
    KnownBox box = known.get();
    if (!box.hostKey().equals(signed.hostKey())) {
      return new Check.HostKeyChanged(box.hostKey(), signed.hostKey());
    }
    BoxRecord record = signed.record();
    String noiseKey = HEX.formatHex(record.noiseKey());
    boolean sameKey = box.noiseKey().equals(noiseKey);
    if (record.serial() < box.serial() || (record.serial() == box.serial() && !sameKey)) {
      return new Check.Outdated(box.serial(), record.serial());
    }
    return new Check.Known(
        new KnownBox(
            box.name(), box.realm(), box.hostKey(), noiseKey, record.serial(), box.lastKey()));
  }

  /**
   * Remembers a box whose record {@link #check} found good, or whose host key the person accepted;
   * the last key stays. A remembered box keeps its host key and never goes back to a lower serial.
   */
  public void remember(SignedBoxRecord signed) throws IOException {
    BoxRecord record = signed.record();
    KnownBox fresh =
        new KnownBox(
            record.name(),
            HEX.formatHex(record.realm()),
            signed.hostKey(),
            HEX.formatHex(record.noiseKey()),
            record.serial(),
            Optional.empty());
    change(
        record.name(),
        record.realm(),
        known -> {
          if (known.isEmpty()) {
            return Optional.of(fresh);
          }
          KnownBox old = known.get();
          boolean newer = old.hostKey().equals(fresh.hostKey()) && fresh.serial() > old.serial();
          return newer
              ? Optional.of(
                  new KnownBox(
                      old.name(),
                      old.realm(),
                      old.hostKey(),
                      fresh.noiseKey(),
                      fresh.serial(),
                      old.lastKey()))
              : known;
        });
  }

  /** Remembers which key the box let in. */
  public void accepted(String name, byte[] realm, UserKey key) throws IOException {
    change(
        name,
        realm,
        known ->
            known.map(
                old ->
                    new KnownBox(
                        old.name(),
                        old.realm(),
                        old.hostKey(),
                        old.noiseKey(),
                        old.serial(),
                        Optional.of(key))));
  }

  /** Forgets a box: the next contact is a first one. */
  public void forget(String name, byte[] realm) throws IOException {
    change(name, realm, known -> Optional.empty());
  }

  private void change(String name, byte[] realm, UnaryOperator<Optional<KnownBox>> change)
      throws IOException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    // Locks are between processes; between threads of one, the monitor.
    synchronized (KnownBoxes.class) {
      try (FileChannel channel = IdentityFiles.lockFile(lock);
          FileLock held = channel.lock()) {
        Optional<KnownBox> before = find(name, realm);
        Optional<KnownBox> after = change.apply(before);
        if (!held.isValid()) {
          throw new IOException("lost the lock on " + lock);
        }
        if (!after.equals(before)) {
          String host = host(name, realm) + " ";
          List<String> lines = new ArrayList<>(lines());
          lines.removeIf(line -> line.startsWith(host));
          after.ifPresent(box -> lines.add(format(box)));
          IdentityFiles.write(file, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        }
      }
    }
  }

  private List<String> lines() throws IOException {
    return IdentityFiles.read(file, MAX_FILE)
        .map(text -> text.lines().filter(line -> !line.isBlank()).toList())
        .orElse(List.of());
  }

  private static String host(String name, byte[] realm) {
    return name + "@" + HEX.formatHex(realm);
  }

  private static Optional<KnownBox> parse(String line) {
    try {
      String[] words = line.strip().split(" +", -1);
      int at = words[0].indexOf('@');
      if (at < 0 || words.length < WORDS) {
        return Optional.empty();
      }
      Map<String, String> values = new HashMap<>();
      for (int i = WORDS; i < words.length; i++) {
        int equals = words[i].indexOf('=');
        if (equals > 0) {
          values.put(
              words[i].substring(0, equals),
              URLDecoder.decode(words[i].substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
      String noiseKey = values.getOrDefault("noise", "");
      if (HEX.parseHex(noiseKey).length != BoxRecord.NOISE_KEY_LENGTH) {
        return Optional.empty();
      }
      return Optional.of(
          new KnownBox(
              words[0].substring(0, at),
              words[0].substring(at + 1),
              SshPublicKey.parseText(words[1], words[2]),
              noiseKey,
              Long.parseLong(values.getOrDefault("serial", "")),
              lastKey(values)));
    } catch (SshFormatException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<UserKey> lastKey(Map<String, String> values) {
    String text = values.get("key");
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new UserKey(
              SshPublicKey.parseText(text.replace(':', ' ')),
              Optional.ofNullable(values.get("file")).map(Path::of),
              Optional.ofNullable(values.get("agent")),
              UserKey.Interaction.valueOf(values.getOrDefault("asks", "NONE"))));
    } catch (SshFormatException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String format(KnownBox box) {
    StringBuilder line = new StringBuilder();
    line.append(box.name()).append('@').append(box.realm()).append(' ');
    line.append(box.hostKey().toText());
    line.append(" serial=").append(box.serial()).append(" noise=").append(box.noiseKey());
    box.lastKey()
        .ifPresent(
            last -> {
              line.append(" key=").append(encode(last.key().toText().replace(' ', ':')));
              last.file().ifPresent(path -> line.append(" file=").append(encode(path.toString())));
              last.agent().ifPresent(agent -> line.append(" agent=").append(encode(agent)));
              line.append(" asks=").append(last.interaction());
            });
    return line.toString();
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
