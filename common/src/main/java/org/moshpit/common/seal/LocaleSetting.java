package org.moshpit.common.seal;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A locale variable of the laptop. It ends in the environment of a shell on the box, so only known
 * names and plain values pass.
 *
 * @param name LANG, LANGUAGE or LC_ and capitals
 * @param value 1–64 letters, digits, {@code _ . @ -}
 */
public record LocaleSetting(String name, String value) {
  private static final Pattern NAME = Pattern.compile("LANG|LANGUAGE|LC_[A-Z]{2,20}");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.@-]{1,64}");

  /** Checks both forms; use {@link #of} for what may be anything. */
  public LocaleSetting {
    if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("not a locale setting");
    }
  }

  /** The setting, or nothing if it must not pass. */
  public static Optional<LocaleSetting> of(String name, String value) {
    return NAME.matcher(name).matches() && VALUE.matcher(value).matches()
        ? Optional.of(new LocaleSetting(name, value))
        : Optional.empty();
  }
}
