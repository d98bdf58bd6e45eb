package org.moshpit.rendezvous.page.web;

import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.moshpit.common.web.AccessToken;
import org.moshpit.common.web.WebListener;
import org.moshpit.rendezvous.core.Survey;
import org.moshpit.rendezvous.page.StatusPage;
import org.moshpit.rendezvous.page.Watch;

/**
 * Serves the page. Surveys are made on the core's loop, at most one a second however many ask;
 * everything else is done on the listener's thread.
 */
public final class PageServer implements AutoCloseable {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<Consumer<Survey>> surveys;
  private final String host;
  private final LongSupplier nanos;
  private final LongSupplier unixMillis;
  private final Watch watch;
  private final List<Promise<String>> waiting = new ArrayList<>();
  private WebListener web;
  private ScheduledExecutorService thread;
  private String rendered;
  private long renderedAt;

  private PageServer(
      Consumer<Consumer<Survey>> surveys,
      String host,
      LongSupplier nanos,
      LongSupplier unixMillis) {
    this.surveys = surveys;
    this.host = host;
    this.nanos = nanos;
    this.watch = new Watch(nanos.getAsLong());
    this.unixMillis = unixMillis;
  }

  /**
   * Binds and begins to serve, and to look once a minute. Blocks.
   *
   * @param addresses one or more, all of them bound
   * @param token without which nobody is let in; empty: all addresses must be loopback
   * @param host the rendezvous' public address, for the page's title
   * @param surveys makes a survey and gives it to its argument, on any thread
   * @param nanos the monotonic clock
   * @param unixMillis the wall clock
   * @throws IOException naming the address that cannot be had; then none is bound
   */
  public static PageServer open(
      List<InetSocketAddress> addresses,
      Optional<AccessToken> token,
      String host,
      Consumer<Consumer<Survey>> surveys,
      LongSupplier nanos,
      LongSupplier unixMillis)
      throws IOException {
    PageServer server = new PageServer(surveys, host, nanos, unixMillis);
    PageDoor door = new PageDoor(token, new SecureRandom(), nanos);
    PageCheck check = new PageCheck(door, new PageFiles());
    server.web = WebListener.serve(addresses, check, () -> new PageHandler(door, server::page));
    server.thread = server.web.thread();
    server.thread.scheduleAtFixedRate(server::look, 1, 1, TimeUnit.MINUTES);
    return server;
  }

  /** Puts down a minute. */
  private void look() {
    surveys.accept(survey -> thread.execute(() -> watch.minute(nanos.getAsLong(), survey)));
  }

  /** The page, as of now or of a second ago; on the listener's thread. */
  private void page(Promise<String> wanted) {
    if (rendered != null && nanos.getAsLong() - renderedAt < FRESH_NANOS) {
      wanted.trySuccess(rendered);
      return;
    }
    waiting.add(wanted);
    if (waiting.size() == 1) {
      surveys.accept(survey -> thread.execute(() -> render(survey)));
    } else {
      // those that gave up while the loop is stuck
      waiting.removeIf(one -> one.isDone() && one != waiting.get(0));
    }
  }

  private void render(Survey survey) {
    List<Promise<String>> asked = List.copyOf(waiting);
    waiting.clear(); // whatever comes of this, the next one is made anew
    long now = nanos.getAsLong();
    rendered = StatusPage.of(watch.status(now, unixMillis.getAsLong(), host, survey));
    renderedAt = now;
    asked.forEach(one -> one.trySuccess(rendered));
  }

  /** The first address as bound. */
  public InetSocketAddress address() {
    return web.address();
  }

  /** Closes everything and waits. */
  @Override
  public void close() {
    web.close();
  }
}
