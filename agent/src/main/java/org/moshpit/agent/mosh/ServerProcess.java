package org.moshpit.agent.mosh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.forward.UdpTable;

/**
 * A mosh-server that was proved to be one ({@link ServerProof}), as the user it was started as. It
 * counts as ended once its number belongs to another process, or its process to another user. Where
 * an agent that is root signals it, that is done with the user's rights, so that nobody else's
 * process can ever be hit. Any thread; nothing blocks.
 *
 * @param process which process
 * @param uid the account's numeric user id
 */
public record ServerProcess(RunningProcess process, int uid) {
  private static final boolean HAS_PROC = Files.isReadable(Path.of("/proc/self/status"));

  /** Checks for null. */
  public ServerProcess {
    Objects.requireNonNull(process);
  }

  /**
   * The one a session record tells of, if it is that still: the same process, the same user, and it
   * holds the port. Reads the kernel's table of sockets, so it is for the start of the agent only.
   *
   * @param port 1–65535
   */
  public static Optional<ServerProcess> recorded(long pid, long startTime, int uid, int port) {
    ServerProcess server = new ServerProcess(new RunningProcess(pid, startTime), uid);
    return server.alive() && ServerProof.holds(UdpTable.ofThisHost(), pid, uid, port)
        ? Optional.of(server)
        : Optional.empty();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** See {@link RunningProcess#startTime}. */
  public long startTime() {
    return process.startTime();
  }

  /** Whether it still runs, as its user. */
  public boolean alive() {
    return process.alive() && (!HAS_PROC || ids().isPresent());
  }

  /** Asks it to end (SIGTERM), perhaps a moment later; nothing happens if it has ended. */
  public void terminate() {
    signal("TERM");
  }

  /** Ends it (SIGKILL), perhaps a moment later; nothing happens if it has ended. */
  public void kill() {
    signal("KILL");
  }

  private void signal(String signal) {
    if (!alive()) {
      return;
    }
    if (uid != ThisUser.uid()) {
      ids().ifPresent(ids -> UserSignals.send(signal, pid(), ids));
    } else if (signal.equals("TERM")) {
      process.terminate();
    } else {
      process.kill();
    }
  }

  private Optional<ProcessIds> ids() {
    return ProcessIds.of(pid()).filter(ids -> ids.uid() == uid);
  }
}
