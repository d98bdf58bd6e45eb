package org.moshpit.agent.control;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Writes one JSON value on one line (RFC 8259), without a library to load. Calls nest as the value
 * does; a name that no value follows is the caller's bug and goes unnoticed.
 */
public final class JsonLine {
  private final StringBuilder out = new StringBuilder(256);
  private boolean separate;

  /** Opens an object. */
  public JsonLine object() {
    return open('{');
  }

  /** Closes it. */
  public JsonLine endObject() {
    return close('}');
  }

  /** Opens an array. */
  public JsonLine array() {
    return open('[');
  }

  /** Closes it. */
  public JsonLine endArray() {
    return close(']');
  }

  /** A member's name; its value comes next. */
  public JsonLine name(String name) {
    string(name);
    out.append(':');
    separate = false;
    return this;
  }

  /** A member: string or null. */
  public JsonLine member(String name, String value) {
    return name(name).value(value);
  }

  /** A member: an address as IP:PORT, IPv6 bracketed, or null. */
  public JsonLine member(String name, TransportAddress value) {
    return name(name).value(value == null ? null : value.toString());
  }

  /** A member: a time in UTC by RFC 3339, whole milliseconds, or null. */
  public JsonLine member(String name, Instant value) {
    return name(name).value(value == null ? null : rfc3339(value));
  }

  /** A member: a number or null. Not a number, and infinite, are null too. */
  public JsonLine member(String name, Number value) {
    name(name);
    boolean none = value == null || (value instanceof Double number && !Double.isFinite(number));
    return raw(none ? "null" : value.toString());
  }

  /** A member: true or false. */
  public JsonLine member(String name, boolean value) {
    return name(name).raw(Boolean.toString(value));
  }

  /** A string or null. */
  public JsonLine value(String value) {
    return value == null ? raw("null") : string(value);
  }

  /** A time as the JSON contract has it. */
  static String rfc3339(Instant time) {
    return Objects.requireNonNull(time).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private JsonLine open(char bracket) {
    raw(String.valueOf(bracket));
    separate = false;
    return this;
  }

  private JsonLine close(char bracket) {
    out.append(bracket);
    separate = true;
    return this;
  }

  private JsonLine raw(String text) {
    if (separate) {
      out.append(',');
    }
    out.append(text);
    separate = true;
    return this;
  }

  private JsonLine string(String text) {
    raw("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (Character.isSurrogate(c) ? !paired(text, i) : !PlainText.isPlain(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
    return this;
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  /** The value, without a newline. */
  @Override
  public String toString() {
    return out.toString();
  }
}
