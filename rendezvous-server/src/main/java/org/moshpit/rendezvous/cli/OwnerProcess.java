package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.process.KernelUser;
import org.moshpit.rendezvous.config.ConfigKey;
import org.moshpit.rendezvous.config.ConfigValue;
import org.moshpit.rendezvous.control.ControlRequest;

/**
 * Root's question to a state directory of another user, put by a process of that user's. Whoever
 * may write a directory can have root, who follows names in it, write elsewhere. The process has
 * pipes and no terminal, for its user could type into that, and leaves root's session before it is
 * that user's, who can take hold of it at once (ptrace(2)); and what it says is no more than what a
 * daemon of that user would say. Blocks, for half a minute at most.
 */
final class OwnerProcess {
  private static final int PATIENCE_SECONDS = 30;
  private static final int MAX_ANSWER = 8 << 20;

  /** The group of a user whom the user database does not know. */
  private static final String NO_GROUP = "65534";

  /** What it gets of root's environment: where programs are, what people read, Java's options. */
  private static final List<String> ENVIRONMENT =
      List.of("PATH", "LANG", "LC_ALL", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS");

  private final Path state;
  private final int uid;
  private final String user;

  private OwnerProcess(Path state, int uid, String user) {
    this.state = state;
    this.uid = uid;
    this.user = user;
  }

  /**
   * For that directory; empty if this process is not root's, or the directory root's. One that is
   * not there yet would be made by the owner of the directory it would be in.
   */
  static Optional<OwnerProcess> of(Path state) throws IOException {
    if (KernelUser.uid() != 0) {
      return Optional.empty();
    }
    Path there = state.toAbsolutePath();
    while (Files.notExists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
      there = there.getParent();
    }
    int uid = (Integer) Files.getAttribute(there, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return uid == 0
        ? Optional.empty()
        : Optional.of(
            new OwnerProcess(
                state.toAbsolutePath(),
                uid,
                Files.getOwner(there, LinkOption.NOFOLLOW_LINKS).getName()));
  }

  /**
   * The answer, one line of JSON.
   *
   * @param settings those of root's command, whose file that user need not be able to read
   * @throws IOException with a sentence, if there is none
   */
  String ask(Map<ConfigKey, List<ConfigValue>> settings, ControlRequest request)
      throws IOException {
    Process process = start(settings);
    try {
      CompletableFuture<String> said = read(process.getInputStream());
      try (OutputStream out = process.getOutputStream()) {
        out.write((request.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // it has ended already, and says why
      }
      return answer(said.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted", e);
    } catch (TimeoutException e) {
      throw failure("no answer for " + PATIENCE_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw failure(String.valueOf(e.getCause().getMessage()), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Map<ConfigKey, List<ConfigValue>> settings) throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid", "setpriv", "--reuid=" + uid));
    Optional<String> group = group();
    command.add("--regid=" + group.orElse(NO_GROUP));
    command.add(group.isPresent() ? "--init-groups" : "--clear-groups");
    command.add("--no-new-privs");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(OwnerSide.class.getName());
    settings.forEach(
        (key, values) -> {
          if (key != ConfigKey.STATE) {
            values.forEach(value -> command.add(key.key() + "=" + value.text()));
          }
        });
    command.add(ConfigKey.STATE.key() + "=" + state);
    ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().keySet().retainAll(ENVIRONMENT);
    try {
      return builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw failure(e.getMessage(), e);
    }
  }

  /** The user's own; the directory's may be another's. */
  private Optional<String> group() throws IOException {
    Process id = new ProcessBuilder("id", "-g", "--", user).redirectErrorStream(true).start();
    String said = new String(id.getInputStream().readNBytes(64), StandardCharsets.US_ASCII).strip();
    return said.matches("[0-9]{1,10}") ? Optional.of(said) : Optional.empty();
  }

  /** All it says, on a thread of its own, for it may say nothing for ever. */
  private static CompletableFuture<String> read(InputStream in) {
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                byte[] bytes = in.readNBytes(MAX_ANSWER + 1);
                if (bytes.length > MAX_ANSWER) {
                  throw new IOException("an answer of more than " + MAX_ANSWER + " bytes");
                }
                said.complete(new String(bytes, StandardCharsets.UTF_8));
              } catch (IOException e) {
                said.completeExceptionally(e);
              }
            },
            "owner");
    thread.setDaemon(true);
    thread.start();
    return said;
  }

  /** Its last line; what stands before it the JVM said. */
  private String answer(String said) throws IOException {
    String text = said.strip();
    String last = text.substring(text.lastIndexOf('\n') + 1);
    if (!last.startsWith("{")) {
      throw failure(last.isEmpty() ? "no answer" : last, null);
    }
    return last;
  }

  private IOException failure(String reason, Exception cause) {
    String plain = PlainText.marked(reason);
    return new IOException(
        "The state directory "
            + state
            + " belongs to "
            + user
            + ", and a process of that user's could not be asked ("
            + (plain.length() > 200 ? plain.substring(0, 200) + "…" : plain)
            + "); run this as that user: sudo -u "
            + user
            + " rendezvous-server … --state "
            + state
            + ".",
        cause);
  }
}
