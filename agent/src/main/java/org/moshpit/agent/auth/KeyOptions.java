package org.moshpit.agent.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options before a key (sshd(8), AUTHORIZED_KEYS FILE FORMAT): names in any case, separated by
 * commas, values in double quotes in which {@code \"} stands for a quote and everything else for
 * itself; of contradicting ones the last wins.
 *
 * <p>Two kinds of refusal are kept apart. Where sshd refuses too, it goes on to the next line with
 * the same key, and so may we. Where sshd would let the key in, perhaps under a restriction that
 * cannot be kept here, the line is the last word, or a later and laxer line would win.
 */
final class KeyOptions {
  private static final Set<String> HARMLESS =
      Set.of(
          "port-forwarding",
          "no-port-forwarding",
          "agent-forwarding",
          "no-agent-forwarding",
          "x11-forwarding",
          "no-x11-forwarding",
          "user-rc",
          "no-user-rc",
          // A touch is always asked for; not having to ask changes nothing.
          "touch-required",
          "no-touch-required");
  private static final Set<String> WITH_VALUE =
      Set.of(
          "command",
          "environment",
          "expiry-time",
          "from",
          "permitlisten",
          "permitopen",
          "principals",
          "tunnel");
  private static final Set<String> ONCE = Set.of("command", "from", "principals");
  private static final Pattern FORWARD =
      Pattern.compile("([^\\s:/\\[\\]\"]{1,255}|\\[[0-9A-Fa-f:.%]{2,64}]):(\\*|\\d{1,5})");
  private static final Pattern TUNNEL = Pattern.compile("(?i)any|\\d{1,9}");
  private static final Pattern TIME =
      Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)(?:(\\d\\d)(\\d\\d)(\\d\\d)?)?(?i:(Z|UTC)?)");

  private final String text;
  private int at;

  private boolean pty = true;
  private String ptyOption = "no-pty";
  private boolean certAuthority;
  private boolean principals;
  private boolean verifyRequired;
  private Optional<String> command = Optional.empty();
  private Expiry expiry;
  private String unusable;
  private String malformed;

  private KeyOptions(String text) {
    this.text = text;
  }

  private record Expiry(LocalDateTime local, boolean utc) {
    /** Of an hour that the clock shows twice, the earlier one. */
    Instant instant(ZoneId zone) {
      return local.atZone(utc ? ZoneOffset.UTC : zone).toInstant();
    }
  }

  /**
   * Where the options end: the first blank outside quotes; -1 if a quote stays open. As sshd does
   * it, before anybody knows whether these are options at all.
   */
  static int end(String line) {
    boolean quoted = false;
    int i = 0;
    for (; i < line.length(); i++) {
      char c = line.charAt(i);
      if (!quoted && (c == ' ' || c == '\t')) {
        return i;
      }
      if (c == '\\' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    return quoted ? -1 : i;
  }

  /** Reads the options, each character one byte (ISO 8859-1). */
  static KeyOptions parse(String text) {
    KeyOptions options = new KeyOptions(text);
    options.malformed = options.read();
    return options;
  }

  /** Returns what is wrong in a way that sshd refuses too, or null. */
  private String read() {
    Set<String> seen = new HashSet<>();
    while (at < text.length()) {
      if (text.charAt(at) == ',') {
        at++;
        continue;
      }
      int start = at;
      while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '=') {
        at++;
      }
      String name = text.substring(start, at).toLowerCase(Locale.ROOT);
      boolean assigned = at < text.length() && text.charAt(at) == '=';
      if (assigned != WITH_VALUE.contains(name)) {
        return "has the unknown option " + printable(name);
      }
      if (ONCE.contains(name) && !seen.add(name)) {
        return "has the option " + name + "= twice";
      }
      String wrong = assigned ? withValue(name) : flag(name);
      if (wrong != null) {
        return wrong;
      }
      if (at < text.length() && text.charAt(at) != ',') {
        return "has something after the value of " + name + "=";
      }
    }
    return null;
  }

  private String flag(String name) {
    switch (name) {
      case "restrict" -> {
        pty = false;
        ptyOption = "restrict";
      }
      case "no-pty" -> {
        pty = false;
        ptyOption = "no-pty";
      }
      case "pty" -> pty = true;
      case "cert-authority" -> certAuthority = true;
      case "verify-required" -> verifyRequired = true;
      case "no-verify-required" -> verifyRequired = false;
      default -> {
        if (!HARMLESS.contains(name)) {
          return "has the unknown option " + printable(name);
        }
      }
    }
    return null;
  }

  private String withValue(String name) {
    String value = quoted();
    if (value == null) {
      return "has the option " + name + "= without a quoted value";
    }
    switch (name) {
      case "command" -> command(value);
      case "expiry-time" -> expiry(value);
      case "principals" -> principals = true;
      case "from" ->
          unusable("from=, which cannot be kept: nobody but the rendezvous knows your address");
      case "environment" -> unusable("environment=, which is not supported");
      case "tunnel" -> {
        if (!TUNNEL.matcher(value).matches()) {
          unusable("tunnel= with a value that is not understood");
        }
      }
      default -> permit(name, value);
    }
    return null;
  }

  private void permit(String name, String value) {
    String full = name.equals("permitlisten") && value.indexOf(':') < 0 ? "*:" + value : value;
    Matcher matcher = FORWARD.matcher(full);
    boolean good =
        matcher.matches()
            && (matcher.group(2).equals("*") || inPortRange(Integer.parseInt(matcher.group(2))));
    if (!good) {
      unusable(name + "= with a value that is not understood");
    }
  }

  private static boolean inPortRange(int port) {
    return port >= 1 && port <= 65535;
  }

  private void command(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    try {
      command =
          Optional.of(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      unusable("command= with text that is not UTF-8");
    }
  }

  private void expiry(String value) {
    Matcher matcher = TIME.matcher(value);
    if (!matcher.matches()) {
      unusable("expiry-time= with a value that is not understood");
      return;
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(
              number(matcher, 1),
              number(matcher, 2),
              number(matcher, 3),
              number(matcher, 4),
              number(matcher, 5),
              number(matcher, 6));
      Expiry next = new Expiry(local, matcher.group(7) != null);
      // Several are legal and the earliest counts; without the zone at hand, only alike compare.
      if (expiry == null) {
        expiry = next;
      } else if (expiry.utc() != next.utc()) {
        unusable("expiry-time= twice, in different zones");
      } else if (next.local().isBefore(expiry.local())) {
        expiry = next;
      }
    } catch (DateTimeException e) {
      // The C library takes 31 February for a day in March, so sshd may let the key in.
      unusable("expiry-time= with a day that does not exist");
    }
  }

  private static int number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private void unusable(String what) {
    if (unusable == null) {
      unusable = "has the option " + what;
    }
  }

  /** The value at {@code ="…"}, or null if it has no quotes around it. */
  private String quoted() {
    at++;
    if (at >= text.length() || text.charAt(at) != '"') {
      return null;
    }
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
        at++;
        c = '"';
      }
      value.append(c);
    }
    return null;
  }

  /** Why sshd, too, refuses this line now; empty if it may let the key in. */
  Optional<String> refusedBySshd(Instant now, ZoneId zone) {
    if (malformed != null) {
      return Optional.of(malformed);
    }
    if (certAuthority) {
      return Optional.of("has the option cert-authority, and certificates are not supported");
    }
    if (expiry != null && now.isAfter(expiry.instant(zone))) {
      return Optional.of("has expired (expiry-time=)");
    }
    if (principals) {
      return Optional.of("has the option principals=, which is for certificates");
    }
    return Optional.empty();
  }

  /** What the line says if sshd does not refuse it. */
  KeyPolicy policy() {
    if (unusable != null) {
      return new KeyPolicy.Refused(AuthorizedKeys.sentence(unusable));
    }
    if (!pty) {
      return new KeyPolicy.Refused(
          AuthorizedKeys.sentence("has the option " + ptyOption + ", and a session needs a pty"));
    }
    return new KeyPolicy.Allowed(command, verifyRequired);
  }

  /** Names come from a file of the user; only what cannot upset a terminal is repeated. */
  private static String printable(String name) {
    String clean = name.replaceAll("[^a-z0-9@._-]", "?");
    return clean.length() > 40 ? clean.substring(0, 40) + "…" : clean;
  }
}
