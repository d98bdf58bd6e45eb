package org.moshpit.common.wire;

import java.util.Locale;
import java.util.regex.Pattern;

/** Agent names: {@code [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?}. */
public final class Names {
  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 63;

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private Names() {}

  /** Whether this is a name an agent can have. */
  public static boolean isValid(String name) {
    return name.length() <= MAX_LENGTH && NAME.matcher(name).matches();
  }

  /**
   * The name a host would have by default: the first label of its host name in lower case, what a
   * name cannot hold replaced by hyphens; "box" if nothing is left.
   */
  public static String fromHostName(String hostName) {
    int dot = hostName.indexOf('.');
    String label = (dot < 0 ? hostName : hostName.substring(0, dot)).toLowerCase(Locale.ROOT);
    String name = label.replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
    name = name.substring(0, Math.min(MAX_LENGTH, name.length())).replaceAll("-+$", "");
    return name.isEmpty() ? "box" : name;
  }
}
