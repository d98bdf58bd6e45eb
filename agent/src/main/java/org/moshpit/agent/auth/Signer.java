package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshSignature;

/**
 * Signs with a person's keys through {@code ssh-keygen -Y sign}, which knows agents, passphrases
 * and security keys. Blocks for about 6 ms a key, several at once side by side; with somebody to
 * ask, until they answered or {@link #PERSON_LIMIT} is over. Immutable; any thread.
 */
public final class Signer {
  /** How long a key that asks nothing may take; agents may sit behind slow links. */
  public static final Duration SILENT_LIMIT = Duration.ofSeconds(5);

  /** How long a person has for a passphrase or a touch. */
  public static final Duration PERSON_LIMIT = Duration.ofMinutes(2);

  private static final int MAX_ARMOR = 16384;

  /** What became of one key. */
  public sealed interface Result {
    /** The key that was asked. */
    UserKey key();

    /** It signed; the signature was verified. */
    record Signed(UserKey key, SshSignature signature) implements Result {}

    /**
     * It did not.
     *
     * @param reason one sentence that says what to do
     * @param again whether the person may simply be asked again
     */
    record Failed(UserKey key, String reason, boolean again) implements Result {
      Failed(UserKey key, String reason) {
        this(key, reason, false);
      }
    }
  }

  private final SshClient client;

  /** With the environment that ssh-keygen is to see: SSH_AUTH_SOCK, SSH_ASKPASS, DISPLAY. */
  public Signer(Map<String, String> environment, Path home) {
    this.client = new SshClient(new HashMap<>(environment), home);
  }

  /** The ssh-keygen that signs, if there is one; box records are signed with it too. */
  public static Optional<Path> program() {
    return Subprocess.find("ssh-keygen");
  }

  /** One result per key, in order. The message is small: at most 16 KiB. */
  public List<Result> sign(List<UserKey> keys, String namespace, byte[] message) {
    List<Run> runs = new ArrayList<>();
    try {
      for (UserKey key : keys) {
        runs.add(new Run(key, namespace, message));
      }
      return runs.stream().map(run -> run.result(namespace, message)).toList();
    } finally {
      runs.forEach(Run::cleanUp);
    }
  }

  /** One ssh-keygen. */
  private final class Run {
    private final UserKey key;
    private Path temporary;
    private Subprocess process;
    private String failure;

    Run(UserKey key, String namespace, byte[] message) {
      this.key = key;
      try {
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of(Subprocess.require("ssh-keygen"), "-q", "-Y", "sign"));
        argv.addAll(List.of("-n", namespace, "-f", file().toString()));
        if (key.isSilent()) {
          ProcessBuilder builder = client.builder(argv, key.agent());
          // A key thought to be silent must not stop the connect with a prompt after all.
          builder.environment().put("SSH_ASKPASS_REQUIRE", "force");
          builder.environment().put("SSH_ASKPASS", "/bin/false");
          process = Subprocess.start(builder, message, SILENT_LIMIT, MAX_ARMOR);
        } else {
          // It asks on the terminal only if its input is one: so the message comes in a file.
          Path file = temporaryDirectory().resolve("message");
          Files.write(file, message);
          argv.add(file.toString());
          ProcessBuilder builder = client.builder(argv, key.agent());
          builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
          builder.redirectError(ProcessBuilder.Redirect.INHERIT);
          process = Subprocess.start(builder, new byte[0], PERSON_LIMIT, MAX_ARMOR);
        }
      } catch (IOException e) {
        failure = "Cannot sign with " + key.describe() + ": " + e.getMessage() + ".";
      }
    }

    private Path file() throws IOException {
      if (key.file().isPresent() && Files.isReadable(key.file().get())) {
        return key.file().get();
      }
      return Files.writeString(temporaryDirectory().resolve("key.pub"), key.key().toText() + "\n");
    }

