package org.moshpit.common.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Where a rendezvous is, how to know it, and a token to enroll with:
 *
 * <pre>
 * moshpit://HOST[:PORT]/?pin=sha256:B64URL[&amp;pin=…][&amp;at=HOST:PORT]…&amp;token=B64URL
 * </pre>
 *
 * <p>IPv6 in brackets, port 3478 unless given, parameters in any order; unknown parameters are
 * ignored, so that a later version may add some. Without a pin the certificate must verify by
 * WebPKI for HOST. The token is a secret: {@link #toString} leaves it out.
 *
 * @param host where the rendezvous is
 * @param pins the keys it may present; empty for WebPKI
 * @param at more addresses of the same rendezvous, all to be tried
 * @param token 16 bytes
 */
public record JoinUrl(HostPort host, List<SpkiPin> pins, List<HostPort> at, Token token) {
  /** The most pins, and the most further addresses, a URL may hold. */
  public static final int MAX_REPEATED = 8;

  private static final String SCHEME = "moshpit://";
  private static final int MAX_LENGTH = 4096;

  /** An enrollment token; its text form shows nothing of it. */
  public record Token(byte[] bytes) {
    /** Bytes of a token. */
    public static final int LENGTH = 16;

    /** Checks the length. */
    public Token {
      if (bytes.length != LENGTH) {
        throw new IllegalArgumentException("a token has 16 bytes, not " + bytes.length);
      }
      bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Token token && MessageDigest.isEqual(bytes, token.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "token";
    }
  }

  /** Copies the lists. */
  public JoinUrl {
    pins = List.copyOf(pins);
    at = List.copyOf(at);
  }

  /** Why a text is no join URL: one plain sentence that quotes nothing of the token. */
  public static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean cut;

    InvalidException(String sentence) {
      this(sentence, false);
    }

    InvalidException(String sentence, boolean cut) {
      super(sentence);
      this.cut = cut;
    }

    /** Whether its end is missing, as a shell cuts what is not in quotes at the first {@code &}. */
    public boolean isCut() {
      return cut;
    }
  }

  /** Host and further addresses, in the order to try them. */
  public List<HostPort> addresses() {
    List<HostPort> all = new ArrayList<>();
    all.add(host);
    at.stream().filter(a -> !all.contains(a)).forEach(all::add);
    return all;
  }

  /**
   * Parses a join URL; white space around it, and a pair of quotes, is dropped.
   *
   * @throws InvalidException with one sentence for a person
   */
  public static JoinUrl parse(String text) throws InvalidException {
    String url = unquoted(text.strip());
    if (url.length() > MAX_LENGTH) {
      throw new InvalidException("The join URL is too long; copy it again, whole and alone.");
    }
    if (!url.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new InvalidException(
          "A join URL starts with moshpit://; get one from 'rendezvous-server invite'.");
    }
    if (url.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
      throw new InvalidException(
          "The join URL holds a space or a strange character; copy it again, whole.");
    }
    String rest = url.substring(SCHEME.length());
    int question = rest.indexOf('?');
    String authority = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? "" : rest.substring(question + 1);
    int fragment = query.indexOf('#');
    query = fragment < 0 ? query : query.substring(0, fragment);
    int slash = authority.indexOf('/');
    if (slash >= 0 && slash != authority.length() - 1) {
      throw new InvalidException("The join URL has a path after its host; copy it again, whole.");
    }
    HostPort host = host(slash < 0 ? authority : authority.substring(0, slash));
    Parameters parameters = new Parameters();
    for (String parameter : query.split("&", -1)) {
      parameters.add(parameter);
    }
    if (parameters.token == null) {
      throw new InvalidException(
          "The join URL has no token, so it is not whole; copy it again.", true);
    }
    return new JoinUrl(host, parameters.pins, parameters.at, parameters.token);
  }

  private static String unquoted(String text) {
    int last = text.length() - 1;
    return last > 0
            && (text.charAt(0) == '\'' || text.charAt(0) == '"')
            && text.charAt(last) == text.charAt(0)
        ? text.substring(1, last).strip()
        : text;
  }

  /** The whole URL, token included: for the person who invites, never for a log. */
  public String format() {
    List<String> parameters = parameters();
    parameters.add("token=" + encode(token.bytes));
    return text(parameters);
  }

  @Override
  public String toString() {
    return withoutToken();
  }

  /** All but the token. */
  public String withoutToken() {
    return text(parameters());
  }

  private List<String> parameters() {
    List<String> parameters = new ArrayList<>();
    pins.forEach(pin -> parameters.add("pin=" + pin));
    at.forEach(address -> parameters.add("at=" + address));
    return parameters;
  }

  private String text(List<String> parameters) {
    return SCHEME
        + host.toString(Link.DEFAULT_PORT)
        + "/"
        + (parameters.isEmpty() ? "" : "?")
        + String.join("&", parameters);
  }

  /** What the query of a join URL held. */
  private static final class Parameters {
    final List<SpkiPin> pins = new ArrayList<>();
    final List<HostPort> at = new ArrayList<>();
    Token token;

    void add(String parameter) throws InvalidException {
      int equals = parameter.indexOf('=');
      String key = equals < 0 ? parameter : parameter.substring(0, equals);
      String value = decode(equals < 0 ? "" : parameter.substring(equals + 1));
      switch (key) {
        case "pin" -> pins.add(pin(value));
        case "at" -> at.add(host(value));
        case "token" -> {
          if (token != null) {
            throw new InvalidException("The join URL has two tokens; copy it again, whole.");
          }
          token = token(value);
        }
        default -> {}
      }
      if (pins.size() > MAX_REPEATED || at.size() > MAX_REPEATED) {
        throw new InvalidException("The join URL has too many pins or addresses.");
      }
    }
  }

  private static HostPort host(String text) throws InvalidException {
    try {
      return HostPort.parse(text, Link.DEFAULT_PORT);
    } catch (IllegalArgumentException e) {
      throw new InvalidException("The join URL names no host to reach (" + e.getMessage() + ").");
    }
  }

  private static SpkiPin pin(String text) throws InvalidException {
    try {
      return SpkiPin.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidException(
          "The join URL's pin is damaged (it must be sha256: and 43 characters); copy it again.");
    }
  }

  private static Token token(String text) throws InvalidException {
    try {
      return new Token(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidException(
          "The join URL's token is damaged (it must be 22 characters); copy it again, whole.");
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String decode(String text) throws InvalidException {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '%') {
        bytes[length++] = (byte) text.charAt(i);
        continue;
      }
      String hex = text.substring(i + 1, Math.min(text.length(), i + 3));
      if (!hex.toLowerCase(Locale.ROOT).matches("[0-9a-f]{2}")) {
        throw new InvalidException("The join URL is damaged at a '%'; copy it again, whole.");
      }
      bytes[length++] = (byte) Integer.parseInt(hex, 16);
      i += 2;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
