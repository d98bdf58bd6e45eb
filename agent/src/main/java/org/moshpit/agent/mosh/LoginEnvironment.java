package org.moshpit.agent.mosh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment a login begins with, made from nothing: the account, the system's defaults, and
 * none of the agent's own variables.
 *
 * <p>PATH and the locale come from where pam_env(8) and login(1) take them: /etc/environment,
 * /etc/default/locale (Debian), /etc/locale.conf (locale.conf(5)), /etc/login.defs.
 */
public final class LoginEnvironment {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin:/usr/games";
  private static final String ROOT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final Pattern ASSIGNMENT =
      Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)");

  private final Path root;

  /** From the running system's files. */
  public LoginEnvironment() {
    this(Path.of("/"));
  }

  /** From the files of a system under another root, for tests. */
  LoginEnvironment(Path root) {
    this.root = root;
  }

  /** The environment of a login of this account. Reads a few small files. */
  public Map<String, String> of(LoginAccount account) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", defaultPath(account.uid()));
    for (String file : List.of("etc/locale.conf", "etc/default/locale")) {
      read(file)
          .forEach(
              (name, value) -> {
                if (name.equals("LANG") || name.equals("LANGUAGE") || name.startsWith("LC_")) {
                  environment.put(name, value);
                }
              });
    }
    environment.putAll(read("etc/environment"));
    environment.put("HOME", account.home().toString());
    environment.put("USER", account.name());
    environment.put("LOGNAME", account.name());
    environment.put("SHELL", account.shell().toString());
    environment.put("MAIL", "/var/mail/" + account.name());
    Path runtime = root.resolve("run/user").resolve(Integer.toString(account.uid()));
    if (ownedBy(runtime, account.uid())) {
      environment.put("XDG_RUNTIME_DIR", "/run/user/" + account.uid());
      if (Files.exists(runtime.resolve("bus"))) {
        environment.put(
            "DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/" + account.uid() + "/bus");
      }
    }
    return environment;
  }

  private String defaultPath(int uid) {
    String key = uid == 0 ? "ENV_SUPATH" : "ENV_PATH";
    for (String line : lines("etc/login.defs")) {
      String[] words = line.trim().split("\\s+", 2);
      if (words.length == 2 && words[0].equals(key)) {
        return words[1].startsWith("PATH=") ? words[1].substring(5) : words[1];
      }
    }
    return uid == 0 ? ROOT_PATH : PATH;
  }

  private Map<String, String> read(String file) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : lines(file)) {
      Matcher matcher = ASSIGNMENT.matcher(line.trim());
      if (matcher.matches() && !unquote(matcher.group(2)).isEmpty()) {
        found.put(matcher.group(1), unquote(matcher.group(2)));
      }
    }
    return found;
  }

  private static String unquote(String value) {
    String text = value.trim();
    if (text.length() >= 2
        && (text.charAt(0) == '"' || text.charAt(0) == '\'')
        && text.charAt(text.length() - 1) == text.charAt(0)) {
      return text.substring(1, text.length() - 1);
    }
    return text;
  }

  /** A file that is missing or unreadable counts as empty: each of them is optional. */
  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean ownedBy(Path directory, int uid) {
    try {
      return Files.isDirectory(directory) && Files.getAttribute(directory, "unix:uid").equals(uid);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
