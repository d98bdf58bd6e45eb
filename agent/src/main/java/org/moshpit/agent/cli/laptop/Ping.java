package org.moshpit.agent.cli.laptop;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.seal.SessionRequest;
import org.moshpit.common.text.Terminal;

/** {@code agent ping} on the main thread: questions of the terminal, lines, the last line. */
public final class Ping {
  /** No count: until it is interrupted. */
  public static final int ENDLESS = 0;

  private final LaptopSession session;
  private final PrintWriter out;
  private boolean ended;

  private Ping(LaptopSession session, PrintWriter out) {
    this.session = session;
    this.out = out;
  }

  /**
   * Finds a path and asks until there were enough answers.
   *
   * @param count of questions, or {@link #ENDLESS}
   * @param early the link that is being dialled; closed at the end
   * @return the exit code
   * @throws org.moshpit.agent.config.UserError if the box does not answer, or refuses
   */
  public static int run(
      ConnectPlan plan, int count, AgentPaths paths, EarlyLink early, PrintWriter out) {
    ProgressLine progress = new ProgressLine(System.err, Terminal.isStderr());
    Trace trace = new Trace(plan.verbose());
    try (early;
        EventsFile events = EventsFile.open(null)) {
      Approach approach = new Approach(plan, paths, early, events, progress, trace);
      LaptopSession session = approach.session();
      Ping ping = new Ping(session, out);
      // what Ctrl-C comes to; the exit code, 130, is the runtime's
      Thread interrupted = new Thread(ping::end, "interrupted");
      Runtime.getRuntime().addShutdownHook(interrupted);
      try {
        session.ping(new PingRounds(plan.name(), count));
        approach.ask(new SessionRequest(List.of(), List.of(), 0, "", false, true));
        Outcome next = approach.next();
        progress.finish();
        while (!(next instanceof Outcome.PingOver)) {
          if (next instanceof Outcome.Line line && !ping.print(line.text())) {
            break;
          }
          next = approach.next();
        }
        return ping.end() ? ExitCode.OK.value() : ExitCode.FAILURE.value();
      } finally {
        session.stop();
        unhook(interrupted);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED.value();
    } finally {
      progress.finish();
      trace.print(System.err);
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it runs already, and says what there is to say
      return;
    }
  }

  /** Says whether anybody reads it. */
  private synchronized boolean print(String line) {
    if (!ended) {
      out.println(line);
    }
    return !out.checkError();
  }

  /** The last line, once; then the box is told. Says whether anything came back. */
  private synchronized boolean end() {
    Optional<PingRounds> rounds = session.stopPing();
    if (!ended) {
      ended = true;
      rounds
          .map(PingRounds::summary)
          .filter(line -> !line.isEmpty())
          .ifPresent(
              line -> {
                out.println(line);
                out.flush();
              });
      if (!session.end().goneReason().isEmpty()) {
        Sentence.print(System.err, "the box has ended it: " + session.end().goneReason());
      }
    }
    session.stop();
    return rounds.map(PingRounds::isAnyBack).orElse(false);
  }
}
