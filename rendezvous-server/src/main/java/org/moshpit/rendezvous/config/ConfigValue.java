package org.moshpit.rendezvous.config;

/**
 * A value as it was written.
 *
 * @param text the value
 * @param where {@code --option}, {@code MOSHPIT_KEY}, {@code FILE:LINE} or {@code default}
 */
public record ConfigValue(String text, String where) {
  static final String DEFAULT = "default";

  /** Whether nobody wrote it. */
  public boolean isDefault() {
    return where.equals(DEFAULT);
  }
}
