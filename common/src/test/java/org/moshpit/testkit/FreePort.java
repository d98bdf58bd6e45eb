package org.moshpit.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ports for servers that are told theirs and bind it a moment later. */
public final class FreePort {
  /** Below those Linux gives away by itself, which somebody else could be given meanwhile. */
  private static final int FIRST = 12_000;

  /** In pairs: STUN takes the next one, too. */
  private static final int PAIRS = 10_000;

  private static final int ATTEMPTS = 200;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();
  private static final Random RANDOM = new Random();

  private FreePort() {}

  /**
   * A port that is free on TCP and UDP, and whose next is free on UDP, at all addresses; in one JVM
   * never the same twice. Any thread.
   */
  public static int next() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = FIRST + 2 * RANDOM.nextInt(PAIRS);
      if (GIVEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new IOException("no port from " + FIRST + " on is free");
  }

  static boolean isFree(int port) {
    try (ServerSocket tcp = new ServerSocket(port);
        DatagramSocket stun = new DatagramSocket(port);
        DatagramSocket next = new DatagramSocket(port + 1)) {
      return tcp.isBound() && stun.isBound() && next.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
