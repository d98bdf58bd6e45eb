package org.moshpit.deploy.nat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;

/** A lab's NATs: the kernel's connection tracking. */
final class KernelGround implements NatGround {
  private static final int OPEN_PORTS = 500;
  private static final int DEFAULT_TTL = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Where nothing gets through there is nothing to wait for but this. */
  private static final Duration GUESS = Duration.ofMillis(50);

  private final List<Host> nats;
  private final InetAddress publicAddress;
  private final InetAddress[][] addresses;
  private final int firstPort;
  private final Duration lifetime;
  private final boolean blocked;
  private final Talk[] talks;
  private final TransportAddress[] fence = new TransportAddress[2];
  private long fences;
  private long started;

  /**
   * Behind the NATs of a host of a lab.
   *
   * @param number of this ground within the lab, from 0
   * @param blocked whether no UDP gets through
   * @param lifetime the lab's, of UDP flows
   */
  KernelGround(Lab lab, String name, int number, boolean blocked, Duration lifetime) {
    this.blocked = blocked;
    this.lifetime = lifetime;
    Host host = lab.host(name);
    nats = lab.nats(name);
    publicAddress = TransportAddress.parseIp(lab.publicAddress(name));
    String first = lab.insideAddress(name);
    String second = first.replaceFirst("\\d+$", "200");
    addresses =
        new InetAddress[][] {
          {TransportAddress.parseIp(first), TransportAddress.parseIp(second)},
          {
            TransportAddress.parseIp(Lab.RENDEZVOUS),
            TransportAddress.parseIp(Lab.RENDEZVOUS_SECOND)
          }
        };
    firstPort = 10_000 + OPEN_PORTS * number;
    host.root("ip", "addr", "replace", second + "/24", "dev", "eth0");
    streamLifetime(lifetime);
    talks = new Talk[] {new Talk(host), new Talk(lab.rendezvous())};
    for (Side side : Side.values()) {
      fence[side.ordinal()] = new TransportAddress(address(side, 0), firstPort + OPEN_PORTS - 1);
      open(side, fence[side.ordinal()]);
    }
    settle();
  }

  @Override
  public int nats() {
    return nats.size();
  }

  @Override
  public InetAddress publicAddress() {
    return publicAddress;
  }

  @Override
  public InetAddress address(Side side, int which) {
    return addresses[side.ordinal()][which];
  }

  @Override
  public int firstPort() {
    return firstPort;
  }

  @Override
  public void open(Side side, TransportAddress at) {
    say(side, "open " + at);
  }

  @Override
  public void send(Side side, TransportAddress from, TransportAddress to, int ttl, String word) {
    say(side, "send " + from + " " + to + " " + (ttl == 0 ? DEFAULT_TTL : ttl) + " " + word);
  }

  @Override
  public Optional<TransportAddress> heard(Side side, TransportAddress at, String word) {
    Optional<TransportAddress> early = await(side, at, word, Duration.ZERO);
    if (early.isPresent()) {
      return early;
    }
    settle();
    return await(side, at, word, Duration.ofMillis(1));
  }

  /** Once a datagram went out and another came back, nothing sent before is on its way still. */
  private void settle() {
    if (blocked) {
      pause(GUESS);
      return;
    }
    String out = "out" + ++fences;
    String back = "back" + fences;
    send(Side.INSIDE, fence[0], fence[1], DEFAULT_TTL, out);
    TransportAddress seen =
        await(Side.OUTSIDE, fence[1], out, PATIENCE)
            .orElseThrow(() -> new AssertionError("nothing gets out of " + publicAddress));
    send(Side.OUTSIDE, fence[1], seen, DEFAULT_TTL, back);
    if (await(Side.INSIDE, fence[0], back, PATIENCE).isEmpty()) {
      throw new AssertionError("nothing gets into " + publicAddress);
    }
  }

  private Optional<TransportAddress> await(
      Side side, TransportAddress at, String word, Duration limit) {
    String source = say(side, "await " + at + " " + word + " " + limit.toMillis() / 1000.0);
    return source.equals("-") ? Optional.empty() : Optional.of(TransportAddress.parse(source));
  }

  private String say(Side side, String line) {
    return talks[side.ordinal()].say(line);
  }

  @Override
  public Duration lifetime() {
    return lifetime;
  }

  @Override
  public void startClock() {
    started = System.nanoTime();
  }

  @Override
  public void at(Duration time) {
    pause(time.minus(clock()));
  }

  private static void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public Duration clock() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  @Override
  public void streamLifetime(Duration stream) {
    for (Host nat : nats) {
      nat.root(
          "sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout_stream=" + stream.toSeconds());
    }
  }

  @Override
  public void reboot() {
    for (Host nat : nats) {
      nat.root(Shell.tool("forget"));
    }
  }

  @Override
  public void close() {
    for (Talk talk : talks) {
      talk.close();
    }
  }

  /** {@code deploy/lab/talk} on a host. */
  private static final class Talk {
    private final Process process;
    private final BufferedReader answers;

    Talk(Host host) {
      process = host.converse(Shell.tool("talk"));
      answers = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
    }

    String say(String line) {
      try {
        process.getOutputStream().write((line + "\n").getBytes(US_ASCII));
        process.getOutputStream().flush();
        String answer = answers.readLine();
        if (answer == null) {
          throw new AssertionError("no answer to: " + line);
        }
        return answer;
      } catch (IOException e) {
        throw new UncheckedIOException(line, e);
      }
    }

    void close() {
      process.destroy();
    }
  }
}
