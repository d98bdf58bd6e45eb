package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.moshpit.common.identity.Fingerprint;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshSignature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The box's host key, in a file of OpenSSH's format; it signs box records and nothing else. Blocks
 * for one run of ssh-keygen where it says so. Immutable; any thread.
 */
public final class HostKey {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MAX_OUT = 16384;

  private final Path file;
  private final SshPublicKey publicKey;

  private static final Logger LOG = LoggerFactory.getLogger(HostKey.class);

  private HostKey(Path file, SshPublicKey publicKey) {
    this.file = file;
    this.publicKey = publicKey;
  }

  /**
   * Opens the key, or makes an Ed25519 key if there is no such file (one run of ssh-keygen).
   *
   * @throws IOException with a sentence if there is a file but no key that can sign unattended
   */
  public static HostKey openOrCreate(Path file, String comment) throws IOException {
    if (Files.exists(file)) {
      return open(file);
    }
    create(file, comment);
    HostKey made = open(file);
    LOG.atWarn()
        .addKeyValue("file", file)
        .addKeyValue("key", made.publicKey())
        .log(
            "There was no host key; a new one was made, which people who know this box must confirm");
    return made;
  }

  /** Opens a key that must be there. */
  public static HostKey open(Path file) throws IOException {
    UserKey key =
        PrivateKeyFile.read(file, Optional.empty())
            .filter(k -> !file.toString().endsWith(".pub"))
            .orElseThrow(() -> new IOException(file + " is not a usable host key."));
    if (!key.isSilent()) {
      throw new IOException(
          file + " cannot be a host key: signing with it needs a passphrase or a touch.");
    }
    return new HostKey(file, key.key());
  }

  private static void create(Path file, String comment) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    IdentityFiles.directory(directory);
    Path temporary = IdentityFiles.temporaryDirectory(directory, ".host-key");
    Path secret = temporary.resolve("key");
    Path open = temporary.resolve("key.pub");
    try {
      Subprocess.Result result =
          Subprocess.run(
              List.of(
                  Subprocess.require("ssh-keygen"),
                  "-q",
                  "-t",
                  "ed25519",
                  "-N",
                  "",
                  "-C",
                  comment,
                  "-f",
                  secret.toString()),
              LIMIT,
              MAX_OUT);
      if (!result.ok()) {
        throw new IOException("ssh-keygen cannot make a host key: " + result.error());
      }
      // The private half last: where it is, everything is.
      Files.move(open, file.resolveSibling(file.getFileName() + ".pub"));
      Files.move(secret, file);
    } finally {
      Files.deleteIfExists(secret);
      Files.deleteIfExists(open);
      Files.deleteIfExists(temporary);
    }
  }

  /** Signs (one run of ssh-keygen, 6 ms). */
  public SshSignature sign(String namespace, byte[] message) throws IOException {
    Subprocess.Result result =
        Subprocess.start(
                List.of(
                    Subprocess.require("ssh-keygen"),
                    "-q",
                    "-Y",
                    "sign",
                    "-n",
                    namespace,
                    "-f",
                    file.toString()),
                message,
                LIMIT,
                MAX_OUT)
            .await();
    if (!result.ok()) {
      throw new IOException("cannot sign with " + file + ": " + result.error());
    }
    try {
      SshSignature signature = SshSignature.parseArmor(result.text());
      if (!signature.key().equals(publicKey) || !signature.verify(namespace, message)) {
        throw new IOException(file + " has changed, or is not the private half of its .pub file");
      }
      return signature;
    } catch (SshFormatException e) {
      throw new IOException("ssh-keygen made no signature with " + file, e);
    }
  }

  /** The public half. */
  public SshPublicKey publicKey() {
    return publicKey;
  }

  /** What people compare at first contact. */
  public Fingerprint fingerprint() {
    return publicKey.fingerprint();
  }
}
