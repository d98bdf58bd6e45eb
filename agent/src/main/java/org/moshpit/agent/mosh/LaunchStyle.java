package org.moshpit.agent.mosh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a mosh-server is started so that it runs as its user, in a session of its own. */
public enum LaunchStyle {
  /** As the user the agent runs as: executed directly. */
  DIRECT,
  /** By a root agent, without systemd: runuser(1), which runs the account's PAM session. */
  RUNUSER,
  /**
   * By a root agent, under systemd: a transient service, so that the session lives in a control
   * group of its own, without the agent's sandbox, and outlives the agent's restart.
   */
  SYSTEMD;

  /** Where programs that start mosh-server are looked for. */
  static final String STARTER_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** The process to start: its command line, its own environment, where it starts. */
  record Launch(List<String> argv, Map<String, String> environment, Path directory) {}

  /** The style for an agent that runs as {@code agentUid} on this machine. */
  public static LaunchStyle detect(int agentUid) {
    if (agentUid != 0) {
      return DIRECT;
    }
    // sd_booted(3): this directory exists if and only if systemd is the init
    return Files.isDirectory(Path.of("/run/systemd/system")) ? SYSTEMD : RUNUSER;
  }

  /**
   * A PAM stack of our own where the administrator has one; else that of login(1), which every
   * system has.
   */
  private static String pamService() {
    return Files.exists(Path.of("/etc/pam.d/moshpit")) ? "moshpit" : "login";
  }

  /** The program this style cannot do without, if it is missing here. */
  Optional<String> missing() {
    String starter =
        switch (this) {
          case DIRECT -> "sh";
          case RUNUSER -> "runuser";
          case SYSTEMD -> "systemd-run";
        };
    return Executables.find(starter, STARTER_PATH).isPresent()
        ? Optional.empty()
        : Optional.of(starter);
  }

  /**
   * The process to start for this command.
   *
   * @param unit a fresh name for the transient service
   */
  Launch launch(LoginAccount account, ServerCommand command, String unit) {
    return switch (this) {
      case DIRECT -> {
        List<String> argv = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
          argv.add("/usr/bin/setsid");
        }
        argv.addAll(command.argv());
        yield new Launch(argv, command.environment(), account.home());
      }
      case RUNUSER -> {
        // runuser -l makes the login environment, and its -s would show in SHELL: env(1) puts ours
        List<String> argv =
            new ArrayList<>(
                List.of(
                    "setsid",
                    "runuser",
                    "-l",
                    "-s",
                    "/bin/sh",
                    account.name(),
                    "--",
                    "-c",
                    "exec \"$@\"",
                    "sh",
                    "env"));
        command.environment().forEach((name, value) -> argv.add(name + "=" + value));
        argv.addAll(command.argv());
        yield new Launch(argv, Map.of("PATH", STARTER_PATH), Path.of("/"));
      }
      case SYSTEMD -> {
        // PAM refuses a kill mode that leaves processes behind; it also moves the session into its
        // own scope under the user's slice, so nothing of it is left in this unit to be killed.
        // The notes systemd leaves for a service are none of a login's business.
        List<String> argv =
            new ArrayList<>(
                List.of(
                    "setsid",
                    "systemd-run",
                    "--quiet",
                    "--collect",
                    "--pipe",
                    "--unit=" + unit,
                    "--description=mosh session of " + account.name(),
                    "--service-type=forking",
                    "--property=User=" + account.name(),
                    "--property=PAMName=" + pamService(),
                    "--property=WorkingDirectory=-" + account.home(),
                    "--property=KillMode=mixed",
                    "--property=TimeoutStartSec=10",
                    "--property=UnsetEnvironment=INVOCATION_ID SYSTEMD_EXEC_PID"));
        command.environment().forEach((name, value) -> argv.add("--setenv=" + name + "=" + value));
        argv.add("--");
        // systemd puts variables into a command line, and takes $$ for a dollar sign
        command.argv().forEach(word -> argv.add(word.replace("$", "$$")));
        yield new Launch(argv, Map.of("PATH", STARTER_PATH), Path.of("/"));
      }
    };
  }
}
