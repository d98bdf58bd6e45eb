package org.moshpit.deploy.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A user of this machine, made for a test and gone afterwards. */
final class TestUser implements AutoCloseable {
  private final String name;
  private final Path home;

  private TestUser(String name, Path home) {
    this.name = name;
    this.home = home;
  }

  /** With a home of its own in the directory, a password that fits nothing, and this shell. */
  static TestUser create(String prefix, Path directory, String shell, String... options)
      throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      throw new IllegalStateException("this lab test makes users and runs sshd: run it as root");
    }
    String name = prefix + ProcessHandle.current().pid();
    Path home = directory.resolve(name);
    List<String> argv = new ArrayList<>(List.of("useradd", "-m", "-k", "/nonexistent"));
    argv.addAll(List.of("-d", home.toString(), "-s", shell, "-p", "*"));
    argv.addAll(List.of(options));
    argv.add(name);
    command(argv);
    return new TestUser(name, home);
  }

  String name() {
    return name;
  }

  Path home() {
    return home;
  }

  /** Writes a file below the home, owned by the user. */
  Path write(String file, String text, String mode) throws Exception {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    command(List.of("chmod", mode, path.toString()));
    command(List.of("chown", "-R", name + ":", home.toString()));
    return path;
  }

  static void command(List<String> argv) throws IOException {
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", argv) + ": " + output);
    }
  }

  @Override
  public void close() throws IOException {
    command(List.of("userdel", "-r", "-f", name));
  }
}
