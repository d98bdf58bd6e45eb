package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/**
 * sshd_config(5), AuthorizedKeysCommand: a program that prints lines of authorized_keys for a user
 * and a key. Run as its own user, with sshd's tokens, for at most {@link #LIMIT}.
 */
final class KeyCommand {
  /** Such programs ask directories over the network. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  private KeyCommand() {}

  /** What it prints, for one key; nothing if it fails, as with sshd. */
  static byte[] keys(
      String command, Account runAs, Account account, SshPublicKey key, Deadline deadline)
      throws IOException {
    List<String> argv = argv(command, account, key);
    Path program = Path.of(argv.get(0));
    Account root = new Account("root", 0, 0, Path.of("/"), "/bin/sh", "");
    Optional<String> problem =
        program.isAbsolute() && Files.exists(program)
            ? SecurePath.problem(program, root)
            : Optional.of("not an absolute path of a program");
    if (problem.isPresent()) {
      throw new IOException("AuthorizedKeysCommand: " + problem.get());
    }
    List<String> asUser = runAs.isRoot() ? argv : KeyFiles.as(runAs, argv);
    Subprocess.Result result =
        Subprocess.run(asUser, deadline.atMost(LIMIT), AuthorizedKeys.MAX_FILE);
    return result.ok() && result.out().length <= AuthorizedKeys.MAX_FILE
        ? result.out()
        : new byte[0];
  }

  static List<String> argv(String command, Account account, SshPublicKey key) throws IOException {
    Map<Character, String> tokens =
        Map.of(
            'f', key.fingerprint().text(),
            'h', account.home().toString(),
            'k', Base64.getEncoder().encodeToString(key.blob()),
            't', key.type().sshName(),
            'u', account.name(),
            'U', Long.toString(account.uid()));
    List<String> words = split(command);
    if (words.isEmpty()) {
      throw new IOException("AuthorizedKeysCommand is empty");
    }
    List<String> argv = new ArrayList<>(List.of(words.get(0)));
    for (String word : words.subList(1, words.size())) {
      argv.add(
          Tokens.expand(word, tokens)
              .orElseThrow(() -> new IOException("AuthorizedKeysCommand has an unknown token")));
    }
    // Without any argument sshd passes the user's name.
    if (argv.size() == 1) {
      argv.add(account.name());
    }
    return argv;
  }

  /** Words separated by blanks; quotes of either kind hold them together, \ escapes. */
  private static List<String> split(String command) throws IOException {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      boolean blank = c == ' ' || c == '\t';
      if (quote == 0 && blank) {
        if (word != null) {
          words.add(word.toString());
        }
        word = null;
        continue;
      }
      word = word == null ? new StringBuilder() : word;
      if (c == '\\' && i + 1 < command.length() && escapes(command.charAt(i + 1), quote)) {
        word.append(command.charAt(++i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new IOException("AuthorizedKeysCommand has an open quote");
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean escapes(char next, char quote) {
    return next == '\\' || next == '"' || next == '\'' || (quote == 0 && next == ' ');
  }
}
