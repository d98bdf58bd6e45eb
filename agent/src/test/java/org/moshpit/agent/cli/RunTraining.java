package org.moshpit.agent.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.wire.proto.Role;

/**
 * What the JVM watches while the list of classes for the archive of {@code agent run} is made: the
 * daemon, as the launcher starts it, from enrollment until it knows its network.
 */
public final class RunTraining {
  private static final int LIMIT_SECONDS = 90;

  /** From then on, for what it says about its network: one without has nothing to say. */
  private static final int REGISTERED_LIMIT_SECONDS = 15;

  private RunTraining() {}

  /**
   * With a launcher, a scratch directory and the daemon's {@code JDK_JAVA_OPTIONS}: starts the
   * daemon, and ends it when it has said all that it says at its start. Without: only loads, in
   * this process, our classes that the daemon needs once there is a session.
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      ArchiveTraining.loadAll(RunTraining::mayBeNeeded);
      return;
    }
    Path directory = Path.of(args[1]);
    String[] directories = {
      "--config-dir",
      directory.resolve("config").toString(),
      "--state-dir",
      directory.resolve("state").toString()
    };
    try (TrainingRendezvous rendezvous = TrainingRendezvous.start(Role.BOX_ONLY)) {
      List<String> enroll = new ArrayList<>(List.of(directories));
      enroll.addAll(List.of("enroll", "--name", "training", rendezvous.joinUrl()));
      int enrolled = Main.run(enroll.toArray(String[]::new));
      if (enrolled != 0) {
        throw new IllegalStateException("exit " + enrolled + " of enroll");
      }
      List<String> run = new ArrayList<>(List.of(args[0]));
      run.addAll(List.of(directories));
      run.add("run");
      watch(run, args[2]);
    }
  }

  /** Everything but the other commands. */
  private static boolean mayBeNeeded(String name) {
    String cli = "org.moshpit.agent.cli.";
    return !name.startsWith(cli)
        || name.startsWith(cli + "box.")
        || name.startsWith(cli + "wiring.");
  }

  private static void watch(List<String> command, String options)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JDK_JAVA_OPTIONS", options);
    Process daemon = builder.start();
    CompletableFuture<Void> enough =
        new CompletableFuture<Void>().completeOnTimeout(null, LIMIT_SECONDS, TimeUnit.SECONDS);
    // Through the handle: destroying the Process closes its output.
    enough.thenRun(daemon.toHandle()::destroy);
    boolean registered = false;
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        System.err.println(line);
        if (line.contains("registered at the rendezvous")) {
          registered = true;
          enough.completeOnTimeout(null, REGISTERED_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        if (line.contains("this network's NAT")) {
          enough.complete(null);
        }
      }
    }
    int exit = daemon.waitFor();
    if (exit != 0 || !registered) {
      throw new IllegalStateException("exit " + exit + " of run");
    }
  }
}
