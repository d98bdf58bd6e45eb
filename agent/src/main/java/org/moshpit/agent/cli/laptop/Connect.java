package org.moshpit.agent.cli.laptop;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.mosh.LocaleVariables;
import org.moshpit.agent.mosh.MoshClientRunner;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.common.seal.LocaleSetting;
import org.moshpit.common.seal.SessionRequest;
import org.moshpit.common.text.Terminal;

/**
 * {@code agent connect} on the main thread: the terminal's questions, mosh-client, the last line.
 */
public final class Connect {
  private final ConnectPlan plan;
  private final PrintStream err;
  private final ProgressLine progress;
  private final Trace trace;

  private Connect(ConnectPlan plan) {
    this.plan = plan;
    this.err = System.err;
    this.progress = new ProgressLine(err, Terminal.isStderr());
    this.trace = new Trace(plan.verbose());
  }

  /**
   * Connects and runs mosh-client until it ends.
   *
   * @param early the link that is being dialled; closed at the end
   * @return the exit code
   * @throws UserError if there is no session
   */
  public static int run(ConnectPlan plan, AgentPaths paths, EarlyLink early) {
    try (early;
        EventsFile events = EventsFile.open(plan.events())) {
      Connect connect = new Connect(plan);
      try {
        return connect.run(paths, early, events);
      } finally {
        connect.progress.finish();
        connect.trace.print(connect.err);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED.value();
    }
  }

  private int run(AgentPaths paths, EarlyLink early, EventsFile events)
      throws InterruptedException {
    Approach approach = new Approach(plan, paths, early, events, progress, trace);
    LaptopSession session = approach.session();
    try (MoshClientRunner runner = MoshClientRunner.prepare(plan.mosh(), System.getenv())) {
      approach.ask(
          new SessionRequest(
              plan.argv(),
              locale(System.getenv()),
              runner.colors(),
              plan.server(),
              plan.handover(),
              false));
      while (true) {
        if (approach.next() instanceof Outcome.Run run) {
          return runClient(session, runner, run, events);
        }
      }
    } finally {
      session.stop();
    }
  }

  private static List<LocaleSetting> locale(Map<String, String> environment) {
    List<LocaleSetting> settings = new ArrayList<>();
    LocaleVariables.from(environment)
        .forEach((name, value) -> LocaleSetting.of(name, value).ifPresent(settings::add));
    return settings;
  }

  private int runClient(
      LaptopSession session, MoshClientRunner runner, Outcome.Run run, EventsFile events) {
    progress.finish();
    trace.print(err);
    if (!run.warning().isEmpty()) {
      Sentence.print(err, run.warning());
    }
    if (plan.handover()) {
      Sentence.print(
          err,
          "mosh-server owns the port now: this session neither roams nor falls back to the"
              + " relay.");
    }
    session.onGone(runner::end);
    events.append("client-started");
    long began = System.nanoTime();
    int exit = runner.run(run.address().port(), run.moshKey());
    long length = System.nanoTime() - began;
    events.append("ended", line -> line.member("exit", exit));
    session.stop();
    say(session, length);
    return exit;
  }

  private void say(LaptopSession session, long lengthNanos) {
    if (!session.end().goneReason().isEmpty()) {
      Sentence.print(
          err, "the session on " + plan.name() + " is over: " + session.end().goneReason());
    }
    PathSnapshot path = session.end().path();
    if (path == null) {
      return;
    }
    Sentence.printBare(
        err,
        new Summary(
                plan.name(),
                Duration.ofNanos(lengthNanos),
                // after a handover there is nothing but the direct path
                Duration.ofNanos(plan.handover() ? lengthNanos : path.directNanos()),
                path.rttMillis(),
                path.roams(),
                notDirect(session.end()))
            .line());
  }

  /** Why it was not direct at the end, if that is still of interest; else empty. */
  static String notDirect(SessionEnd end) {
    // what the box has ended has lost its path by that, whatever else
    return end.goneReason().isEmpty()
        ? notDirect(end.path(), end.linkProblem(), end.isShutOut())
        : "";
  }

  /**
   * Without the rendezvous there is neither relay nor search, whatever the networks are like. Of a
   * direct session that is told only if it will stay so: this agent was revoked, say, and what was
   * a direct path may have fallen silent for the same reason. That the box has closed the relay,
   * which it does at the end, is not why there was one.
   */
  static String notDirect(PathSnapshot path, String linkProblem, boolean forGood) {
    boolean direct = path.path() == PathKind.DIRECT;
    if (!linkProblem.isEmpty() && (!direct || forGood)) {
      return "no relay and no search: " + linkProblem;
    }
    String why = path.path() == PathKind.NONE ? path.relayReason() : path.reason();
    return direct || why.isEmpty() ? "" : "on the relay: " + why;
  }
}
