package org.moshpit.rendezvous.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.moshpit.common.sansio.TransportAddress;

/**
 * What speaks against a public address: never a reason to refuse it. A private one is right in a
 * laboratory, and a name may have another meaning for agents than for this machine, or none yet.
 */
public final class PublicAddressDoubt {
  /** How long a name may take to resolve. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private PublicAddressDoubt() {}

  /** The name service. */
  @FunctionalInterface
  interface Names {
    /**
     * At least one address.
     *
     * @throws UnknownHostException if it has none
     */
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  /**
   * A sentence without a full stop, or empty if nothing speaks against it. Blocks for 3 s at most.
   *
   * @param host as in {@code public-address}
   */
  public static Optional<String> about(String host) {
    return about(host, InetAddress::getAllByName, PATIENCE);
  }

  static Optional<String> about(String host, Names names, Duration patience) {
    if (isNumber(host)) {
      InetAddress address = TransportAddress.parseIp(host);
      return PublicAddress.isGlobal(address)
          ? Optional.empty()
          : Optional.of("agents elsewhere do not reach " + host + ", " + kind(address));
    }
    List<InetAddress> found = lookUp(host, names, patience);
    if (found.isEmpty()) {
      return Optional.of(
          host
              + " does not resolve on this machine; agents that cannot resolve it either have no"
              + " way here");
    }
    // loopback: /etc/hosts has this machine's own name, which says nothing about other machines
    return found.stream().anyMatch(ip -> PublicAddress.isGlobal(ip) || ip.isLoopbackAddress())
        ? Optional.empty()
        : Optional.of(
            "this machine resolves "
                + host
                + " to "
                + TransportAddress.text(found.get(0))
                + ", "
                + kind(found.get(0))
                + "; agents that are told the same do not reach it from elsewhere");
  }

  private static boolean isNumber(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  /** On a thread of its own: nothing ends a lookup that hangs. */
  private static List<InetAddress> lookUp(String host, Names names, Duration patience) {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    Thread lookup =
        new Thread(
            () -> {
              try {
                answer.complete(Arrays.asList(names.addresses(host)));
              } catch (UnknownHostException e) {
                answer.complete(List.of());
              }
            },
            "lookup");
    lookup.setDaemon(true);
    lookup.start();
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException | TimeoutException e) {
      return List.of();
    }
  }

  private static String kind(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address.isLoopbackAddress()) {
      return "a loopback address";
    }
    if (address.isLinkLocalAddress()) {
      return "a link-local address";
    }
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return "no address of one machine";
    }
    boolean uniqueLocal = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc; // RFC 4193
    if (address.isSiteLocalAddress() || uniqueLocal) {
      return "a private address";
    }
    boolean shared = bytes.length == 4 && (bytes[0] & 0xff) == 100; // RFC 6598
    return shared ? "an address of carriers' networks" : "no address of the internet";
  }
}
