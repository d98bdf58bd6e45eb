package org.moshpit.agent.netwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.netwatch.NetworkSnapshot.Address;
import org.moshpit.agent.netwatch.NetworkSnapshot.Gateway;

class SnapshotReaderTest {
  @TempDir Path dir;

  @Test
  void readsDefaultRoutesOnly() throws IOException {
    Path route =
        Files.writeString(
            dir.resolve("route"),
            """
            Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
            eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            """);
    Path route6 =
        Files.writeString(
            dir.resolve("route6"),
            "0".repeat(32)
                + " 00 "
                + "0".repeat(32)
                + " 00 fe800000000000000000000000000001 00000400 1 0 00450003 wlan0\n"
                + "0".repeat(32)
                + " 00 "
                + "0".repeat(32)
                + " 00 "
                + "0".repeat(32)
                + " ffffffff 1 0 00200200 lo\n");
    assertThat(new SnapshotReader(route, route6).read().gateways())
        .containsExactly(
            new Gateway("eth0", "0102000A"),
            new Gateway("wlan0", "fe800000000000000000000000000001"));
    assertThat(new SnapshotReader(dir.resolve("x"), dir.resolve("x")).read().gateways()).isEmpty();
  }

  @Test
  void leavesLoopbackOut() throws IOException {
    assertThat(new SnapshotReader().read().addresses())
        .noneMatch(address -> address.ip().startsWith("127."));
  }

  @Test
  void saysWhatDiffers() {
    NetworkSnapshot home = snapshot("eth0", "10.0.0.2", "0100000A");
    NetworkSnapshot cafe = snapshot("wlan0", "192.168.1.7", "0101A8C0");
    NetworkSnapshot nothing = new NetworkSnapshot(new TreeSet<>(), new TreeSet<>());
    assertThat(cafe.differenceFrom(home))
        .isEqualTo("new 192.168.1.7 gone 10.0.0.2 default route wlan0");
    assertThat(nothing.differenceFrom(home)).isEqualTo("gone 10.0.0.2 default route gone");
    assertThat(home.anyAddress()).isTrue();
    assertThat(nothing.anyAddress()).isFalse();
    assertThat(snapshot("eth0", "fe80::1", "0").anyAddress()).isFalse();
  }

  static NetworkSnapshot snapshot(String name, String ip, String via) {
    SortedSet<Address> addresses = new TreeSet<>();
    addresses.add(new Address(name, ip, 24));
    SortedSet<Gateway> gateways = new TreeSet<>();
    gateways.add(new Gateway(name, via));
    return new NetworkSnapshot(addresses, gateways);
  }
}
