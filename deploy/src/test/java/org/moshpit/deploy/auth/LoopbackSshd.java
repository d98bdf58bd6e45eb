package org.moshpit.deploy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A real sshd on a loopback port with its own keys file, and the real ssh to ask it. */
final class LoopbackSshd implements AutoCloseable {
  private static final Path RUN = Path.of("/run/sshd");
  private static final Pattern ACCEPTS = Pattern.compile("Server accepts key:.*?(SHA256:\\S+)");

  /** The decision of sshd's privileged half, which is the one that counts. */
  private static final Pattern ACCEPTED =
      Pattern.compile("(?m)^Accepted publickey for \\S+ from 127\\.0\\.0\\.1 ");

  /**
   * The same half's "no" to a key that was listed and signed well. Its unprivileged half may have
   * said yes already, as it does to root without a forced command; then the connection breaks off,
   * and what ssh says of that depends on whether it was reading or writing.
   */
  private static final Pattern REFUSED =
      Pattern.compile("(?m)^(ROOT LOGIN REFUSED FROM|Failed publickey for) ");

  private static final int LIMIT_SECONDS = 60;
  private static final int ATTEMPTS = 5;
  private static final String LOG = "sshd.log";

  /**
   * What a login came to.
   *
   * @param in whether the key was let in
   * @param pty whether it got a pty
   * @param output of whatever ran, lines ending in \n
   */
  record Login(boolean in, boolean pty, String output) {}

  private final Path directory;
  private final String user;
  private final int port;
  private final Process process;

  private LoopbackSshd(Path directory, String user, int port, Process process) {
    this.directory = directory;
    this.user = user;
    this.port = port;
    this.process = process;
  }

  /** Starts one with its own keys file and no StrictModes. */
  static LoopbackSshd start(Path directory, String user) throws Exception {
    return start(
        directory,
        user,
        List.of("AuthorizedKeysFile " + directory.resolve("authorized_keys"), "StrictModes no"));
  }

  /** Starts one for this user, with its files in this directory, which others may enter. */
  static LoopbackSshd start(Path directory, String user, List<String> configuration)
      throws Exception {
    // It stays: another sshd may have come to need it.
    Files.createDirectories(
        RUN, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    if (!Files.exists(directory.resolve("host"))) {
      keygen(directory.resolve("host"));
    }
    for (int attempt = 1; ; attempt++) {
      LoopbackSshd sshd = launch(directory, user, configuration);
      Awaitility.await("sshd listens or ends")
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> sshd.listens() || !sshd.process.isAlive());
      if (sshd.listens()) {
        return sshd;
      }
      // a port that is free may be somebody's a moment later
      boolean taken = sshd.log().contains("Address already in use");
      assertThat(taken && attempt < ATTEMPTS).as(sshd.log()).isTrue();
    }
  }

  private static LoopbackSshd launch(Path directory, String user, List<String> configuration)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> lines = new ArrayList<>();
    lines.add("ListenAddress 127.0.0.1:" + port);
    lines.add("HostKey " + directory.resolve("host"));
    lines.addAll(
        List.of(
            "PidFile none",
            "PrintMotd no",
            "PrintLastLog no",
            "MaxAuthTries 1000",
            "LoginGraceTime 0",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "LogLevel VERBOSE"));
    lines.addAll(configuration);
    Files.write(directory.resolve("sshd_config"), lines);
    Process process =
        new ProcessBuilder(
                "/usr/sbin/sshd", "-D", "-e", "-f", directory.resolve("sshd_config").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(LOG).toFile())
            .start();
    return new LoopbackSshd(directory, user, port, process);
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve(LOG), StandardCharsets.ISO_8859_1);
  }

  /** By its own word: a connection may come to somebody else's. */
  private boolean listens() throws IOException {
    return log().contains("Server listening on 127.0.0.1 port " + port + ".");
  }

  static void keygen(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file.toString())
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("ssh-keygen failed");
    }
  }

  /** The command line to ask the same configuration with -T. */
  List<String> commandLine() {
    return List.of("/usr/sbin/sshd", "-f", directory.resolve("sshd_config").toString());
  }

  /** Replaces authorized_keys. */
  void keys(byte[] contents) throws IOException {
    Path file = directory.resolve("authorized_keys");
    Files.write(file, contents);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /**
   * Logs in with the private key, asks for a pty and for this command. One at a time: which words
   * of sshd's are about it is told by when they came.
   *
   * @throws IOException if sshd neither let it in nor refused it
   */
  Login login(Path key, String command) throws Exception {
    int before = log().length();
    List<String> argv = client();
    argv.addAll(List.of("-o", "LogLevel=ERROR", "-tt", "-i", key.toString()));
    argv.addAll(List.of(user + "@127.0.0.1", command));
    Path out = Files.createTempFile(directory, "login", ".out");
    Path error = Files.createTempFile(directory, "login", ".err");
    int exit = run(argv, out, error);
    String said = Files.readString(error);
    // A session begins, and a connection is broken off, after sshd has written why; what it writes
    // of an orderly refusal may come later, but of that ssh knows.
    String log = log().substring(before);
    boolean in = ACCEPTED.matcher(log).find();
    boolean refused = said.contains("Permission denied") || REFUSED.matcher(log).find();
    if (!in && !refused) {
      throw new IOException("ssh ended with " + exit + ": " + said + "\nsshd: " + log);
    }
    String output =
        new String(Files.readAllBytes(out), StandardCharsets.UTF_8).replace("\r\n", "\n");
    return new Login(in, !said.contains("PTY allocation request failed"), output);
  }

  /** The fingerprints of those public keys (at most 90) that sshd would take a signature by. */
  Set<String> accepted(List<Path> publicKeys) throws Exception {
    List<String> argv = client();
    argv.add("-v");
    publicKeys.forEach(file -> argv.addAll(List.of("-i", file.toString())));
    argv.addAll(List.of(user + "@127.0.0.1", "true"));
    Path error = Files.createTempFile(directory, "probe", ".err");
    run(argv, Files.createTempFile(directory, "probe", ".out"), error);
    String said = Files.readString(error);
    if (!said.contains("Permission denied")) {
      throw new IOException("the probe did not run to its end: " + said);
    }
    Set<String> accepted = new HashSet<>();
    Matcher matcher = ACCEPTS.matcher(said);
    while (matcher.find()) {
      accepted.add(matcher.group(1));
    }
    return accepted;
  }

  private List<String> client() {
    return new ArrayList<>(
        List.of(
            "ssh",
            "-F",
            "none",
            "-p",
            Integer.toString(port),
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "IdentityAgent=none",
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "KexAlgorithms=curve25519-sha256",
            "-o",
            "PreferredAuthentications=publickey"));
  }

  private static int run(List<String> argv, Path out, Path error) throws Exception {
    Process process =
        new ProcessBuilder(argv)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(error.toFile())
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("ssh did not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
