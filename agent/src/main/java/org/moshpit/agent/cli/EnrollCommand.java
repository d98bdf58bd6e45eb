package org.moshpit.agent.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.moshpit.agent.auth.HostKey;
import org.moshpit.agent.cli.enroll.Checks;
import org.moshpit.agent.cli.enroll.Surroundings;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.StateLock;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.LocalAgents;
import org.moshpit.agent.link.LinkCall;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.agent.link.RefusedError;
import org.moshpit.agent.link.UnreachableError;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Terminal;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.Registration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent enroll}: makes this agent known to a rendezvous. */
@Command(
    name = "enroll",
    description = {
      "Makes this agent known to a rendezvous, once.",
      "JOIN-URL comes from 'rendezvous-server invite'; quote it, or a shell takes its & for its"
          + " own.",
      "Enrolling again replaces the enrollment, with a new key.",
      "Then looks whether anything would keep a first session from coming about, and says what to"
          + " do."
    },
    footer = {
      "",
      "Examples:",
      "  agent enroll 'moshpit://pit.example.org/?pin=…&token=…'",
      "  agent enroll - < join-url     as a secret that no process list shows"
    })
final class EnrollCommand implements Callable<Integer> {
  private static final int MAX_LINE = 8192;

  /** Whoever is enrolled already, with its present key, is told otherwise. */
  private static final Set<RefusalCode> SAID_TO_NEW_ONES =
      EnumSet.of(RefusalCode.NAME_TAKEN, RefusalCode.TOKEN_USED, RefusalCode.TOKEN_EXPIRED);

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "JOIN-URL|-",
      description = "The invitation, or - to read it from stdin or be asked for it.")
  private String url;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "This agent's name; default: the invitation's, else the one it has there, else the short"
              + " host name.")
  private String name;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    JoinUrl invitation = invitation();
    if (name != null && !BoxName.isValid(name)) {
      throw new UserError(
          ExitCode.USAGE,
          "the name "
              + name
              + " cannot be used; use lower-case letters, digits and inner hyphens, at most 63");
    }
    AgentPaths paths = root.paths().prepareConfig();
    Settings settings = Settings.load(paths.agentConf(), System.getenv(), Map.of());
    Optional<Enrollment> before = existing(paths, err);
    Rendezvous rendezvous = Rendezvous.of(invitation);
    // as far as that is known before the rendezvous is asked: an invitation may name it anew
    boolean told =
        before.isPresent()
            && (!mayBeTheSame(before.get().rendezvous(), rendezvous)
                || !(name == null || name.equals(before.get().name())));
    if (told) {
      mindSessions(paths, before.get(), err);
    }
    LinkKey key = LinkKeyFile.candidate(paths, new SecureRandom());
    LinkPreparation preparation = LinkPreparation.start(rendezvous, () -> key);
    LinkCall.Enrollment link;
    try {
      link = enroll(rendezvous, preparation, invitation.token(), before);
    } catch (UserError e) {
      if (e.getCause() instanceof UnreachableError) {
        out.print(Checks.reportUnreached(rendezvous, Screen.stdout()));
        out.flush();
      }
      if (e.getCause() instanceof RefusedError) {
        LinkKeyFile.dropCandidate(paths);
      }
      Optional<LinkCall.Enrollment> present = present(e, before, rendezvous, paths, invitation);
      if (present.isEmpty()) {
        throw takenHere(e, rendezvous, ofTheMachine(paths)).orElse(e);
      }
      boolean news = !before.get().rendezvous().pins().equals(rendezvous.pins());
      if (news) {
        enrollment(rendezvous, present.get().answer()).save(paths);
      }
      out.println(
          "Enrolled already as "
              + before.get().name()
              + " at "
              + rendezvous
              + (news ? "; the pins of this join URL are kept from now on." : "; nothing to do."));
      showHostKey(out, paths, settings, before.get());
      if (news && StateLock.isHeld(paths)) {
        out.println(NextSteps.onBox(paths));
      }
      report(out, before.get(), present.get(), settings);
      return ExitCode.OK.value();
    }
    Enrollment enrollment = enrollment(rendezvous, link.answer());
    LinkKeyFile.adoptCandidate(paths);
    enrollment.save(paths);
    if (!told && before.isPresent() && isElsewhere(before.get(), rendezvous, enrollment.name())) {
      mindSessions(paths, before.get(), err);
    }
    before.ifPresent(
        old ->
            out.println(
                "This replaces the enrollment as "
                    + old.name()
                    + " at "
                    + old.rendezvous()
                    + (isElsewhere(old, rendezvous, enrollment.name())
                        ? "; there the old name stays until it is revoked."
                        : ".")));
    out.println("Enrolled as " + enrollment.name() + " at " + rendezvous + ".");
    out.flush();
    if (enrollment.role() != Enrollment.Role.LAPTOP) {
      HostKey shown;
      try {
        shown = hostKey(paths, settings, enrollment);
      } catch (UserError e) {
        report(out, enrollment, link, settings);
        throw e;
      }
      show(out, shown);
      out.println(NextSteps.onBox(paths));
    }
    NextSteps.onLaptop(enrollment.role(), ThisUser.isRoot()).forEach(out::println);
    report(out, enrollment, link, settings);
    return ExitCode.OK.value();
  }

  /**
   * Whether it is the same rendezvous under another or the same pins: one it may present is pinned
   * both times. Without pins on either side its certificate is for its host, so by that.
   */
  static boolean sameRendezvous(Rendezvous before, Rendezvous now) {
    return before.pins().isEmpty() || now.pins().isEmpty()
        ? before.host().equals(now.host())
        : !Collections.disjoint(before.pins(), now.pins());
  }

  /**
   * Whether it may be the same one with a key that nobody was told of beforehand. Whether it is
   * shows when it knows this agent's present key.
   */
  private static boolean mayBeTheSame(Rendezvous before, Rendezvous now) {
    return sameRendezvous(before, now) || before.host().equals(now.host());
  }

  private static boolean isElsewhere(Enrollment before, Rendezvous rendezvous, String name) {
    return !sameRendezvous(before.rendezvous(), rendezvous) || !name.equals(before.name());
  }

  private static void mindSessions(AgentPaths paths, Enrollment before, PrintWriter err) {
    int open = SessionStore.count(paths.sessions());
    if (open == 0) {
      return;
    }
    err.println(
        "agent: "
            + (open == 1 ? "a session is open" : open + " sessions are open")
            + " on this box; once its agent is restarted, laptops that know it as "
            + before.name()
            + " at "
            + before.rendezvous()
            + " find it no more, and a session hangs when its path is lost (agent sessions lists"
            + " them)");
    err.flush();
  }

  private static void show(PrintWriter out, HostKey key) {
    out.println("Host key, shown to people at first contact if this is to be a box:");
    out.println("  " + key.fingerprint());
  }

  /** Once more, of an agent that is enrolled; that it cannot be had is told when it is to run. */
  private static void showHostKey(
      PrintWriter out, AgentPaths paths, Settings settings, Enrollment enrollment) {
    if (enrollment.role() == Enrollment.Role.LAPTOP) {
      return;
    }
    try {
      show(out, hostKey(paths, settings, enrollment));
    } catch (UserError e) {
      out.println("No host key to be a box with: " + e.getCause().getMessage());
    }
  }

  /** What is known already is on the screen while the rest is being looked at. */
  private static void report(
      PrintWriter out, Enrollment enrollment, LinkCall.Enrollment link, Settings settings) {
    out.println();
    out.flush();
    out.print(Checks.report(enrollment, link, Surroundings.of(settings), Screen.stdout()));
    out.flush();
  }

  /**
   * If the name is taken only because this very agent, with its present key, has it; or the
   * invitation is good for nobody new any more, and this agent is not new.
   */
  private Optional<LinkCall.Enrollment> present(
      UserError refusal,
      Optional<Enrollment> before,
      Rendezvous rendezvous,
      AgentPaths paths,
      JoinUrl invitation) {
    if (!(refusal.getCause() instanceof RefusedError refused)
        || !SAID_TO_NEW_ONES.contains(refused.code())
        || before.isEmpty()
        || !mayBeTheSame(before.get().rendezvous(), rendezvous)
        || (name != null && !name.equals(before.get().name()))) {
      return Optional.empty();
    }
    try {
      LinkKey present = LinkKeyFile.read(paths);
      LinkCall.Enrollment link =
          LinkCall.enroll(
              rendezvous,
              LinkPreparation.start(rendezvous, () -> present),
              new LinkPurpose.EnrollAs(before.get().name(), invitation.token()));
      return Optional.of(link).filter(l -> l.answer().getName().equals(before.get().name()));
    } catch (UserError e) {
      return Optional.empty(); // then the first refusal stands
    }
  }

  /**
   * If it is refused for a name that root's agent on this very machine has: whoever follows the
   * usual advice and revokes the name bans that agent.
   *
   * @param machine what that agent says of itself, if there is one
   */
  static Optional<UserError> takenHere(
      UserError refusal, Rendezvous rendezvous, Optional<AgentStatus> machine) {
    return machine
        .filter(root -> rendezvous.toString().equals(root.rendezvous()))
        .filter(
            root ->
                refusal.getCause() instanceof RefusedError refused
                    && refused.code() == RefusalCode.NAME_TAKEN
                    && refused.name().filter(name -> name.equals(root.name())).isPresent())
        .map(
            root ->
                new UserError(
                    refusal.exitCode(),
                    "that name is taken at "
                        + rendezvous
                        + ", by root's agent on this machine; two agents on one machine need two"
                        + " names: choose another with --name",
                    refusal.getCause()));
  }

  /** What root's agent here says of itself, to everybody; empty if none runs, or this is it. */
  private static Optional<AgentStatus> ofTheMachine(AgentPaths paths) {
    return paths.isOfTheMachine() ? Optional.empty() : LocalAgents.rootsStatus(paths);
  }

  private static HostKey hostKey(AgentPaths paths, Settings settings, Enrollment enrollment) {
    try {
      return settings.hostKey().isPresent()
          ? HostKey.open(settings.hostKey().get())
          : HostKey.openOrCreate(paths.hostKey(), "moshpit box " + enrollment.name());
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILURE,
          "this agent is enrolled, but there is no host key to be a box with: "
              + Sentences.continued(String.valueOf(e.getMessage())),
          e);
    }
  }

  private JoinUrl invitation() {
    try {
      return JoinUrl.parse(url.equals("-") ? firstLineOfStdin() : url);
    } catch (JoinUrl.InvalidException e) {
      if (e.isCut() && !url.equals("-")) {
        throw new UserError(
            ExitCode.USAGE,
            "the join URL has no token; put it in quotes, or the shell cuts it at the '&'",
            e);
      }
      throw new UserError(ExitCode.USAGE, Sentences.continued(e.getMessage()), e);
    }
  }

  private String firstLineOfStdin() {
    if (Terminal.isStdin()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("Paste the join URL: ");
      err.flush();
    }
    try {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), MAX_LINE);
      String line = in.readLine();
      while (line != null && line.isBlank()) {
        line = in.readLine();
      }
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, "the join URL cannot be read from stdin", e);
    }
  }

  /** A damaged enrollment is no reason not to enroll again: doing so is the way to mend it. */
  private static Optional<Enrollment> existing(AgentPaths paths, PrintWriter err) {
    try {
      return Enrollment.load(paths);
    } catch (UserError e) {
      err.println("agent: " + PlainText.marked(e.sentence()) + "; it is replaced now");
      return Optional.empty();
    }
  }

  private LinkCall.Enrollment enroll(
      Rendezvous rendezvous,
      LinkPreparation preparation,
      JoinUrl.Token token,
      Optional<Enrollment> before) {
    if (name != null) {
      return LinkCall.enroll(rendezvous, preparation, new LinkPurpose.EnrollAs(name, token));
    }
    try {
      return LinkCall.enroll(rendezvous, preparation, new LinkPurpose.EnrollAs("", token));
    } catch (UserError e) {
      if (!(e.getCause() instanceof RefusedError refused)
          || refused.code() != RefusalCode.NAME_INVALID) {
        throw e;
      }
      // The invitation names nobody: who is known there keeps the name.
      String own =
          before
              .filter(old -> mayBeTheSame(old.rendezvous(), rendezvous))
              .map(Enrollment::name)
              .or(() -> BoxName.fromHostName(HostName.read()))
              .orElseThrow(
                  () ->
                      new UserError(
                          ExitCode.USAGE,
                          "this host's name cannot be a box's name; give one with --name"));
      return LinkCall.enroll(rendezvous, preparation, new LinkPurpose.EnrollAs(own, token));
    }
  }

  private static Enrollment enrollment(Rendezvous rendezvous, Enrolled enrolled) {
    Registration registration = enrolled.getRegistration();
    Enrollment.Role role =
        switch (registration.getRole()) {
          case BOX_ONLY -> Enrollment.Role.BOX;
          case LAPTOP_ONLY -> Enrollment.Role.LAPTOP;
          case BOTH, UNRECOGNIZED -> Enrollment.Role.BOTH;
        };
    return new Enrollment(
        rendezvous,
        enrolled.getName(),
        role,
        registration.getRealm().toByteArray(),
        registration.getAgentId().toByteArray(),
        registration.getStunKey().toByteArray());
  }
}
