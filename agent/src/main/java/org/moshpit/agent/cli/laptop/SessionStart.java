package org.moshpit.agent.cli.laptop;

import io.netty.channel.EventLoop;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.agent.session.ConnectOutput;
import org.moshpit.common.sansio.TransportAddress;

/**
 * How a session begins at the laptop: with mosh-client as soon as everything is there that it
 * needs, with a ping, or not at all, which is one sentence. For the loop's thread; the main thread
 * takes the {@link Outcome}s.
 */
final class SessionStart {
  /** How long a direct path may take when nothing else is allowed. */
  private static final long NO_PATH_SECONDS = 12;

  private final ConnectPlan plan;
  private final ClientSide client;
  private final PathNews path;
  private final Runnable begun;
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private ConnectOutput.Admitted admitted;
  private boolean running;
  private boolean over;

  /**
   * Waits for everything.
   *
   * @param begun runs when it begins, before the main thread hears of it
   */
  SessionStart(ConnectPlan plan, ClientSide client, PathNews path, Runnable begun) {
    this.plan = plan;
    this.client = client;
    this.path = path;
    this.begun = begun;
  }

  /** What the main thread is to do next; blocks. From the main thread. */
  Outcome next() throws InterruptedException {
    return outcomes.take();
  }

  /** Something else for the main thread to do. */
  void tell(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** Whether mosh-client runs, or pings do. */
  boolean isRunning() {
    return running;
  }

  /** Whether it failed, or the session was stopped. */
  boolean isOver() {
    return over;
  }

  /** The box lets us in. */
  void admitted(ConnectOutput.Admitted in) {
    admitted = in;
  }

  /**
   * Fails if there is no direct path in time.
   *
   * @param reason why there is none, asked for then
   */
  void limit(EventLoop loop, Supplier<String> reason) {
    loop.schedule(
        () ->
            fail(
                ExitCode.NO_PATH,
                "no direct path to "
                    + plan.name()
                    + ", and the relay is ruled out: "
                    + reason.get()
                    + "; try again without --relay=never and --handover"),
        NO_PATH_SECONDS,
        TimeUnit.SECONDS);
  }

  /** Begins without mosh-client. */
  void begin() {
    running = true;
    begun.run();
  }

  /** Runs mosh-client if nothing is missing, unless a handover is to come first. */
  void runIfReady() {
    boolean pathOk = plan.relay() != RelayPolicy.NEVER || path.isDirect();
    if (over || running || admitted == null || !client.isOpen() || plan.handover() || !pathOk) {
      return;
    }
    run(admitted.moshKey());
  }

  /** Runs mosh-client. */
  void run(String moshKey) {
    begin();
    tell(
        new Outcome.Run(
            new TransportAddress(TransportAddress.parseIp("127.0.0.1"), client.port()),
            moshKey,
            admitted.warning()));
  }

  /** It does not begin; nothing if it has. */
  void fail(ExitCode exit, String sentence) {
    if (!over && !running) {
      over = true;
      tell(new Outcome.Fail(exit, sentence));
    }
  }

  /** Nothing begins any more. */
  void stop() {
    over = true;
  }
}
