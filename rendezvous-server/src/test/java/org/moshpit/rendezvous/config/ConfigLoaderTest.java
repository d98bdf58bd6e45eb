package org.moshpit.rendezvous.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;

class ConfigLoaderTest {
  private static final ConfigLoader.Options NOTHING =
      new ConfigLoader.Options(List.of(), List.of(), null, null);

  @TempDir private Path temp;

  private RendezvousConfig load(Map<String, String> environment, ConfigLoader.Options options)
      throws ConfigException {
    return new ConfigLoader(environment, false, temp).load(options);
  }

  private Path file(String text) throws Exception {
    return Files.writeString(temp.resolve("rendezvous.conf"), text);
  }

  private ConfigLoader.Options with(Path file) {
    return new ConfigLoader.Options(List.of(), List.of(), null, file);
  }

  @Test
  void defaults() throws Exception {
    RendezvousConfig config = load(Map.of(), NOTHING);

    assertThat(config.state()).isEqualTo(temp.resolve(".local/state/moshpit-rendezvous"));
    assertThat(config.listen()).hasSize(1);
    assertThat(config.listen().get(0).ip().isAnyLocalAddress()).isTrue();
    assertThat(config.listen().get(0).port()).isEqualTo(3478);
    assertThat(config.publicHosts()).isEmpty();
    assertThat(load(Map.of("XDG_STATE_HOME", "/x"), NOTHING).state())
        .isEqualTo(Path.of("/x/moshpit-rendezvous"));
    assertThat(new ConfigLoader(Map.of(), true, temp).load(NOTHING).state())
        .isEqualTo(Path.of("/var/lib/moshpit-rendezvous"));
  }

  @Test
  void optionOverEnvironmentOverFile() throws Exception {
    Path file =
        file(
            "# a comment\n\nlisten = 192.0.2.1:1, 192.0.2.2:2 # two\nlisten=[2001:db8::1]:3\n"
                + "public-address = from.file\nstate = /from/file\n");
    RendezvousConfig fromFile = load(Map.of(), with(file));
    assertThat(fromFile.listen())
        .containsExactly(
            TransportAddress.parse("192.0.2.1:1"),
            TransportAddress.parse("192.0.2.2:2"),
            TransportAddress.parse("[2001:db8::1]:3"));
    assertThat(fromFile.publicHosts()).containsExactly("from.file");
    assertThat(fromFile.state()).isEqualTo(Path.of("/from/file"));

    Map<String, String> environment =
        Map.of(
            "MOSHPIT_LISTEN", "192.0.2.3:4",
            "MOSHPIT_PUBLIC_ADDRESS", "from.environment,192.0.2.9",
            "MOSHPIT_STATE", "/from/environment",
            "MOSHPIT_CONFIG", file.toString());
    RendezvousConfig fromEnvironment = load(environment, NOTHING);
    assertThat(fromEnvironment.listen()).containsExactly(TransportAddress.parse("192.0.2.3:4"));
    assertThat(fromEnvironment.publicHosts()).containsExactly("from.environment", "192.0.2.9");
    assertThat(fromEnvironment.state()).isEqualTo(Path.of("/from/environment"));

    RendezvousConfig fromOptions =
        load(
            environment,
            new ConfigLoader.Options(
                List.of("192.0.2.4"), List.of("[2001:db8::2]"), Path.of("/o"), null));
    assertThat(fromOptions.listen()).containsExactly(TransportAddress.parse("192.0.2.4:3478"));
    assertThat(fromOptions.publicHosts()).containsExactly("2001:db8::2");
    assertThat(fromOptions.state()).isEqualTo(Path.of("/o"));
  }

