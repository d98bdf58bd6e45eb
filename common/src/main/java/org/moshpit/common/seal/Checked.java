package org.moshpit.common.seal;

import java.util.Optional;

/**
 * What reading hostile bytes gave: a value within all bounds, or the name of what was not.
 *
 * @param <T> the value
 */
public sealed interface Checked<T> {
  /** Everything was in its bounds. */
  record Good<T>(T value) implements Checked<T> {}

  /** The field that was missing, too long, or out of its range; never the input itself. */
  record Bad<T>(String field) implements Checked<T> {}

  /** The value, if good. */
  default Optional<T> good() {
    return this instanceof Good<T> good ? Optional.of(good.value()) : Optional.empty();
  }

  /** Runs a reader that stops at the first wrong field. */
  static <T> Checked<T> read(Reader<T> reader) {
    try {
      return new Good<>(reader.read());
    } catch (Malformed e) {
      return new Bad<>(e.getMessage());
    }
  }

  /** Reads one thing. */
  @FunctionalInterface
  interface Reader<T> {
    /** The thing, or which field of it is wrong. */
    T read() throws Malformed;
  }

  /**
   * Carries the name of a wrong field to {@link #read}; stackless, so that garbage costs nothing.
   */
  final class Malformed extends Exception {
    Malformed(String field) {
      super(field, null, false, false);
    }
  }
}
