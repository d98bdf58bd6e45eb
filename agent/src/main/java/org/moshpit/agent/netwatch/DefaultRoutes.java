package org.moshpit.agent.netwatch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The preferred default route of each family, from /proc/net/route and ipv6_route (proc(5)). Where
 * these are missing, elsewhere than on Linux, there is none.
 */
public final class DefaultRoutes {
  private static final int RTF_GATEWAY = 0x2;

  /**
   * A default route that leads to a router.
   *
   * @param interfaceName the interface it leaves by
   * @param router the next hop, without a scope
   */
  public record Route(String interfaceName, InetAddress router) {}

  private record Found(Route route, long metric) {}

  private DefaultRoutes() {}

  /** Reads them: at most one for each family, IPv4 first. Some milliseconds: not for the loop. */
  public static List<Route> read() {
    return read(Path.of("/proc/self/net/route"), Path.of("/proc/self/net/ipv6_route"));
  }

  static List<Route> read(Path route, Path route6) {
    List<Route> routes = new ArrayList<>(2);
    best(lines(route).stream().map(DefaultRoutes::ipv4)).ifPresent(routes::add);
    best(lines(route6).stream().map(DefaultRoutes::ipv6)).ifPresent(routes::add);
    return routes;
  }

  private static Optional<Route> best(java.util.stream.Stream<Found> found) {
    return found
        .filter(each -> each != null)
        .min(java.util.Comparator.comparingLong(Found::metric))
        .map(Found::route);
  }

  private static Found ipv4(String line) {
    // name, destination, gateway, flags, references, use, metric, mask; the machine's byte order
    String[] fields = line.trim().split("\\s+", -1);
    if (fields.length < 8 || !fields[1].equals("00000000") || !fields[7].equals("00000000")) {
      return null;
    }
    byte[] gateway = bytes(fields[2], 4);
    if (gateway == null
        || (flags(fields[3]) & RTF_GATEWAY) == 0
        || !fields[6].matches("\\d{1,10}")) {
      return null;
    }
    if (java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN) {
      gateway = new byte[] {gateway[3], gateway[2], gateway[1], gateway[0]};
    }
    return new Found(new Route(fields[0], address(gateway)), Long.parseLong(fields[6]));
  }

  private static Found ipv6(String line) {
    // destination, length, source, length, next hop, metric, references, use, flags, name
    String[] fields = line.trim().split("\\s+", -1);
    if (fields.length < 10 || !fields[1].equals("00") || !fields[0].equals("0".repeat(32))) {
      return null;
    }
    byte[] gateway = bytes(fields[4], 16);
    if (gateway == null
        || (flags(fields[8]) & RTF_GATEWAY) == 0
        || !fields[5].matches("\\p{XDigit}{1,8}")) {
      return null;
    }
    return new Found(new Route(fields[9], address(gateway)), Long.parseLong(fields[5], 16));
  }

  private static int flags(String hex) {
    return hex.matches("\\p{XDigit}{1,8}") ? (int) Long.parseLong(hex, 16) : 0;
  }

  private static byte[] bytes(String hex, int length) {
    if (!hex.matches("\\p{XDigit}{" + 2 * length + "}")) {
      return null;
    }
    return java.util.HexFormat.of().parseHex(hex);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // of a right length
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
