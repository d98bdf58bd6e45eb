package org.moshpit.agent.auth;

import com.southernstorm.noise.crypto.Curve25519;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;

/**
 * What a box is: its host key, its Noise static key and the record that ties them to its name. All
 * of it is made on first use and kept: {@code host_ed25519} and {@code noise_x25519} (base64 of the
 * 32 private bytes) in the configuration directory, {@code box.serial} in the state directory.
 *
 * <p>The serial grows whenever one of the two keys is another than it was last used for, and is on
 * disk before any record bears it. It starts at the Unix time, so that a box whose state was lost
 * still has a higher one than before. Blocks on disk and ssh-keygen; any thread.
 */
public final class BoxIdentity {
  /** How long a record is good for, in seconds: 90 days. */
  public static final long LIFETIME_SECONDS = 90L * 86_400;

  /** A record with less than this left is replaced, in seconds: 60 days. */
  public static final long RENEW_SECONDS = 60L * 86_400;

  private static final int MAX_FILE = 4096;
  private static final int KEY_LENGTH = 32;

  private final HostKey hostKey;
  private final byte[] noisePrivate;
  private final byte[] noisePublic;
  private final String name;
  private final byte[] realm;
  private final long serial;
  private final int versionMin;
  private final int versionMax;
  private SignedBoxRecord record;

  private BoxIdentity(
      HostKey hostKey,
      byte[] noisePrivate,
      String name,
      byte[] realm,
      long serial,
      int versionMin,
      int versionMax) {
    this.hostKey = hostKey;
    this.noisePrivate = noisePrivate;
    this.noisePublic = publicOf(noisePrivate);
    this.name = name;
    this.realm = realm.clone();
    this.serial = serial;
    this.versionMin = versionMin;
    this.versionMax = versionMax;
  }

  /**
   * Loads what is there and makes what is not.
   *
   * @param hostKeyFile another host key than {@code CONFIG/host_ed25519}, which must then exist
   * @param name the box's name at its rendezvous
   * @param realm the rendezvous' realm id, 32 bytes
   * @param nowSeconds Unix time
   * @param versionMin lowest protocol version spoken
   * @param versionMax highest
   */
  public static BoxIdentity open(
      Path configDirectory,
      Path stateDirectory,
      Optional<Path> hostKeyFile,
      String name,
      byte[] realm,
      long nowSeconds,
      int versionMin,
      int versionMax)
      throws IOException {
    HostKey hostKey = hostKey(configDirectory, hostKeyFile, name);
    byte[] noisePrivate = noiseKey(configDirectory.resolve("noise_x25519"));
    String keys =
        HexFormat.of().formatHex(publicOf(noisePrivate)) + "," + hostKey.publicKey().fingerprint();
    long serial = serial(stateDirectory.resolve("box.serial"), keys, nowSeconds);
    return new BoxIdentity(hostKey, noisePrivate, name, realm, serial, versionMin, versionMax);
  }

  /** Only the host key, as enrollment prints it. */
  public static HostKey hostKey(Path configDirectory, Optional<Path> hostKeyFile, String name)
      throws IOException {
    return hostKeyFile.isPresent()
        ? HostKey.open(hostKeyFile.get())
        : HostKey.openOrCreate(configDirectory.resolve("host_ed25519"), "moshpit-" + name);
  }

  private static byte[] noiseKey(Path file) throws IOException {
    Optional<String> text = IdentityFiles.read(file, MAX_FILE);
    if (text.isEmpty()) {
      byte[] fresh = new byte[KEY_LENGTH];
      new SecureRandom().nextBytes(fresh);
      IdentityFiles.write(file, Base64.getEncoder().encodeToString(fresh) + "\n");
      return fresh;
    }
    try {
      byte[] key = Base64.getDecoder().decode(text.get().strip());
      if (key.length == KEY_LENGTH) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // The sentence below says it.
    }
    throw new IOException(
        file + " is damaged; remove it and the agent makes a new one, which costs nothing.");
  }

  private static byte[] publicOf(byte[] privateKey) {
    byte[] result = new byte[KEY_LENGTH];
    Curve25519.eval(result, 0, privateKey, null);
    return result;
  }

  private static long serial(Path file, String keys, long nowSeconds) throws IOException {
    String[] words =
        IdentityFiles.read(file, MAX_FILE).map(text -> text.strip().split(" ", -1)).orElse(null);
    long last = 0;
    if (words != null && words.length == 2 && words[0].matches("\\d{1,18}")) {
      last = Long.parseLong(words[0]);
      if (words[1].equals(keys)) {
        return last;
      }
    }
    long next = Math.max(last + 1, nowSeconds);
    IdentityFiles.write(file, next + " " + keys + "\n");
    return next;
  }

  /**
   * The signed record: the same one until less than {@link #RENEW_SECONDS} of it are left, then a
   * new one (one run of ssh-keygen).
   *
   * @param nowSeconds Unix time
   */
  public synchronized SignedBoxRecord record(long nowSeconds) throws IOException {
    if (record == null
        || record.record().notAfter() - nowSeconds < RENEW_SECONDS
        || record.record().notAfter() - nowSeconds > LIFETIME_SECONDS) {
      BoxRecord body =
          new BoxRecord(
              realm,
              name,
              noisePublic,
              serial,
              Math.max(0, nowSeconds) + LIFETIME_SECONDS,
              versionMin,
              versionMax);
      record =
          new SignedBoxRecord(
              body, hostKey.publicKey(), hostKey.sign(BoxRecord.NAMESPACE, body.encode()));
    }
    return record;
  }

  /** The host key. */
  public HostKey hostKey() {
    return hostKey;
  }

  /** The Noise static private key, 32 bytes, a copy. */
  public byte[] noisePrivateKey() {
    return noisePrivate.clone();
  }

  /** The Noise static public key, 32 bytes, a copy. */
  public byte[] noisePublicKey() {
    return Arrays.copyOf(noisePublic, noisePublic.length);
  }

  /** The serial of this box's records. */
  public long serial() {
    return serial;
  }
}
