package org.moshpit.common.netty;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** What this computer calls its own. From any thread; asks the kernel, some 50 µs. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * Whether no interface has this address any more: what a socket bound to it sends leads nowhere,
   * without an error.
   *
   * @return false also if the kernel does not say
   */
  public static boolean isGone(InetAddress address) {
    try {
      return !address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null;
    } catch (SocketException e) {
      return false;
    }
  }
}
