package org.moshpit.common.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of boxes and laptops: 1–63 lower-case letters, digits and inner hyphens. */
public final class BoxName {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private BoxName() {}

  /** Whether this is a name. */
  public static boolean isValid(String name) {
    return FORM.matcher(name).matches();
  }

  /** The name, if it is one. */
  public static String check(String name) throws SshFormatException {
    if (!isValid(name)) {
      throw new SshFormatException(
          "a name has 1 to 63 lower-case letters, digits and hyphens, no hyphen at either end");
    }
    return name;
  }

  /** A name made of a host name: its first label, lower-cased, if that is a name. */
  public static Optional<String> fromHostName(String hostName) {
    int dot = hostName.indexOf('.');
    String label = (dot < 0 ? hostName : hostName.substring(0, dot)).toLowerCase(Locale.ROOT);
    return Optional.of(label).filter(BoxName::isValid);
  }
}
