package org.moshpit.agent.config;

/**
 * UDP ports the box may negotiate, both ends included.
 *
 * @param first 1–65535
 * @param last 1–65535, not below {@code first}
 */
public record PortRange(int first, int last) {
  /** The range of the mosh project's firewall advice, less the first port. */
  public static final PortRange DEFAULT = new PortRange(60001, 60999);

  /** Checks the order and the limits. */
  public PortRange {
    if (first < 1 || last > 65535 || first > last) {
      throw new IllegalArgumentException("not a port range: " + first + "-" + last);
    }
  }

  /**
   * Parses {@code 60001-60999}, {@code 60001:60999} (as mosh-server has it) or {@code 60001}.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  public static PortRange parse(String text) {
    String[] parts = text.split("[-:]", -1);
    if (parts.length > 2 || !parts[0].matches("\\d{1,5}")) {
      throw new IllegalArgumentException("not a port range: " + text);
    }
    if (parts.length == 2 && !parts[1].matches("\\d{1,5}")) {
      throw new IllegalArgumentException("not a port range: " + text);
    }
    int first = Integer.parseInt(parts[0]);
    return new PortRange(first, parts.length == 1 ? first : Integer.parseInt(parts[1]));
  }

  /** How many ports. */
  public int size() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
