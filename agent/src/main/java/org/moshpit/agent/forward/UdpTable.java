package org.moshpit.agent.forward;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel's list of UDP sockets, /proc/net/udp and udp6 (proc(5)). Reading it walks the kernel's
 * whole table, milliseconds on a busy host: not for the event loop. Where there is no such file
 * nothing is known: both yes-or-no questions answer yes, and nobody has a socket.
 */
public final class UdpTable {
  /** One socket: its local address as the kernel writes it, its port, its owner and its inode. */
  record Entry(String address, int port, int uid, long inode) {}

  private static final String LOOPBACK =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "0100007F" : "7F000001";
  private static final String ANY = "00000000";

  /** ::ffff:127.0.0.1, which an IPv6 socket that speaks IPv4 is bound to. */
  private static final String MAPPED_LOOPBACK =
      ANY.repeat(2)
          + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "FFFF0000" : "0000FFFF")
          + LOOPBACK;

  private final Path udp;
  private final Path udp6;

  UdpTable(Path udp, Path udp6) {
    this.udp = udp;
    this.udp6 = udp6;
  }

  /** The table of the network namespace this process is in. */
  public static UdpTable ofThisHost() {
    return new UdpTable(Path.of("/proc/self/net/udp"), Path.of("/proc/self/net/udp6"));
  }

  /**
   * Whether a datagram that came from 127.0.0.1 and this source port can only have come from a
   * process of this user: every socket with that port that is bound to 127.0.0.1 or to all
   * addresses is theirs, and there is one.
   *
   * @param port source port, 1–65535
   */
  public boolean ownedBy(int port, int uid) {
    if (!isThere()) {
      return true;
    }
    List<Entry> owners = new ArrayList<>();
    for (Entry entry : entries(udp)) {
      boolean onLoopback = entry.address().equals(LOOPBACK) || entry.address().equals(ANY);
      if (entry.port() == port && onLoopback) {
        owners.add(entry);
      }
    }
    // a dual-stack socket sends IPv4 too; its line stands in the other file
    for (Entry entry : entries(udp6)) {
      if (entry.port() == port && (entry.address().equals(MAPPED_LOOPBACK) || isAny6(entry))) {
        owners.add(entry);
      }
    }
    return !owners.isEmpty() && owners.stream().allMatch(entry -> entry.uid() == uid);
  }

  /**
   * Whether this port is bound on 127.0.0.1 by this user and nobody else, and not on all addresses.
   *
   * @param port local port, 1–65535
   */
  public boolean boundToLoopbackOnly(int port, int uid) {
    if (!isThere()) {
      return true;
    }
    boolean loopback = false;
    for (Entry entry : entries(udp)) {
      if (entry.port() == port) {
        if (entry.address().equals(ANY)) {
          return false;
        }
        if (entry.address().equals(LOOPBACK)) {
          if (entry.uid() != uid) {
            return false;
          }
          loopback = true;
        }
      }
    }
    return loopback;
  }

  /**
   * The inodes of this user's sockets on this port, IPv4 and IPv6, whatever address they are bound
   * to. A process that holds one has {@code socket:[INODE]} among the links in /proc/PID/fd.
   *
   * @param port local port, 1–65535
   */
  public Set<Long> socketsOf(int port, int uid) {
    return Stream.of(udp, udp6)
        .flatMap(file -> entries(file).stream())
        .filter(entry -> entry.port() == port && entry.uid() == uid)
        .map(Entry::inode)
        .collect(Collectors.toSet());
  }

  /** Whether there is such a list here at all. */
  public boolean isThere() {
    return Files.isReadable(udp);
  }

  private static boolean isAny6(Entry entry) {
    return entry.address().equals(ANY.repeat(4));
  }

  private static List<Entry> entries(Path file) {
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String line;
      while ((line = reader.readLine()) != null) {
        Entry entry = parse(line);
        if (entry != null) {
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      // no IPv6 here, or no such file: nothing listed
    }
    return entries;
  }

  /** One line; null for the heading and what is not understood. */
  static Entry parse(String line) {
    String[] fields = line.trim().split("\\s+", -1);
    if (fields.length < 10) {
      return null;
    }
    int colon = fields[1].indexOf(':');
    try {
      return new Entry(
          fields[1].substring(0, Math.max(colon, 0)),
          Integer.parseInt(fields[1].substring(colon + 1), 16),
          Integer.parseUnsignedInt(fields[7]),
          Long.parseLong(fields[9]));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
