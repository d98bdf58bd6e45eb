package org.moshpit.agent.mosh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.mosh.MoshServerRequest.Bind;
import org.moshpit.agent.mosh.MoshServerResult.Failed;
import org.moshpit.agent.mosh.MoshServerResult.Reason;
import org.moshpit.agent.mosh.MoshServerResult.Started;

/**
 * Starts mosh-server. Blocks (some 10 ms when all is well, 5 s when mosh-server hangs): never on
 * the event loop. Any number of threads.
 *
 * <p>Facts of mosh 1.4.0 it is built around: the port must be free when it starts; it prints {@code
 * MOSH CONNECT}, forks, and the parent names the detached child on standard error and exits 0; an
 * address that cannot be bound is silently exchanged for all addresses; the child may keep standard
 * output open, so nothing is read to its end.
 */
public final class MoshServerLauncher {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final LaunchStyle style;
  private final LoginEnvironment login;
  private final ServerProof proof;
  private final Duration timeout;

  /** For this machine. */
  public MoshServerLauncher(LaunchStyle style) {
    this(style, new LoginEnvironment(), ServerProof.ofThisHost(), TIMEOUT);
  }

  /** With everything chosen, for tests. */
  MoshServerLauncher(
      LaunchStyle style, LoginEnvironment login, ServerProof proof, Duration timeout) {
    this.style = style;
    this.login = login;
    this.proof = proof;
    this.timeout = timeout;
  }

  /**
   * Starts one. When it fails, it is stopped as far as it is known: the process started here with
   * its children, and a mosh-server that proved to be one. A process that merely printed text names
   * is never signalled; a mosh-server among those ends by itself, as nobody calls it.
   */
  public MoshServerResult launch(MoshServerRequest request) {
    Map<String, String> environment = login.of(request.account());
    Optional<Path> server = locate(request.account(), request.server());
    if (server.isEmpty()) {
      return notFound(request);
    }
    Optional<String> missing = style.missing();
    if (missing.isPresent()) {
      return new Failed(
          Reason.GARBLED,
          "The agent on the box needs " + missing.get() + " to start sessions; install it there.");
    }
    MoshServerResult first = attempt(request, environment, server.get(), request.port());
    if (failedFor(first, Reason.LOCALE) && LocaleVariables.isNone(environment)) {
      // as where systemd starts it, whose own locale then counts
      environment.put("LANG", LocaleVariables.ALWAYS_THERE);
      MoshServerResult again = attempt(request, environment, server.get(), request.port());
      first = failedFor(again, Reason.LOCALE) ? first : again;
    }
    return request.anyPort() && failedFor(first, Reason.PORT_TAKEN)
        ? attempt(request, environment, server.get(), 0)
        : first;
  }

  private static boolean failedFor(MoshServerResult result, Reason reason) {
    return result instanceof Failed failed && failed.reason() == reason;
  }

  /**
   * What would be started; empty if there is nothing to start.
   *
   * @param server a path, or a name to look up as a login of that account does
   */
  public Optional<Path> locate(LoginAccount account, String server) {
    return Executables.find(server, login.of(account).get("PATH"));
  }

  /** The program that starts it for another user, if it is missing here. */
  public Optional<String> missingStarter() {
    return style.missing();
  }

