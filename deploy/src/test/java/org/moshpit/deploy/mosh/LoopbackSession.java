package org.moshpit.deploy.mosh;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.forward.ClientLoopback;
import org.moshpit.agent.forward.ServerLoopback;
import org.moshpit.agent.forward.UdpTable;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.LocaleVariables;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.MoshClientOptions;
import org.moshpit.agent.mosh.MoshClientRunner;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.MoshServerRequest;
import org.moshpit.agent.mosh.MoshServerResult;
import org.moshpit.agent.netwatch.NetWatch;
import org.moshpit.agent.netwatch.NetworkSnapshot;
import org.moshpit.agent.netwatch.SuspendDetector;

/**
 * A whole session in one process, the path between laptop and box being a method call. Arguments:
 * the file to note events in, then the command to run; without one the login shell.
 */
public final class LoopbackSession {
  private static Path notes;

  private LoopbackSession() {}

  /** Runs it; the exit status is mosh-client's, or that of what went wrong. */
  public static void main(String[] args) throws Exception {
    notes = Path.of(args[0]);
    try {
      System.exit(session(List.of(args).subList(1, args.length)));
    } catch (UserError e) {
      System.err.println(e.sentence());
      System.exit(e.exitCode().value());
    }
  }

  private static int session(List<String> argv)
      throws IOException, InterruptedException, ExecutionException {
    Map<String, String> environment = System.getenv();
    int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    MoshClientRunner runner =
        MoshClientRunner.prepare(
            MoshClientOptions.of(null, null, false, true, "loopback", environment), environment);
    LoginAccount account =
        new LoginAccount(
            System.getProperty("user.name"),
            uid,
            uid,
            Path.of(System.getProperty("user.home")),
            Path.of("/bin/bash"));
    MoshServerResult result =
        new MoshServerLauncher(LaunchStyle.DIRECT)
            .launch(
                new MoshServerRequest(
                    account,
                    argv,
                    null,
                    LocaleVariables.from(environment),
                    runner.colors(),
                    "",
                    60001 + (int) (ProcessHandle.current().pid() % 900),
                    true,
                    MoshServerRequest.Bind.LOOPBACK,
                    600));
    if (!(result instanceof MoshServerResult.Started server)) {
      System.err.println(result);
      return 1;
    }
    note("server " + server.process().pid());
    ExecutorService blocking =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "blocking");
              thread.setDaemon(true);
              return thread;
            });
    EventLoop loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
    AtomicReference<ServerLoopback> box = new AtomicReference<>();
    UdpTable table = UdpTable.ofThisHost();
    ClientLoopback laptop =
        ClientLoopback.open(
                loop, blocking, port -> table.ownedBy(port, uid), bytes -> box.get().send(bytes))
            .get();
    box.set(
        ServerLoopback.open(
                loop,
                server.port(),
                laptop::send,
                () -> {
                  note("gone");
                  runner.end();
                })
            .get());
    NetWatch watch =
        new NetWatch(
            loop,
            blocking,
            new NetWatch.Listener() {
              @Override
              public void networkChanged(NetworkSnapshot now, String reason) {
                note("network");
              }

              @Override
              public void resumed(SuspendDetector.Finding finding) {
                note("resumed");
              }
            });
    loop.execute(watch::start);
    note("agent " + ProcessHandle.current().pid());
    int exit = runner.run(laptop.port(), server.key());
    note("exit " + exit);
    return exit;
  }

  private static void note(String line) {
    try {
      Files.writeString(notes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
