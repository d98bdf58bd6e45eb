package org.moshpit.rendezvous.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings as {@code --print-config} shows them: a file that says the same, with where each
 * value stands in a comment above it.
 */
public final class PrintedConfig {
  private PrintedConfig() {}

  /**
   * The lines.
   *
   * @param values as written
   * @param config what came of them, for what nobody wrote
   */
  public static List<String> of(Map<ConfigKey, List<ConfigValue>> values, RendezvousConfig config) {
    List<String> lines = new ArrayList<>();
    for (ConfigKey key : ConfigKey.values()) {
      if (key == ConfigKey.STATE_DIR) {
        continue; // another name of state
      }
      List<ConfigValue> said = values.getOrDefault(key, List.of());
      if (!said.isEmpty()) {
        for (ConfigValue value : said) {
          lines.add("# " + value.where());
          lines.add(key.key() + " = " + value.text());
        }
      } else if (key == ConfigKey.LISTEN) {
        lines.add("# " + ConfigValue.DEFAULT);
        lines.add(
            "listen = "
                + config.listen().stream().map(Object::toString).collect(Collectors.joining(", ")));
      } else {
        lines.add("# " + ConfigValue.DEFAULT);
        lines.add("# " + key.key() + " is not set");
      }
    }
    return lines;
  }
}
