package org.moshpit.deploy.systemd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;

/**
 * A container in which systemd is process 1, on the network of one host of a lab. Its root is a
 * fresh Debian or Ubuntu, made once under {@code target} ({@code deploy/lab/systemd-root}); what is
 * written to it stays in memory. It ends with the lab at the latest, whose network it is on.
 */
public final class Container implements AutoCloseable {
  private static final Duration MAKING = Duration.ofMinutes(20);
  private static final Duration BOOTING = Duration.ofSeconds(90);

  /** Where the agent is, if it is not installed from a package. */
  private static final String INSTALLED = "/opt/moshpit-agent";

  /** nspawn has its container's control groups below the ones it is in itself. */
  private static final String IN_GROUPS_OF_ITS_OWN =
      """
      for tree in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
          [ -d $tree ] || continue
          mkdir $tree/$0
          echo $$ > $tree/$0/cgroup.procs
      done
      exec "$@"
      """;

  private static final String REMOVE_GROUPS =
      "find /sys/fs/cgroup/systemd/$0 /sys/fs/cgroup/unified/$0 -depth -type d -exec rmdir {} +";

  private final Process nspawn;
  private final Path log;
  private final String groups;
  private final long init;

  private Container(Process nspawn, Path log, String groups, long init) {
    this.nspawn = nspawn;
    this.log = log;
    this.groups = groups;
    this.init = init;
  }

  /** Boots one that has Java and the agent, as built; returns when systemd has started all. */
  static Container boot(Lab lab, String host) {
    try {
      Path dist = Shell.repository().resolve("agent/target/dist");
      List<String> binds = new ArrayList<>(List.of("--bind-ro=" + dist + ":" + INSTALLED));
      Path java = Path.of(System.getProperty("java.home")).toRealPath();
      // its settings and its certificates are links to places outside
      for (Path part :
          List.of(java, Path.of("/etc/java-17-openjdk"), Path.of("/etc/ssl/certs/java"))) {
        if (Files.exists(part)) {
          binds.add("--bind-ro=" + part);
        }
      }
      Container container = boot(lab, host, binds);
      try {
        container.root("ln", "-s", java + "/bin/java", "/usr/local/bin/java");
        container.root("ln", "-s", INSTALLED + "/bin/agent", "/usr/bin/agent");
        return container;
      } catch (RuntimeException | Error e) {
        container.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Boots one that has nothing but a directory of packages, at the same path as here. */
  public static Container bare(Lab lab, String host, Path packages) {
    return boot(lab, host, List.of("--bind-ro=" + packages));
  }

  private static Container boot(Lab lab, String host, List<String> binds) {
    Path repository = Shell.repository();
    Path target = repository.resolve("deploy/target");
    Path root = target.resolve("systemd-root");
    try {
      Files.createDirectories(target);
      make(root);
      // in those of another container, units of the same name would hold each other
      String groups = "moshpit-" + host + "-" + lab.keeper(host);
      List<String> command =
          new ArrayList<>(
              List.of(
                  "sh",
                  "-c",
                  IN_GROUPS_OF_ITS_OWN,
                  groups,
                  "systemd-nspawn",
                  "--quiet",
                  "--boot",
                  "--register=no",
                  "--keep-unit",
                  "--volatile=overlay",
                  "--console=pipe",
                  "--hostname=" + host,
                  "--resolv-conf=off",
                  "--timezone=off",
                  "--network-namespace-path=/proc/" + lab.keeper(host) + "/ns/net",
                  "--directory=" + root));
      command.addAll(binds);
      Path log = target.resolve("systemd-" + host + ".log");
      Process nspawn =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Container container = new Container(nspawn, log, groups, firstProcess(nspawn, log));
      try {
        container.awaitBooted();
        return container;
      } catch (RuntimeException | Error e) {
        container.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path root) throws IOException {
    Process making =
        new ProcessBuilder(
                Shell.repository().resolve("deploy/lab/systemd-root").toString(), root.toString())
            .inheritIO()
            .start();
    try {
      if (!making.waitFor(MAKING.toSeconds(), TimeUnit.SECONDS) || making.exitValue() != 0) {
        making.destroy();
        throw new AssertionError("deploy/lab/systemd-root made no root; see " + root + ".log");
      }
    } catch (InterruptedException e) {
      making.destroy();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Process 1 of the container, as this machine numbers it. */
  private static long firstProcess(Process nspawn, Path log) {
    return Awaitility.await("process 1; see " + log)
        .atMost(BOOTING)
        .until(
            () -> nspawn.children().map(ProcessHandle::pid).findFirst().orElse(0L), pid -> pid > 0);
  }

  private void awaitBooted() {
    Awaitility.await("systemd to be up; see " + log)
        .atMost(BOOTING)
        .until(
            () -> {
              String state = run("systemctl", "is-system-running").out().strip();
              return state.equals("running") || state.equals("degraded");
            });
  }

  /** Runs a program as root, in the container. */
  public Shell.Result run(String... command) {
    return runWithInput("", command);
  }

  /** The same, of a program that reads {@code input}. */
  public Shell.Result runWithInput(String input, String... command) {
    return Shell.run(words(command), input);
  }

  /** The words that, run here, run a program as root in the container. */
  public List<String> words(String... command) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--target=" + init,
                "--mount",
                "--uts",
                "--ipc",
                "--net",
                "--pid",
                "--cgroup",
                "--",
                "env",
                "-i",
                "-C",
                "/",
                "HOME=/root",
                "LANG=C.UTF-8",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    all.addAll(List.of(command));
    return all;
  }

  /** Runs a program as root and expects exit 0; its standard output. */
  public String root(String... command) {
    return run(command).orFail();
  }

  /** A file of the container. */
  public void write(String path, String text) {
    runWithInput(text, "sh", "-c", "cat > \"$1\"", "sh", path).orFail();
  }

  @Override
  public void close() {
    // nspawn has process 1 shut the container down, and ends it when asked again
    nspawn.destroy();
    try {
      if (!nspawn.waitFor(20, TimeUnit.SECONDS)) {
        nspawn.destroy();
        nspawn.waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    nspawn.destroyForcibly();
    Shell.run(List.of("sh", "-c", REMOVE_GROUPS, groups), "");
  }
}
