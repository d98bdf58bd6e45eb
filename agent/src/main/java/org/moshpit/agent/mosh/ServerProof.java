package org.moshpit.agent.mosh;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.forward.UdpTable;

/**
 * Whether the process that a starting mosh-server names, on the port it names, is the mosh-server
 * that was started. What it prints is not to be believed: it may be the user's own program ({@code
 * --server}), and the user's profile may speak before it; an agent that is root would signal
 * whatever process such a text names, and send the session's datagrams to anybody's port.
 */
interface ServerProof {
  /** More files than any mosh-server has open. */
  int MAX_FILES = 4096;

  /**
   * The process, if it is the account's through and through, not older than the launch, and holds a
   * socket on that port.
   *
   * @param pid as printed
   * @param port as printed, 1–65535
   * @param since when the launch began ({@link RunningProcess#now})
   */
  Optional<ServerProcess> find(LoginAccount account, long pid, int port, long since);

  /** Whether the port is the account's, on 127.0.0.1 and nowhere else. */
  boolean onLoopbackOnly(LoginAccount account, int port);

  /** By what the kernel of this machine says. */
  static ServerProof ofThisHost() {
    UdpTable table = UdpTable.ofThisHost();
    return new ServerProof() {
      @Override
      public Optional<ServerProcess> find(LoginAccount account, long pid, int port, long since) {
        return RunningProcess.of(pid)
            .filter(process -> process.startTime() >= since)
            .map(process -> new ServerProcess(process, account.uid()))
            .filter(ServerProcess::alive)
            .filter(server -> holds(table, pid, account.uid(), port));
      }

      @Override
      public boolean onLoopbackOnly(LoginAccount account, int port) {
        return table.boundToLoopbackOnly(port, account.uid());
      }
    };
  }

  /**
   * Whether this process holds a socket of this user on this port. Where the kernel has no such
   * list, an agent that is not root takes it for granted: it can signal its own user's processes
   * only.
   */
  static boolean holds(UdpTable table, long pid, int uid, int port) {
    if (!table.isThere()) {
      return uid != 0 && uid == ThisUser.uid();
    }
    Set<String> sockets =
        table.socketsOf(port, uid).stream()
            .map(inode -> "socket:[" + inode + "]")
            .collect(Collectors.toSet());
    Path files = Path.of("/proc", Long.toString(pid), "fd");
    try (DirectoryStream<Path> open = Files.newDirectoryStream(files)) {
      int count = 0;
      for (Path file : open) {
        if (++count > MAX_FILES) {
          return false;
        }
        if (sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
    } catch (IOException e) {
      // it has ended, or a file of its was closed just now
      return false;
    }
    return false;
  }
}
