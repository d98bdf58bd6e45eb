package org.moshpit.agent.mosh;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a starting mosh-server said, standard output and error together, understood as it grows.
 * Lines of others (a profile, a wrapper script) may stand between its own, and all of it may be
 * made up: {@link ServerProof} tells.
 */
final class ServerOutput {
  /** More than this is not mosh-server speaking. */
  static final int LIMIT = 65536;

  private static final Pattern CONNECT =
      Pattern.compile("(?m)^MOSH CONNECT (\\d{1,5}) ([A-Za-z0-9/+]{22})\\s*$");
  private static final Pattern DETACHED =
      Pattern.compile("\\[mosh-server detached, pid = (\\d{1,18})\\]");

  private final StringBuilder text = new StringBuilder();
  private int port;
  private String key;
  private long pid;

  /** Takes the next bytes. */
  void add(byte[] bytes, int length) {
    if (text.length() + length > LIMIT) {
      text.setLength(LIMIT / 2);
    }
    text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    Matcher connect = CONNECT.matcher(text);
    if (key == null && connect.find() && endsInLine(connect.end())) {
      port = Integer.parseInt(connect.group(1));
      key = connect.group(2);
    }
    Matcher detached = DETACHED.matcher(text);
    if (pid == 0 && detached.find()) {
      pid = Long.parseLong(detached.group(1));
    }
  }

  private boolean endsInLine(int end) {
    return text.indexOf("\n", end - 1) >= 0;
  }

  /** Whether it said all that is needed: port, key and pid. */
  boolean complete() {
    return key != null && port > 0 && port <= 65535 && pid > 0;
  }

  int port() {
    return port;
  }

  String key() {
    return key;
  }

  /** The detached server's process id, as it says; 0: not said. */
  long pid() {
    return pid;
  }

  /**
   * Whether the address asked for with {@code -i} could not be bound. mosh-server then tries all
   * addresses, and if that works says nothing more of it.
   */
  boolean fellBack() {
    return text.indexOf("Error binding to IP") >= 0;
  }

  boolean portTaken() {
    return text.indexOf("Address already in use") >= 0;
  }

  /** Whether systemd-run(1) found nothing to execute. */
  boolean noExecutable() {
    return text.indexOf("Failed to find executable") >= 0;
  }

  boolean localeRefused() {
    return text.indexOf("needs a UTF-8 native locale") >= 0;
  }

  /** Its first line that is not empty and tells no key, cut to a sentence's length. */
  String firstLine() {
    for (String line : text.toString().split("\\R", -1)) {
      String plain = line.replaceAll("[^\\x20-\\x7e]", "").trim();
      if (!plain.isEmpty() && !plain.startsWith("MOSH CONNECT")) {
        return plain.length() > 160 ? plain.substring(0, 160) + "…" : plain;
      }
    }
    return "";
  }
}
