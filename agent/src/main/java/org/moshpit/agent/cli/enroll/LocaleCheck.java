package org.moshpit.agent.cli.enroll;

import java.util.List;
import java.util.Map;
import org.moshpit.agent.mosh.LocaleVariables;

/**
 * Whether mosh-client, started from here, has a UTF-8 locale.
 *
 * @param environment of this process
 * @param charset of the locale in effect
 */
record LocaleCheck(Map<String, String> environment, String charset) implements Check {
  @Override
  public String what() {
    return "locale here";
  }

  @Override
  public List<Finding> look() {
    String own = LocaleVariables.inEffect(environment);
    return List.of(
        LocaleVariables.isUtf8(charset)
            ? Finding.ok(what(), own)
            : Finding.wrong(
                what(),
                own + ", which gives " + charset,
                "To connect from here: "
                    + LocaleVariables.advice(environment)
                    + " (locale -a lists those that are installed)."));
  }
}
