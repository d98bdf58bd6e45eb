package org.moshpit.agent.netwatch;

import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The network as it is at one moment, as far as a path can depend on it. Equal snapshots mean that
 * nothing changed. Loopback is left out.
 *
 * @param addresses every address of every interface that is up
 * @param gateways the default routes
 */
public record NetworkSnapshot(SortedSet<Address> addresses, SortedSet<Gateway> gateways) {

  /**
   * One address of one interface.
   *
   * @param interfaceName for example eth0
   * @param ip in text, without a scope
   * @param prefixLength of its subnet, 0–128
   */
  public record Address(String interfaceName, String ip, int prefixLength)
      implements Comparable<Address> {
    /** The same, of the JDK's type. */
    static Address of(String interfaceName, InetAddress ip, int prefixLength) {
      String text = ip.getHostAddress();
      int scope = text.indexOf('%');
      return new Address(interfaceName, scope < 0 ? text : text.substring(0, scope), prefixLength);
    }

    @Override
    public int compareTo(Address other) {
      int byInterface = interfaceName.compareTo(other.interfaceName);
      int byIp = byInterface != 0 ? byInterface : ip.compareTo(other.ip);
      return byIp != 0 ? byIp : Integer.compare(prefixLength, other.prefixLength);
    }
  }

  /**
   * One default route.
   *
   * @param interfaceName the interface it leaves by
   * @param via the next hop as the kernel writes it; all zeros: none, the link itself
   */
  public record Gateway(String interfaceName, String via) implements Comparable<Gateway> {
    @Override
    public int compareTo(Gateway other) {
      int byInterface = interfaceName.compareTo(other.interfaceName);
      return byInterface != 0 ? byInterface : via.compareTo(other.via);
    }
  }

  /** Copies both. */
  public NetworkSnapshot {
    addresses = Collections.unmodifiableSortedSet(new TreeSet<>(addresses));
    gateways = Collections.unmodifiableSortedSet(new TreeSet<>(gateways));
  }

  /** Whether any interface has an address that reaches beyond its own link. */
  public boolean anyAddress() {
    return addresses.stream()
        .anyMatch(address -> !address.ip().toLowerCase(Locale.ROOT).startsWith("fe80:"));
  }

  /**
   * Whether a line of {@code ip -o monitor} says that an address in here was deleted; link-local
   * ones do not count, which come and go with interfaces that lead nowhere.
   */
  boolean isDeletedBy(String line) {
    if (!line.startsWith("Deleted ")) {
      return false;
    }
    for (Address address : addresses) {
      boolean linkLocal = address.ip().toLowerCase(Locale.ROOT).startsWith("fe80:");
      if (!linkLocal && line.contains(" " + address.ip() + "/" + address.prefixLength() + " ")) {
        return true;
      }
    }
    return false;
  }

  /** In a few words what differs from an earlier one, for a reason; addresses, so not for INFO. */
  public String differenceFrom(NetworkSnapshot earlier) {
    List<String> gone =
        earlier.addresses.stream().filter(a -> !addresses.contains(a)).map(Address::ip).toList();
    List<String> come =
        addresses.stream().filter(a -> !earlier.addresses.contains(a)).map(Address::ip).toList();
    String words =
        (come.isEmpty() ? "" : "new " + String.join(", ", come) + " ")
            + (gone.isEmpty() ? "" : "gone " + String.join(", ", gone) + " ")
            + (gateways.equals(earlier.gateways)
                ? ""
                : "default route "
                    + (gateways.isEmpty()
                        ? "gone"
                        : gateways.stream()
                            .map(Gateway::interfaceName)
                            .distinct()
                            .collect(Collectors.joining(", "))));
    return words.trim();
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkSnapshot that
        && addresses.equals(that.addresses)
        && gateways.equals(that.gateways);
  }

  @Override
  public int hashCode() {
    return 31 * addresses.hashCode() + gateways.hashCode();
  }
}
