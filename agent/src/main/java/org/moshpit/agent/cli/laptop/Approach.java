package org.moshpit.agent.cli.laptop;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.session.ConnectMachine;
import org.moshpit.agent.session.ConnectRequest;
import org.moshpit.agent.session.KnownBox;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.seal.SealInitiator;
import org.moshpit.common.seal.SessionRequest;

/** The way to a box as far as its answer, on the main thread; what follows is the command's. */
final class Approach {
  private final ConnectPlan plan;
  private final AgentPaths paths;
  private final Enrollment enrollment;
  private final ProgressLine progress;
  private final SecureRandom random = new SecureRandom();
  private final LaptopSession session;
  private final Future<Optional<KnownBox>> known;

  /**
   * Sets off.
   *
   * @throws UserError if this agent may not connect to others, or its settings are wrong
   */
  Approach(
      ConnectPlan plan,
      AgentPaths paths,
      EarlyLink early,
      EventsFile events,
      ProgressLine progress,
      Trace trace) {
    this.plan = plan;
    this.paths = paths;
    this.enrollment = early.enrollment();
    this.progress = progress;
    if (enrollment.role() == Enrollment.Role.BOX) {
      throw new UserError(
          ExitCode.USAGE,
          "this agent was invited as a box and may not connect to others; "
              + "enroll it with another invitation");
    }
    Persons persons = new Persons(paths, enrollment.realm(), plan);
    session =
        new LaptopSession(
            early,
            plan,
            events,
            progress,
            trace,
            persons,
            LaptopLimits.of(paths, System.getenv(), plan.settings(), trace::say),
            () -> Settings.load(paths.agentConf(), System.getenv(), plan.settings()),
            random);
    progress.say("connecting to " + enrollment.rendezvous().host() + " …");
    session.start();
    // what takes a young process long, while this thread waits for programs it starts
    ExecutorService beside = early.loop().blocking();
    known = beside.submit(persons::knownBox);
    beside.execute(SealInitiator::prepare);
  }

  LaptopSession session() {
    return session;
  }

  /**
   * Asks the box.
   *
   * @throws UserError exit 2, if it cannot be asked for that
   */
  void ask(SessionRequest request) throws InterruptedException {
    Optional<String> problem = request.problem();
    if (problem.isPresent()) {
      throw new UserError(ExitCode.USAGE, problem.get());
    }
    try {
      session.ask(
          new ConnectMachine(
              new ConnectRequest(
                  enrollment.realm(),
                  plan.name(),
                  plan.user(),
                  request,
                  known.get(),
                  plan.hostKey()),
              session::nextNumber,
              random));
    } catch (ExecutionException e) {
      throw unreadable(paths, e.getCause());
    }
  }

  static UserError unreadable(AgentPaths paths, Throwable cause) {
    return new UserError(
        ExitCode.USAGE,
        paths.knownBoxes()
            + " cannot be read: "
            + (cause instanceof IOException e ? PrivateFiles.reason(e) : cause.getMessage()),
        cause);
  }

  /**
   * What comes next that is not the same for every command.
   *
   * @throws UserError if there is no session
   */
  Outcome next() throws InterruptedException {
    while (true) {
      Outcome outcome = session.next();
      if (outcome instanceof Outcome.AskFingerprint ask) {
        progress.clear();
        session.answered(confirm(ask.record()));
      } else if (outcome instanceof Outcome.Fail fail) {
        throw new UserError(fail.exit(), sentence(fail));
      } else {
        return outcome;
      }
    }
  }

  private String sentence(Outcome.Fail fail) {
    return fail.exit() == ExitCode.HOST_KEY_CHANGED && plan.hostKey().isEmpty()
        ? withWhere(fail.sentence(), plan.name(), paths, AgentPaths.of(null, null))
        : fail.sentence();
  }

  /**
   * With where to mend it, which the conversation does not know.
   *
   * @param usual where it would be without options: then the command needs none either
   */
  static String withWhere(String sentence, String name, AgentPaths paths, AgentPaths usual) {
    String command = "agent forget ";
    return (paths.config().equals(usual.config())
            ? sentence
            : sentence.replace(command, command + "--config-dir " + quoted(paths.config()) + " "))
        + " (The box's line begins "
        + name
        + "@ and stands in "
        + paths.knownBoxes()
        + ".)";
  }

  /** For a shell, where it needs to be. */
  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w/.,:@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
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
              + " (agent status shows it there), to be confirmed with --host-key");
    }
    console.printf(
        "The box '%s' is not known here yet.%n%s key fingerprint is %s.%n",
        plan.name(), record.hostKey().type(), record.hostKey().fingerprint());
    while (true) {
      String answer =
          console.readLine("Compare it with what 'agent status' shows there. Connect (yes/no)? ");
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
}
