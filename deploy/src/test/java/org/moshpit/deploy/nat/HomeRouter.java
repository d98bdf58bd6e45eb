package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.moshpit.deploy.lab.Host;

/** Debian's miniupnpd on a NAT of a lab, as on a home router; it ends with the lab. */
final class HomeRouter {
  private static final Pattern MAPPED = Pattern.compile("dport (\\d+) dnat");

  /** miniupnpd writes the address as the 128 bits they are. */
  private static final Pattern PINHOLE = Pattern.compile("dport (\\d+) @nh,192,128 .* accept");

  private final Host nat;
  private final Path directory;
  private final int longestLease;
  private final String protocols;
  private Host.Running daemon;

  private HomeRouter(Host nat, Path directory, String protocols, int longestLease) {
    this.nat = nat;
    this.directory = directory;
    this.protocols = protocols;
    this.longestLease = longestLease;
  }

  /**
   * Starts it.
   *
   * @param nat with interfaces lan and wan
   * @param directory for its files
   * @param protocols of PCP, NAT-PMP, UPnP, those it is to speak
   * @param longestLease seconds
   */
  static HomeRouter start(Host nat, Path directory, String protocols, int longestLease) {
    HomeRouter router = new HomeRouter(nat, directory, protocols, longestLease);
    nat.rootWithInput(
        """
        table inet fw {
          chain upnp { }
        }
        insert rule inet fw forward iifname "wan" ct status dnat accept
        insert rule inet fw forward jump upnp
        table inet miniupnpd {
          chain prerouting { type nat hook prerouting priority dstnat - 5; }
          chain postrouting { }
          chain silence { type filter hook input priority filter - 5; }
        }
        """,
        "nft",
        "-f",
        "-");
    // one switch for both: the version, the first byte, tells PCP from NAT-PMP
    router.silenceUnless("PCP", "@th,64,8 2");
    router.silenceUnless("NAT-PMP", "@th,64,8 0");
    router.run();
    return router;
  }

  private void silenceUnless(String protocol, String version) {
    if (!protocols.contains(protocol)) {
      nat.rootWithInput(
          "add rule inet miniupnpd silence udp dport 5351 " + version + " drop\n",
          "nft",
          "-f",
          "-");
    }
  }

  private void run() {
    boolean datagrams = protocols.contains("PCP") || protocols.contains("NAT-PMP");
    String conf =
        """
        ext_ifname=wan
        listening_ip=lan
        port=0
        enable_upnp=%s
        enable_natpmp=%s
        secure_mode=yes
        min_lifetime=2
        max_lifetime=%d
        lease_file=%s
        clean_ruleset_interval=0
        upnp_table_name=fw
        upnp_nat_table_name=miniupnpd
        upnp_forward_chain=upnp
        upnp_nat_chain=prerouting
        upnp_nat_postrouting_chain=postrouting
        uuid=00000000-0000-0000-0000-000000000001
        allow 1024-65535 0.0.0.0/0 1024-65535
        """
            .formatted(
                protocols.contains("UPnP") ? "yes" : "no",
                datagrams ? "yes" : "no",
                longestLease,
                leases());
    try {
      Files.writeString(directory.resolve("miniupnpd.conf"), conf);
      Files.writeString(leases(), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon =
        nat.startAsRoot(
            "miniupnpd",
            "-d",
            "-f",
            directory.resolve("miniupnpd.conf").toString(),
            "-P",
            directory.resolve("miniupnpd.pid").toString());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> daemon.output().contains(datagrams ? "NAT-PMP/PCP traffic" : "HTTP listening"));
  }

  /** Everything it knew is gone, and its epoch begins anew, as after a power cut. */
  void reboot() {
    daemon.kill();
    await().until(() -> !daemon.alive());
    nat.root("nft", "flush", "chain", "inet", "miniupnpd", "prerouting");
    nat.root("nft", "flush", "chain", "inet", "fw", "upnp");
    // before it answers again: whoever lost a mapping may ask for it at once
    assertThat(mapped()).isEmpty();
    run();
  }

  private Path leases() {
    return directory.resolve("leases");
  }

  /** When the mapping of that port ends, Unix seconds; 0: never, or none. */
  long leaseEnds(int port) {
    try {
      for (String line : Files.readAllLines(leases())) {
        String[] fields = line.split(":", -1);
        if (fields[1].equals(Integer.toString(port))) {
          return Long.parseLong(fields[4]);
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ports that strangers reach inside over IPv6 now, as the kernel has them. */
  Set<Integer> pinholes() {
    return PINHOLE
        .matcher(nat.root("nft", "list", "chain", "inet", "fw", "upnp"))
        .results()
        .map(rule -> Integer.valueOf(rule.group(1)))
        .collect(Collectors.toSet());
  }

  /** The ports that lead inside now, as the kernel has them. */
  Set<Integer> mapped() {
    Matcher rules =
        MAPPED.matcher(nat.root("nft", "list", "chain", "inet", "miniupnpd", "prerouting"));
    return rules.results().map(rule -> Integer.valueOf(rule.group(1))).collect(Collectors.toSet());
  }
}
