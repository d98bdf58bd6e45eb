package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.moshpit.agent.auth.Account;
import org.moshpit.agent.auth.OwnUserAuthorizer;
import org.moshpit.agent.auth.RootAuthorizer;
import org.moshpit.agent.auth.Signer;
import org.moshpit.agent.cli.wiring.Logins;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.LinkCall;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.LoginEnvironment;
import org.moshpit.agent.mosh.MoshClientRunner;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.common.text.Screen;

/**
 * Everything that would keep tonight's first session from coming about, by role. The next check is
 * added here.
 */
public final class Checks {
  private Checks() {}

  /**
   * After an enrollment: looks at all of it, and says so. Blocks for some seconds at most; never
   * fails because of what it finds.
   *
   * @param enrollment that stands
   * @param link what it was told over
   * @return lines to print, each with its line feed
   */
  public static String report(
      Enrollment enrollment, LinkCall.Enrollment link, Surroundings here, Screen screen) {
    return Findings.text(Findings.ofGroups(of(enrollment, link, here)), screen);
  }

  /**
   * Instead of an enrollment: what was tried where. Blocks for some seconds at most; never fails
   * because of what it finds.
   *
   * @return lines to print, each with its line feed
   */
  public static String reportUnreached(Rendezvous rendezvous, Screen screen) {
    UnreachedCheck check =
        new UnreachedCheck(
            RendezvousAddresses.of(rendezvous),
            TcpQuestion.ofThisHost(),
            StunQuestion.ofThisHost(Optional.empty(), 0));
    return Findings.text(List.of(Findings.Group.of("", Findings.of(List.of(check)))), screen);
  }

  /**
   * What both roles need, then what each needs that this agent may have. Of somebody who may be
   * both, root is a box first, as it is never to connect, and anybody else a laptop.
   */
  static List<Group> of(Enrollment enrollment, LinkCall.Enrollment link, Surroundings here) {
    List<Group> groups = new ArrayList<>();
    groups.add(new Group("", both(enrollment, link)));
    if (enrollment.role() != Enrollment.Role.LAPTOP) {
      groups.add(new Group("AS A BOX", box(here)));
    }
    if (enrollment.role() != Enrollment.Role.BOX) {
      int place = here.root() ? groups.size() : 1;
      groups.add(place, new Group("AS A LAPTOP", laptop(here)));
    }
    return groups;
  }

  /**
   * Checks that belong together.
   *
   * @param heading empty if they need none
   */
  record Group(String heading, List<Check> checks) {}

  private static List<Check> both(Enrollment enrollment, LinkCall.Enrollment link) {
    StunCredentials credentials = new StunCredentials(enrollment.agentId(), enrollment.stunKey());
    return List.of(
        new LinkCheck(link.remote()),
        new UdpCheck(
            RendezvousAddresses.of(enrollment.rendezvous())
                .stun(link.answer().getRegistration(), link.remote()),
            StunQuestion.ofThisHost(Optional.of(credentials), link.clockOffsetMillis())),
        new ClockCheck(link.clockOffsetMillis()),
        new ProgramCheck("ssh-keygen", Signer::program, "apt install openssh-client"));
  }

  private static List<Check> box(Surroundings here) {
    Settings settings = here.settings();
    LoginAccount login;
    try {
      login = Logins.of(Account.self());
    } catch (IOException e) {
      return List.of(new FailedCheck("this user", e));
    }
    List<Check> checks = new ArrayList<>();
    LaunchStyle style = LaunchStyle.detect((int) ThisUser.uid());
    checks.add(new MoshServerCheck(new MoshServerLauncher(style), login, settings.moshServer()));
    checks.add(
        new LoginLocaleCheck(
            new LoginEnvironment().of(login), Programs.ofThisHost(), style == LaunchStyle.SYSTEMD));
    try {
      checks.addAll(here.root() ? rootDoor(settings) : List.of(ownDoor()));
    } catch (IOException e) {
      checks.add(new FailedCheck("authorized_keys", e));
    }
    return checks;
  }

  private static Check ownDoor() {
    return new OwnDoorCheck(() -> OwnUserAuthorizer.create().report());
  }

  private static List<Check> rootDoor(Settings settings) throws IOException {
    RootAuthorizer.Rules rules =
        RootAuthorizer.Rules.of(settings.allowUsers(), settings.permitRoot());
    RootAuthorizer door = RootAuthorizer.create(settings.allowUsers(), settings.permitRoot());
    return List.of(
        new SshdCheck(!rules.sshd().get().isEmpty(), settings.permitRoot()),
        new RootDoorCheck(LoginUsers.of(Path.of("/etc/passwd")), door::report));
  }

  private static List<Check> laptop(Surroundings here) {
    return List.of(
        new ProgramCheck(
            "mosh-client",
            () -> MoshClientRunner.locate("mosh-client", here.environment()),
            "To connect from here: apt install mosh"),
        new LocaleCheck(here.environment(), here.charset()),
        new UserKeyCheck(here.environment(), here.home()));
  }

  /** What cannot even be begun. */
  private record FailedCheck(String what, IOException reason) implements Check {
    @Override
    public List<Finding> look() throws IOException {
      throw reason;
    }
  }
}
