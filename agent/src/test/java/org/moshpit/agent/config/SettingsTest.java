package org.moshpit.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
  @TempDir Path dir;

  private Settings load(String conf, Map<String, String> env, Map<Setting, String> options)
      throws IOException {
    return Settings.load(Files.writeString(dir.resolve("agent.conf"), conf), env, options);
  }

  @Test
  void withoutAFileEverythingIsAtItsDefault() {
    Settings settings = Settings.load(dir.resolve("none"), Map.of(), Map.of());
    assertThat(settings.ports()).isEqualTo(new PortRange(60001, 60999));
    assertThat(settings.hostKey()).isEmpty();
    assertThat(settings.allowUsers()).isEmpty();
    assertThat(settings.permitRoot()).isEmpty();
    assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofDays(7));
    assertThat(settings.maxSessions()).isEqualTo(256);
    assertThat(settings.maxSessionsPerUser()).isEqualTo(128);
    assertThat(settings.moshServer()).isEqualTo("mosh-server");
    assertThat(settings.logLevel()).isEqualTo("info");
  }

  @Test
  void optionOverEnvironmentOverFileOverDefault() throws IOException {
    String conf = "# ours\n\nports = 1000-1001\nmax-sessions=3\n  log-level =  debug \n";
    Map<String, String> env = Map.of("MOSHPIT_PORTS", "2000-2001", "MOSHPIT_MAX_SESSIONS", "4");
    Settings settings = load(conf, env, Map.of(Setting.PORTS, "3000-3001"));
    assertThat(settings.ports()).isEqualTo(new PortRange(3000, 3001));
    assertThat(settings.maxSessions()).isEqualTo(4);
    assertThat(settings.logLevel()).isEqualTo("debug");
  }

  /** It says whom the agent lets in, and what root's agent starts. */
  @Test
  void aFileThatOthersMayWriteIsRefused() throws IOException {
    Path file = Files.writeString(dir.resolve("agent.conf"), "permit-root = yes\n");
    for (String mode : List.of("rw-r--rw-", "rw-rw-rw-", "rw----r--")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      if (mode.equals("rw----r--")) {
        assertThat(Settings.load(file, Map.of(), Map.of()).permitRoot()).contains(true);
      } else {
        assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
            .isInstanceOf(UserError.class)
            .hasMessageContaining(file + " can be written by others (mode 06")
            .hasMessageContaining("chmod go-w " + file);
      }
    }
    assumeTrue(ThisUser.isRoot(), "only root can give a file to somebody else");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(Settings.load(file, Map.of(), Map.of()).permitRoot()).contains(true);
    Files.setAttribute(file, "unix:gid", 12_345);
    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
        .hasMessageContaining(file + " can be written by others (mode 0664)");
    Files.setAttribute(file, "unix:uid", 12_345);
    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
        .hasMessageContaining(file + " belongs to 12345")
        .hasMessageContaining("chown root " + file);
  }

  @Test
  void valuesAsTheirTypes() throws IOException {
    Settings settings =
        load(
            "host-key=/etc/ssh/key\nallow-users = ann, bob carl\npermit-root=no\n"
                + "session-timeout=90m\nmosh-server=/opt/mosh-server\nmax-sessions-per-user=2",
            Map.of(),
            Map.of());
    assertThat(settings.hostKey()).contains(Path.of("/etc/ssh/key"));
    assertThat(settings.allowUsers()).isEqualTo(List.of("ann", "bob", "carl"));
    assertThat(settings.permitRoot()).isEqualTo(Optional.of(false));
    assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofMinutes(90));
    assertThat(settings.moshServer()).isEqualTo("/opt/mosh-server");
    assertThat(settings.maxSessionsPerUser()).isEqualTo(2);
  }

  @Test
  void itIsPrintedWithWhereItStandsAndReadsTheSame() throws IOException {
    Settings settings =
        load(
            "# ours\nports = 1000-1001\nlog-level = debug\nmetrics = [::1]:9480\n",
            Map.of("MOSHPIT_MAX_SESSIONS", "4"),
            Map.of(Setting.LOG_LEVEL, "warn"));
    List<String> printed = settings.printed();
    assertThat(String.join("\n", printed))
        .contains(
            "# " + dir.resolve("agent.conf") + ":2\nports = 1000-1001",
            "# MOSHPIT_MAX_SESSIONS\nmax-sessions = 4",
            "# --log-level\nlog-level = warn",
            "# default\nmax-sessions-per-user = 128");
    Settings again = load(String.join("\n", printed), Map.of(), Map.of());
    assertThat(again.differences(settings)).isEmpty();
    assertThat(again.differences(Settings.defaults()))
        .containsExactlyInAnyOrder(
            Setting.PORTS, Setting.MAX_SESSIONS, Setting.LOG_LEVEL, Setting.METRICS);
  }

  @Test
  void metricsAreForThisMachineUnlessThereIsAToken() throws IOException {
    assertThatThrownBy(() -> load("metrics = 0.0.0.0:9480", Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("agent.conf:1: metrics is reached from elsewhere");
    assertThatThrownBy(() -> load("", Map.of(), Map.of(Setting.METRICS, "0.0.0.0:9480")))
        .hasMessageStartingWith("--metrics: ");
    Settings open =
        load("metrics = 0.0.0.0:9480\nmetrics-token-file = /etc/token", Map.of(), Map.of());
    assertThat(open.metrics()).hasSize(1);
    assertThat(open.metricsTokenFile()).contains(Path.of("/etc/token"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metrics = 9480       | :1: metrics must be HOST:PORT of this machine",
        "metrics-token-file=x | :1: metrics-token-file must be an absolute path",
        "prots = 1-2          | :1: there is no option named prots",
        "just words           | :1: this is not KEY = VALUE",
        "= 3                  | :1: this is not KEY = VALUE",
        "ports = 9-1          | :1: ports must be ports like",
        "ports = 0-1          | :1: ports must be ports like",
        "ports = 1-65536      | :1: ports must be ports like",
        "ports = 1-2-3        | :1: ports must be ports like",
        "ports =              | :1: ports must be ports like",
        "permit-root = maybe  | :1: permit-root must be sshd, yes or no",
        "session-timeout = 5  | :1: session-timeout must be between a minute and a year; without a"
            + " unit 5 is taken for seconds, so say 7d, 24h or 90m",
        "session-timeout = 5s | :1: session-timeout must be between a minute and a year",
        "session-timeout = 9y | :1: session-timeout must be a time like",
        "max-sessions = 0     | :1: max-sessions must be a number",
        "host-key = mine      | :1: host-key must be an absolute path",
        "log-level = loud     | :1: log-level must be error, warn",
        "mosh-server =        | :1: mosh-server must name a program",
      })
  void whatIsWrongIsNamedWithItsLine(String line, String words) {
    assertThatThrownBy(() -> load(line, Map.of(), Map.of()))
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.sentence()).startsWith(dir.resolve("agent.conf") + words);
            });
  }

  @Test
  void linesAreCountedFromOneAndAKeyStandsOnce() {
    assertThatThrownBy(() -> load("#\n\nports=1\nports=2", Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("agent.conf:4: ports was already set");
  }

  @Test
  void aWrongVariableAndAWrongOptionAreNamed() {
    assertThatThrownBy(() -> load("", Map.of("MOSHPIT_PORTS", "x"), Map.of()))
        .hasMessageStartingWith("MOSHPIT_PORTS must be");
    assertThatThrownBy(() -> load("", Map.of(), Map.of(Setting.PORTS, "x")))
        .hasMessageStartingWith("--ports must be");
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void everyDefaultIsAValue(Setting setting) {
    assertThat(setting.parse(setting.defaultValue())).isNotNull();
    assertThat(Setting.ofKey(setting.key())).isEqualTo(setting);
    assertThat(setting.variable()).matches("MOSHPIT_[A-Z_]+");
  }

  @ParameterizedTest
  @CsvSource({"60001-60999,60001,60999", "7:9,7,9", "42,42,42"})
  void portRanges(String text, int first, int last) {
    assertThat(PortRange.parse(text)).isEqualTo(new PortRange(first, last));
    assertThat(PortRange.parse(PortRange.parse(text).toString())).isEqualTo(PortRange.parse(text));
    assertThat(PortRange.parse(text).size()).isEqualTo(last - first + 1);
  }
}
