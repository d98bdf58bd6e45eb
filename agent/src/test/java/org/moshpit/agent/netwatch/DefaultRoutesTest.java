package org.moshpit.agent.netwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.sansio.TransportAddress;

class DefaultRoutesTest {
  @TempDir Path dir;

  private List<DefaultRoutes.Route> read(String route, String route6) throws IOException {
    Path four = Files.writeString(dir.resolve("route"), route);
    Path six = Files.writeString(dir.resolve("ipv6_route"), route6);
    return DefaultRoutes.read(four, six);
  }

  private static DefaultRoutes.Route route(String by, String router) {
    return new DefaultRoutes.Route(by, TransportAddress.parseIp(router));
  }

  @Test
  void thePreferredOfEachFamily() throws IOException {
    assertThat(
            read(
                """
                Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
                wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
                eth0\t00000000\tFE01A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
                eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
                """,
                """
                20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
                00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
                00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
                """))
        .containsExactly(route("eth0", "192.168.1.254"), route("eth0", "fe80::1"));
  }

  @Test
  void aDefaultRouteWithoutARouterLeadsToNobodyToAsk() throws IOException {
    assertThat(read("tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n", "")).isEmpty();
  }

  @Test
  void nonsenseIsNoRoute() throws IOException {
    assertThat(
            read(
                "eth0 00000000 zz 0003 0 0 0 00000000\neth0 00000000 0101A8C0 0003 0 0 x 00000000\n",
                "0 00\n\n"))
        .isEmpty();
    assertThat(DefaultRoutes.read(dir.resolve("none"), dir.resolve("none"))).isEmpty();
  }
}