    private Path temporaryDirectory() throws IOException {
      if (temporary == null) {
        temporary = Files.createTempDirectory("moshpit-sign");
      }
      return temporary;
    }

    private String armor(Subprocess.Result result) throws IOException {
      return key.isSilent() ? result.text() : Files.readString(temporary.resolve("message.sig"));
    }

    Result result(String namespace, byte[] message) {
      if (process == null) {
        return new Result.Failed(key, failure);
      }
      try {
        Subprocess.Result result = process.await();
        if (!result.ok()) {
          Optional<String> open = readByOthers();
          return new Result.Failed(
              key,
              open.isPresent() ? open.get() : why(result),
              // what ssh-keygen said went to the person's terminal, not to us
              open.isEmpty()
                  && key.interaction() == UserKey.Interaction.PASSPHRASE
                  && result.exit() != -1);
        }
        SshSignature signature = SshSignature.parseArmor(armor(result));
        if (!signature.key().equals(key.key())) {
          return new Result.Failed(
              key, key.describe() + " has changed since it was looked at; try again.");
        }
        if (!signature.verify(namespace, message)) {
          return new Result.Failed(
              key, "What " + key.describe() + " signed does not verify; is it the right .pub?");
        }
        return new Result.Signed(key, signature);
      } catch (IOException | SshFormatException e) {
        return new Result.Failed(
            key, "Cannot sign with " + key.describe() + ": " + e.getMessage() + ".");
      }
    }

    /** By the rule of ssh, which then takes no key from the file: authfile.c, sshkey_perm_ok. */
    private Optional<String> readByOthers() {
      try {
        Path file = key.file().orElse(null);
        if (file == null || file.toString().endsWith(".pub")) {
          return Optional.empty();
        }
        int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0777;
        return (mode & 077) == 0
            ? Optional.empty()
            : Optional.of(
                String.format(
                    Locale.ROOT,
                    "Others can read %1$s (mode %2$04o), so ssh takes no such key; chmod 600 %1$s"
                        + " mends that.",
                    file,
                    mode));
      } catch (IOException | UnsupportedOperationException e) {
        return Optional.empty();
      }
    }

    private String why(Subprocess.Result result) {
      String error = result.error();
      if (result.exit() == -1) {
        return key.isSilent()
            ? "Signing with " + key.describe() + " took too long; is its agent or token there?"
            : "Nobody answered for " + key.describe() + " within two minutes; try again.";
      }
      if (error.contains("agent refused operation")) {
        return "Your ssh-agent refuses to sign with "
            + key.describe()
            + ": it is restricted to certain destinations (ssh-add -h) or was not confirmed;"
            + " add it without that, or name another key with -i.";
      }
      if (!key.isSilent()) {
        return "No signature from "
            + key.describe()
            + ": wrong passphrase, or the token was not touched.";
      }
      if (error.contains("incorrect passphrase")) {
        return key.describe() + " needs a passphrase; add it to your ssh-agent, or use -i.";
      }
      if (error.contains("No private key found")) {
        return "Neither your ssh-agent nor a file holds the private half of "
            + key.describe()
            + ".";
      }
      String last = error.lines().reduce((a, b) -> b).map(Signer::printable).orElse("it failed");
      return "Cannot sign with " + key.describe() + ": " + last + ".";
    }

    void cleanUp() {
      if (temporary == null) {
        return;
      }
      try {
        for (String name : List.of("key.pub", "message", "message.sig")) {
          Files.deleteIfExists(temporary.resolve(name));
        }
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // Nothing secret is in it, and it lies where such things are cleared away.
        temporary = null;
      }
    }
  }

  private static String printable(String line) {
    String clean = PlainText.marked(line);
    return clean.length() > 200 ? clean.substring(0, 200) + "…" : clean;
  }

  /** Of a result, its signature if there is one. */
  public static Optional<SshSignature> signature(Result result) {
    return result instanceof Result.Signed signed
        ? Optional.of(signed.signature())
        : Optional.empty();
  }
}
