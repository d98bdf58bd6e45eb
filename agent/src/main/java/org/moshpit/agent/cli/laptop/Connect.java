package org.moshpit.agent.cli.laptop;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.mosh.LocaleVariables;
import org.moshpit.agent.mosh.MoshClientRunner;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.session.ConnectMachine;
import org.moshpit.agent.session.ConnectRequest;
import org.moshpit.agent.session.KnownBox;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.seal.LocaleSetting;
import org.moshpit.common.seal.SealInitiator;
import org.moshpit.common.seal.SessionRequest;

/**
 * {@code agent connect} on the main thread: the terminal's questions, mosh-client, the last line.
 */
public final class Connect {
  private final ConnectPlan plan;
  private final AgentPaths paths;
  private final Enrollment enrollment;
  private final PrintStream err;
  private final ProgressLine progress;
  private final Trace trace;

  private Connect(ConnectPlan plan, AgentPaths paths, Enrollment enrollment) {
    this.plan = plan;
    this.paths = paths;
    this.enrollment = enrollment;
    this.err = System.err;
    this.progress = new ProgressLine(err, stderrIsTerminal());
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
      if (early.enrollment().role() == Enrollment.Role.BOX) {
        throw new UserError(
            ExitCode.USAGE,
            "this agent was invited as a box and may not connect to others; "
                + "enroll it with another invitation");
      }
      Connect connect = new Connect(plan, paths, early.enrollment());
      try {
        return connect.run(early, events);
      } finally {
        connect.progress.finish();
        connect.trace.print(connect.err);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED.value();
    }
  }

  private int run(EarlyLink early, EventsFile events) throws InterruptedException {
    SecureRandom random = new SecureRandom();
    Persons persons = new Persons(paths, enrollment.realm(), plan);
    LaptopSession session =
        new LaptopSession(
            early,
            plan,
            events,
            progress,
            trace,
            persons,
            () -> Settings.load(paths.agentConf(), System.getenv(), plan.settings()),
            random);
    progress.say("connecting to " + enrollment.rendezvous().host() + " …");
    session.start();
    // what takes a young process long, while this thread waits for programs it starts
    ExecutorService beside = early.loop().blocking();
    Future<Optional<KnownBox>> known = beside.submit(persons::knownBox);
    beside.execute(SealInitiator::prepare);
    try (MoshClientRunner runner = MoshClientRunner.prepare(plan.mosh(), System.getenv())) {
      session.ask(machine(session, known, runner, random));
      while (true) {
        Outcome outcome = session.next();
        if (outcome instanceof Outcome.AskFingerprint ask) {
          progress.clear();
          session.answered(confirm(ask.record()));
        } else if (outcome instanceof Outcome.Fail fail) {
          throw new UserError(fail.exit(), sentence(fail));
        } else if (outcome instanceof Outcome.Run run) {
          return runClient(session, runner, run, events);
        }
      }
    } finally {
      session.stop();
    }
  }

  /** With where to mend it, which the conversation does not know. */
  private String sentence(Outcome.Fail fail) {
    return fail.exit() == ExitCode.HOST_KEY_CHANGED && plan.hostKey().isEmpty()
        ? fail.sentence()
            + " (The line begins "
            + plan.name()
            + "@ and stands in "
            + paths.knownBoxes()
            + ".)"
        : fail.sentence();
  }

  private ConnectMachine machine(
      LaptopSession session,
      Future<Optional<KnownBox>> known,
      MoshClientRunner runner,
      SecureRandom random)
      throws InterruptedException {
    SessionRequest request =
        new SessionRequest(
            plan.argv(),
            locale(System.getenv()),
            runner.colors(),
            plan.server(),
            plan.handover(),
            false);
    Optional<String> problem = request.problem();
    if (problem.isPresent()) {
      throw new UserError(ExitCode.USAGE, problem.get());
    }
    try {
      return new ConnectMachine(
          new ConnectRequest(
              enrollment.realm(), plan.name(), plan.user(), request, known.get(), plan.hostKey()),
          session::nextNumber,
          random);
    } catch (ExecutionException e) {
      throw new UserError(
          ExitCode.USAGE,
          paths.knownBoxes() + " cannot be read: " + e.getCause().getMessage(),
          e.getCause());
    }
  }

  private static List<LocaleSetting> locale(Map<String, String> environment) {
    List<LocaleSetting> settings = new ArrayList<>();
    LocaleVariables.from(environment)
        .forEach((name, value) -> LocaleSetting.of(name, value).ifPresent(settings::add));
    return settings;
  }

  private boolean confirm(SignedBoxRecord record) {
    Console console = System.console();
    if (console == null) {
      throw new UserError(
          ExitCode.USAGE,
          "the box "
              + plan.name()
              + " is not known here; its host key is "
              + record.hostKey().fingerprint()
              + ", to be confirmed with --host-key");
    }
    console.printf(
        "The box '%s' is not known here yet.%n%s key fingerprint is %s.%n",
        plan.name(), record.hostKey().type(), record.hostKey().fingerprint());
    while (true) {
      String answer =
          console.readLine("Compare it with what 'agent enroll' printed there. Connect (yes/no)? ");
      String word = answer == null ? "no" : answer.strip().toLowerCase(Locale.ROOT);
      if (word.equals("yes") || word.equals(record.hostKey().fingerprint().toString())) {
        return true;
      }
      if (word.equals("no")) {
        return false;
      }
      console.printf("Please type 'yes', 'no' or the fingerprint.%n");
    }
  }

  private int runClient(
      LaptopSession session, MoshClientRunner runner, Outcome.Run run, EventsFile events) {
    progress.finish();
    trace.print(err);
    if (!run.warning().isEmpty()) {
      err.println("agent: " + run.warning());
    }
    if (plan.handover()) {
      err.println(
          "agent: mosh-server owns the port now: this session neither roams nor falls back to the"
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
    if (!session.goneReason().isEmpty()) {
      err.println("agent: the session on " + plan.name() + " is over: " + session.goneReason());
    }
    PathSnapshot path = session.path();
    if (path == null) {
      return;
    }
    err.println(
        new Summary(
                plan.name(),
                Duration.ofNanos(lengthNanos),
                // after a handover there is nothing but the direct path
                Duration.ofNanos(plan.handover() ? lengthNanos : path.directNanos()),
                path.rttMillis(),
                path.roams(),
                path.path() == PathKind.DIRECT ? "" : path.reason())
            .line());
  }

  private static boolean stderrIsTerminal() {
    String term = System.getenv("TERM");
    if (term == null || term.equals("dumb")) {
      return false;
    }
    try {
      ProcessHandle.current();
      return java.nio.file.Path.of("/proc/self/fd/2")
          .toRealPath()
          .toString()
          .matches("/dev/(pts/\\d+|tty.*|console)");
    } catch (IOException | RuntimeException e) {
      return System.console() != null;
    }
  }
}