  @Test
  void theFilesUserHasItsOwnPlace() throws Exception {
    Path own = temp.resolve(".config/moshpit/rendezvous.conf");
    Files.createDirectories(own.getParent());
    Files.writeString(own, "state = /own\n");

    assertThat(load(Map.of(), NOTHING).state()).isEqualTo(Path.of("/own"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state = /x#colour = red | rendezvous.conf:2: unknown key 'colour'",
        "colours = 1 | rendezvous.conf:1: unknown key 'colours'",
        "metrics = 1 | rendezvous.conf:1: '1' must be HOST:PORT of this machine",
        "metrics = 0.0.0.0:9480 | rendezvous.conf:1: '0.0.0.0:9480' is reached from elsewhere",
        "log-level = loud | rendezvous.conf:1: 'loud' is no log level; it is error, warn, info",
        "listen | rendezvous.conf:1: a line is 'key = value'",
        "listen = | rendezvous.conf:1: 'listen' has no value",
        "listen = a:b:c | rendezvous.conf:1: 'a:b:c' is not HOST:PORT",
        "listen = 192.0.2.1:65535 | rendezvous.conf:1: port 65535 has no next one",
        "public-address = host:99 | rendezvous.conf:1: 'host:99' is not a host name or IP address",
        "state = /a#state = /b | rendezvous.conf:2: there is one state directory only",
        "tls-key = /a | rendezvous.conf:1: tls-key needs tls-certificate as well; set both",
        "#tls-certificate = /a | rendezvous.conf:2: tls-certificate needs tls-key as well",
        "tls-key = /a#tls-certificate = b | rendezvous.conf:2: 'b' must be an absolute path",
        "tls-key = a#tls-certificate = /b | rendezvous.conf:1: 'a' must be an absolute path",
      })
  void mistakesHaveFileAndLine(String text, String part) throws Exception {
    Path file = file(text.replace('#', '\n'));

    assertThatThrownBy(() -> load(Map.of(), with(file)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(part)
        .hasMessageStartingWith(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).matches("[^\\n]*[.)]"));
  }

  @Test
  void itIsPrintedWithWhereItStandsAndReadsTheSame() throws Exception {
    Path file = file("listen = 192.0.2.1:9, 192.0.2.2:9\nlog-level = warn\n");
    ConfigLoader loader =
        new ConfigLoader(Map.of("MOSHPIT_PUBLIC_ADDRESS", "pit.example"), false, temp);
    ConfigLoader.Options options = with(file);
    RendezvousConfig config = loader.load(options);
    String printed = String.join("\n", PrintedConfig.of(loader.values(options), config));
    assertThat(printed)
        .contains(
            "# " + file + ":1\nlisten = 192.0.2.1:9\n# " + file + ":1\nlisten = 192.0.2.2:9",
            "# MOSHPIT_PUBLIC_ADDRESS\npublic-address = pit.example",
            "# default\nstate = ",
            "# default\n# metrics is not set");
    assertThat(load(Map.of(), with(file(printed)))).isEqualTo(config);
  }

  @Test
  void aCertificateHasAKeyWhereverEachIsSet() throws Exception {
    Path file = file("tls-certificate = /c.pem\n");
    RendezvousConfig config = load(Map.of("MOSHPIT_TLS_KEY", "/k.pem"), with(file));
    assertThat(config.tlsCertificate()).isEqualTo(Path.of("/c.pem"));
    assertThat(config.tlsKey()).isEqualTo(Path.of("/k.pem"));
    assertThat(load(Map.of(), NOTHING).tlsCertificate()).isNull();
    assertThatThrownBy(() -> load(Map.of("MOSHPIT_TLS_KEY", "/k.pem"), NOTHING))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "MOSHPIT_TLS_KEY: tls-key needs tls-certificate as well; set both, or neither.");
  }

  @Test
  void aNamedFileMustExist() {
    assertThatThrownBy(() -> load(Map.of(), with(temp.resolve("none"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void theIpv6WildcardTakesIpv4In() throws Exception {
    RendezvousConfig config =
        load(
            Map.of(),
            new ConfigLoader.Options(
                List.of("0.0.0.0:3478", "[::]:3478", "0.0.0.0:99", "[::]:3478"),
                List.of(),
                null,
                null));

    assertThat(config.listen())
        .containsExactly(TransportAddress.parse("[::]:3478"), TransportAddress.parse("0.0.0.0:99"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"192.0.2.1", "8.8.8.8", "2001:db8::1", "100.63.0.1", "100.128.0.1", "172.32.0.1"})
  void global(String ip) {
    assertThat(PublicAddress.isGlobal(TransportAddress.parseIp(ip))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::"
      })
  void notGlobal(String ip) {
    assertThat(PublicAddress.isGlobal(TransportAddress.parseIp(ip))).isFalse();
  }

  @Test
  void theOnlyGlobalAddressIsThePublicOne() throws Exception {
    assertThat(choose("127.0.0.1", "10.0.0.1", "192.0.2.1", "fe80::1"))
        .containsExactly("192.0.2.1");
    assertThat(choose("192.0.2.1", "2001:db8::1")).hasSize(2).startsWith("192.0.2.1");
    assertThat(choose("2001:db8::1")).hasSize(1);
    assertThatThrownBy(() -> choose("10.0.0.1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--public-address");
    assertThatThrownBy(() -> choose("192.0.2.1", "192.0.2.2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("192.0.2.1, 192.0.2.2")
        .hasMessageContaining("--public-address");
  }

  @Test
  void stunHasSocketsOfItsOwnForEachOfSeveralGlobalAddresses() {
    List<TransportAddress> wildcard = List.of(TransportAddress.parse("[::]:3478"));
    assertThat(stun(wildcard, "127.0.0.1", "10.0.0.1", "192.0.2.1", "2001:db8::1"))
        .isEqualTo(wildcard);
    assertThat(stun(wildcard, "10.0.0.1", "192.0.2.1", "192.0.2.2", "2001:db8::1"))
        .containsExactly(
            wildcard.get(0),
            TransportAddress.parse("192.0.2.1:3478"),
            TransportAddress.parse("192.0.2.2:3478"));
    List<TransportAddress> ipv4 = List.of(TransportAddress.parse("0.0.0.0:9"));
    assertThat(stun(ipv4, "2001:db8::1", "2001:db8::2")).isEqualTo(ipv4);
    List<TransportAddress> named = List.of(TransportAddress.parse("192.0.2.1:9"));
    assertThat(stun(named, "192.0.2.1", "192.0.2.2")).isEqualTo(named);
  }

  private static List<TransportAddress> stun(List<TransportAddress> listen, String... local) {
    return PublicAddress.stunListen(
        listen, List.of(local).stream().map(TransportAddress::parseIp).toList());
  }

  private static List<String> choose(String... ips) throws ConfigException {
    return PublicAddress.choose(List.of(ips).stream().map(TransportAddress::parseIp).toList());
  }
}