  private MoshServerResult attempt(
      MoshServerRequest request, Map<String, String> environment, Path server, int port) {
    ServerCommand command = ServerCommand.of(request, environment, server.toString(), port);
    String unit = "moshpit-" + UUID.randomUUID() + ".service";
    LaunchStyle.Launch launch = style.launch(request.account(), command, unit);
    List<String> argv = new ArrayList<>(DefaultSignals.words());
    argv.addAll(launch.argv());
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(launch.environment());
    // sshd, too, starts in / when the home directory is missing
    Path directory = launch.directory();
    builder.directory((Files.isDirectory(directory) ? directory : Path.of("/")).toFile());
    builder.redirectErrorStream(true);
    long since = RunningProcess.now();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Failed(
          Reason.GARBLED, "mosh-server could not be started on the box (" + e.getMessage() + ").");
    }
    ServerOutput output = new ServerOutput();
    boolean inTime = listen(process, output);
    MoshServerResult result = judge(request, port, process, output, inTime, since);
    abandon(process, result, unit);
    return result;
  }

  /**
   * Reads until mosh-server has said all, its parent has ended, or time is up; false in the last
   * case. It asks what is there instead of blocking in a read, because nothing could end such a
   * read, and a leftover of a wrapper script may hold the pipe open for ever.
   */
  private boolean listen(Process process, ServerOutput output) {
    long deadline = System.nanoTime() + timeout.toNanos();
    byte[] buffer = new byte[4096];
    try {
      process.getOutputStream().close();
      InputStream in = process.getInputStream();
      while (true) {
        boolean ended = !process.isAlive();
        int ready;
        while ((ready = in.available()) > 0) {
          int count = in.read(buffer, 0, Math.min(ready, buffer.length));
          if (count < 0) {
            break;
          }
          output.add(buffer, count);
        }
        if (ended || output.complete()) {
          return true;
        }
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        process.waitFor(2, TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private MoshServerResult judge(
      MoshServerRequest request,
      int port,
      Process process,
      ServerOutput output,
      boolean inTime,
      long since) {
    if (!output.complete()) {
      return refusal(request, port, process, output, inTime);
    }
    Optional<ServerProcess> server =
        proof.find(request.account(), output.pid(), output.port(), since);
    if (server.isEmpty()) {
      return new Failed(
          Reason.GARBLED,
          RunningProcess.of(output.pid()).isEmpty()
              ? "mosh-server on the box ended as soon as it had started; try again."
              : "mosh-server could not be started properly on the box: the process it names is not"
                  + " one that was started for you and listens on the port it names.");
    }
    boolean elsewhere =
        request.bind() == Bind.LOOPBACK && !proof.onLoopbackOnly(request.account(), output.port());
    if (output.fellBack() || elsewhere) {
      server.get().kill();
      return output.portTaken()
          ? portTaken(port)
          : new Failed(
              Reason.BIND,
              "mosh-server on the box would have listened on all its addresses, so it was stopped:"
                  + " it could not use the one it was given.");
    }
    return new Started(output.port(), output.key(), server.get());
  }

  private MoshServerResult refusal(
      MoshServerRequest request, int port, Process process, ServerOutput output, boolean inTime) {
    if (!inTime) {
      return new Failed(
          Reason.TIMEOUT,
          "mosh-server on the box said nothing for "
              + timeout.toSeconds()
              + " s; look what keeps it from starting there.");
    }
    if (output.localeRefused()) {
      return new Failed(
          Reason.LOCALE,
          "The box has no UTF-8 locale for this session (its own environment: "
              + LocaleVariables.inEffect(login.of(request.account()))
              + ", yours: "
              + LocaleVariables.inEffect(request.locale())
              + "); install one there, or set LANG=C.UTF-8 in its /etc/default/locale.");
    }
    if (output.portTaken()) {
      return portTaken(port);
    }
    // setsid(1), runuser(1) and env(1) end so when there is nothing to execute
    int exit = process.isAlive() ? -1 : process.exitValue();
    if (exit == 126 || exit == 127 || output.noExecutable()) {
      return notFound(request);
    }
    String said = output.firstLine();
    return new Failed(
        Reason.GARBLED,
        "mosh-server on the box did not start"
            + (said.isEmpty() ? ", and did not say why." : " (it said: " + said + ")."));
  }

  private static Failed notFound(MoshServerRequest request) {
    return new Failed(
        Reason.NOT_FOUND,
        request.server().equals("mosh-server")
            ? "There is no mosh-server on the box; install the package mosh there."
            : "There is no " + request.server() + " on the box that can be executed.");
  }

  private static Failed portTaken(int port) {
    return new Failed(
        Reason.PORT_TAKEN,
        "UDP port " + port + " is taken on the box; try again, or change ports in its agent.conf.");
  }

  /** Ends what was to start mosh-server, if no mosh-server came of it. */
  private void abandon(Process process, MoshServerResult result, String unit) {
    if (!(result instanceof Failed)) {
      return;
    }
    boolean lingers = process.isAlive();
    if (lingers) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (lingers && style == LaunchStyle.SYSTEMD) {
      try {
        new ProcessBuilder("systemctl", "kill", "--signal=SIGKILL", unit)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
      } catch (IOException e) {
        // without systemctl the unit ends when its processes do
      }
    }
  }
}
