package org.moshpit.deploy.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.Setting;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.rendezvous.config.ConfigKey;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.RendezvousConfig;

/** The settings files that packages install. */
class SettingsFilesTest {
  @TempDir private Path directory;

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(Shell.repository().resolve("deploy/packages").resolve(file));
  }

  @Test
  void theAgentsShowsEverySettingWithItsDefault() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      expected.add(("#" + setting.key() + " = " + setting.defaultValue()).strip());
    }
    assertThat(lines("agent/agent.conf").stream().filter(line -> line.matches("#[a-z-]+ =.*")))
        .containsExactlyElementsOf(expected);
    assertThat(lines("agent/agent.conf")).allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  @Test
  void whatTheRendezvousShowsCanBeSet() throws Exception {
    List<String> lines = lines("rendezvous/rendezvous.conf");
    // the unit says where the state is
    assertThat(
            lines.stream()
                .filter(line -> line.matches("#[a-z-]+ =.*"))
                .map(line -> line.substring(1, line.indexOf(' '))))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ConfigKey.values())
                .filter(key -> key != ConfigKey.STATE && key != ConfigKey.STATE_DIR)
                .map(ConfigKey::key)
                .toList());
    assertThat(lines).allMatch(line -> line.isEmpty() || line.startsWith("#"));
    Path file =
        Files.write(
            directory.resolve("rendezvous.conf"),
            lines.stream().map(line -> line.replaceFirst("^#(?=[a-z-]+ = )", "")).toList());
    RendezvousConfig config =
        new ConfigLoader(Map.of(), true, directory)
            .load(new ConfigLoader.Options(List.of(), List.of(), null, file));
    assertThat(config.publicHosts()).containsExactly("vps.example.net");
    assertThat(config.listen()).singleElement().asString().endsWith(":3478");
  }
}
