package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.Settings;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.rendezvous.config.ConfigKey;

/** The tables of settings in docs/operations.md have every key, and none that there is not. */
class SettingsTablesTest {
  private static final Pattern KEY = Pattern.compile("(?m)^#? ?([a-z-]+) (?:=|is not set)");

  /** A line of a table; its second cell is the default. */
  private record Row(String key, String defaultValue, String takesEffect) {}

  private static List<Row> rows(String heading) throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Shell.repository().resolve("docs/operations.md"))) {
      if (line.startsWith("#")) {
        inside = line.equals("### " + heading);
      } else if (inside && line.startsWith("| `")) {
        String[] cells = line.split("\\s*\\|\\s*", -1);
        rows.add(new Row(cells[1].replace("`", ""), cells[2].replace("`", ""), cells[4]));
      }
    }
    return rows;
  }

  @Test
  void ofTheAgent() throws Exception {
    List<Row> rows = rows("Settings of the agent");
    List<String> printed = new ArrayList<>();
    for (String line : Settings.defaults().printed()) {
      Matcher key = KEY.matcher(line);
      if (!line.startsWith("#") && key.find()) {
        printed.add(key.group(1));
      }
    }
    assertThat(rows.stream().map(Row::key)).containsExactlyElementsOf(printed);
    assertThat(rows.stream().map(Row::defaultValue))
        .containsExactlyElementsOf(
            Arrays.stream(Setting.values())
                .map(Setting::defaultValue)
                .map(value -> value.isEmpty() ? "empty" : value)
                .toList());
    assertThat(rows).allMatch(row -> row.takesEffect().matches("at once|restart"));
  }

  @Test
  void ofTheRendezvous() throws Exception {
    List<Row> rows = rows("Settings of the rendezvous");
    assertThat(rows.stream().map(Row::key))
        .containsExactlyElementsOf(
            Arrays.stream(ConfigKey.values())
                .filter(key -> key != ConfigKey.STATE_DIR) // another name of state
                .map(ConfigKey::key)
                .toList());
    assertThat(rows).allMatch(row -> row.takesEffect().matches("at once|restart"));
  }
}
