package org.moshpit.agent.netwatch;

import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads the network from the system: interfaces by the JDK, default routes from /proc/net/route and
 * ipv6_route (proc(5)), which elsewhere than on Linux are missing and left out. Some milliseconds:
 * not for the event loop.
 */
class SnapshotReader {
  private final Path route;
  private final Path route6;

  SnapshotReader() {
    this(Path.of("/proc/self/net/route"), Path.of("/proc/self/net/ipv6_route"));
  }

  SnapshotReader(Path route, Path route6) {
    this.route = route;
    this.route6 = route6;
  }

  NetworkSnapshot read() throws IOException {
    SortedSet<NetworkSnapshot.Address> addresses = new TreeSet<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      try {
        if (each.isUp() && !each.isLoopback()) {
          for (InterfaceAddress address : each.getInterfaceAddresses()) {
            addresses.add(
                NetworkSnapshot.Address.of(
                    each.getName(), address.getAddress(), address.getNetworkPrefixLength()));
          }
        }
      } catch (IOException e) {
        // it went away between being listed and being asked
      }
    }
    return new NetworkSnapshot(addresses, gateways());
  }

  private SortedSet<NetworkSnapshot.Gateway> gateways() {
    SortedSet<NetworkSnapshot.Gateway> gateways = new TreeSet<>();
    for (String line : lines(route)) {
      // name, destination, gateway, flags, …, mask
      String[] fields = line.trim().split("\\s+", -1);
      if (fields.length >= 8 && fields[1].equals("00000000") && fields[7].equals("00000000")) {
        gateways.add(new NetworkSnapshot.Gateway(fields[0], fields[2]));
      }
    }
    for (String line : lines(route6)) {
      // destination, length, source, length, next hop, metric, references, use, flags, name
      String[] fields = line.trim().split("\\s+", -1);
      if (fields.length >= 10
          && fields[1].equals("00")
          && fields[0].equals("0".repeat(32))
          && !fields[9].equals("lo")) {
        gateways.add(new NetworkSnapshot.Gateway(fields[9], fields[4]));
      }
    }
    return gateways;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
