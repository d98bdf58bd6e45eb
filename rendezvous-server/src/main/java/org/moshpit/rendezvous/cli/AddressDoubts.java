package org.moshpit.rendezvous.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.moshpit.rendezvous.config.PublicAddressDoubt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of public addresses that agents may not be able to reach, beside the start and never in its
 * way: a name service may come up later than this daemon, or have a hiccup. So what was warned of,
 * and nothing else, is looked at again, and taken back when it is well. On a thread of its own.
 */
final class AddressDoubts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AddressDoubts.class);
  private static final long[] LOOKS_SECONDS = {0, 15, 60, 300, 3600};

  private List<String> hosts;
  private final Function<String, Optional<String>> doubt;
  private final Map<String, String> told = new HashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread one = new Thread(task, "public-address");
            one.setDaemon(true);
            return one;
          });

  private AddressDoubts(List<String> hosts, Function<String, Optional<String>> doubt) {
    this.hosts = List.copyOf(hosts);
    this.doubt = doubt;
  }

  /** Begins to look. */
  static AddressDoubts start(List<String> hosts) {
    AddressDoubts doubts = new AddressDoubts(hosts, PublicAddressDoubt::about);
    for (long seconds : LOOKS_SECONDS) {
      doubts.thread.schedule(doubts::look, seconds, TimeUnit.SECONDS);
    }
    doubts.thread.shutdown(); // what is scheduled is still done
    return doubts;
  }

  static AddressDoubts of(List<String> hosts, Function<String, Optional<String>> doubt) {
    return new AddressDoubts(hosts, doubt);
  }

  /** One look, after the first only at what was warned of; only what is new is said. */
  void look() {
    for (String host : hosts) {
      Optional<String> now = doubt.apply(host);
      String before = now.isPresent() ? told.put(host, now.get()) : told.remove(host);
      if (now.isPresent() && !now.get().equals(before)) {
        LOG.atWarn()
            .addKeyValue("reason", now.get())
            .log("Agents may not be able to reach the public address");
      } else if (now.isEmpty() && before != null) {
        LOG.atInfo().addKeyValue("host", host).log("Nothing speaks against the public address now");
      }
    }
    hosts = hosts.stream().filter(told::containsKey).toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
