package org.moshpit.agent.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UdpTableTest {
  private static final String HEADING =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";

  @TempDir Path dir;

  private UdpTable table(String udp, String udp6) throws IOException {
    Path four = dir.resolve("udp");
    Path six = dir.resolve("udp6");
    Files.writeString(four, HEADING + udp);
    Files.writeString(six, HEADING + udp6);
    return new UdpTable(four, six);
  }

  private static String line(String address, int port, int uid) {
    return String.format(
        "15414: %s:%04X 00000000:0000 07 00000000:00000000 00:00000000 00000000 %5d        0 17331"
            + " 2 000000001d7f81fc 0\n",
        address, port, uid);
  }

  @Test
  void aPortIsOursIfAllItsSocketsAre() throws IOException {
    UdpTable table =
        table(
            line("00000000", 1000, 7)
                + line("0100007F", 1001, 7)
                + line("0100007F", 1002, 8)
                + line("00000000", 1003, 7)
                + line("0100007F", 1003, 8)
                + line("0A00000A", 1004, 7),
            line("0".repeat(32), 1005, 7)
                + line("0000000000000000FFFF00000100007F", 1006, 7)
                + line("0".repeat(32), 1001, 8)
                + line("B80D0120" + "0".repeat(16) + "0100007F", 1007, 7));
    assertThat(table.ownedBy(1000, 7)).isTrue();
    assertThat(table.ownedBy(1001, 7)).isFalse();
    assertThat(table.ownedBy(1002, 7)).isFalse();
    assertThat(table.ownedBy(1003, 7)).isFalse();
    assertThat(table.ownedBy(1004, 7)).as("bound to another address").isFalse();
    assertThat(table.ownedBy(1005, 7)).isTrue();
    assertThat(table.ownedBy(1006, 7)).isTrue();
    assertThat(table.ownedBy(1007, 7)).as("an IPv6 address that ends like loopback").isFalse();
    assertThat(table.ownedBy(9999, 7)).as("nobody's").isFalse();
  }

  @Test
  void tellsLoopbackFromAllAddresses() throws IOException {
    UdpTable table =
        table(line("0100007F", 1, 7) + line("00000000", 2, 7) + line("0A00000A", 3, 7), "");
    assertThat(table.boundToLoopbackOnly(1, 7)).isTrue();
    assertThat(table.boundToLoopbackOnly(1, 8)).as("another user's").isFalse();
    assertThat(table.boundToLoopbackOnly(2, 7)).isFalse();
    assertThat(table.boundToLoopbackOnly(3, 7)).isFalse();
    assertThat(table.boundToLoopbackOnly(4, 7)).isFalse();
  }

  @Test
  void namesAUsersSocketsOnAPort() throws IOException {
    UdpTable table =
        table(
            line("0100007F", 1, 7) + line("0A00000A", 1, 8).replace("17331", "17332"),
            line("0".repeat(32), 1, 7).replace("17331", "17333") + line("0".repeat(32), 2, 7));
    assertThat(table.socketsOf(1, 7)).containsExactlyInAnyOrder(17331L, 17333L);
    assertThat(table.socketsOf(3, 7)).isEmpty();
  }

  @Test
  void oddLinesAreNobodys() {
    assertThat(UdpTable.parse("")).isNull();
    assertThat(UdpTable.parse("a b c d e f g h")).isNull();
    assertThat(UdpTable.parse("a 00:ZZ c d e f g 1")).isNull();
  }

  @Test
  void whereThereIsNoTableNothingIsRefused() {
    UdpTable none = new UdpTable(dir.resolve("none"), dir.resolve("none"));
    assertThat(none.ownedBy(1, 7)).isTrue();
    assertThat(none.boundToLoopbackOnly(1, 7)).isTrue();
  }

  @Test
  void findsARealSocketOfOurs() throws IOException {
    int uid = (Integer) Files.getAttribute(dir, "unix:uid");
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      UdpTable table = UdpTable.ofThisHost();
      assertThat(table.ownedBy(socket.getLocalPort(), uid)).isTrue();
      assertThat(table.ownedBy(socket.getLocalPort(), uid + 1)).isFalse();
    }
  }
}
