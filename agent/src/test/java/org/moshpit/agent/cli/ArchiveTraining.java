package org.moshpit.agent.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.moshpit.agent.auth.KnownBoxes;
import org.moshpit.agent.auth.UserKey;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.path.PathTraining;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Role;

/**
 * What the JVM watches while the list of classes for the class-data archive is made: it loads every
 * class of ours, and does once, against loopback, what a command does, so that the libraries' and
 * the JDK's classes on the way stand in the list too.
 */
public final class ArchiveTraining {
  private ArchiveTraining() {}

  /** Trains; ends with an exception if anything on the way failed. */
  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("moshpit-training");
    PrintStream out = System.out;
    PrintStream err = System.err;
    try {
      System.setOut(silent());
      System.setErr(silent());
      commands(home);
    } finally {
      System.setOut(out);
      System.setErr(err);
      delete(home);
    }
    loadAll(name -> true);
  }

  private static void commands(Path home) throws Exception {
    String[] directories = {
      "--config-dir",
      home.resolve("config").toString(),
      "--state-dir",
      home.resolve("state").toString()
    };
    try (TrainingRendezvous rendezvous = TrainingRendezvous.start(Role.LAPTOP_ONLY)) {
      require(0, run(directories, "enroll", "--name", "training", rendezvous.joinUrl()));
      require(0, run(directories, "list"));
      require(13, 2, run(directories, "connect", "--host-key", "SHA256:" + "A".repeat(43), "box"));
      connect(home, directories, rendezvous);
    }
    require(1, run(directories, "status"));
    PathTraining.run();
  }

  /** At first contact, and once more as to a box known long since. */
  private static void connect(Path home, String[] directories, TrainingRendezvous rendezvous)
      throws Exception {
    Path key = home.resolve("key");
    require(
        0,
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
            .inheritIO()
            .start()
            .waitFor());
    TrainingClient client = new TrainingClient(home);
    require(
        0,
        2,
        run(
            directories,
            "connect",
            "-i",
            key.toString(),
            "--client=" + client.program(),
            "--host-key",
            rendezvous.fingerprint(),
            TrainingBox.NAME));
    Path known = AgentPaths.of(Path.of(directories[1]), Path.of(directories[3])).knownBoxes();
    if (Files.exists(known)) {
      SshPublicKey half = SshPublicKey.parseText(Files.readString(home.resolve("key.pub")));
      new KnownBoxes(known)
          .accepted(
              TrainingBox.NAME,
              rendezvous.realm(),
              new UserKey(half, Optional.of(key), Optional.empty(), UserKey.Interaction.NONE));
    }
    require(0, 2, run(directories, "connect", "--client=" + client.program(), TrainingBox.NAME));
  }

  private static int run(String[] directories, String... command) {
    return Main.run(
        Stream.concat(Stream.of(directories), Stream.of(command)).toArray(String[]::new));
  }

  private static void require(int expected, int exit) {
    require(expected, expected, exit);
  }

  private static void require(int expected, int alternative, int exit) {
    if (exit != expected && exit != alternative) {
      throw new IllegalStateException("exit " + exit + " instead of " + expected);
    }
  }

  /** Loads, without running a line of them, all classes of ours that are wanted by name. */
  static void loadAll(Predicate<String> wanted) throws IOException, URISyntaxException {
    loadAll(Main.class, wanted);
    loadAll(TransportAddress.class, wanted);
  }

  /** Those in the jar that holds this one. */
  private static void loadAll(Class<?> one, Predicate<String> wanted)
      throws IOException, URISyntaxException {
    Path jar = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile archive = new JarFile(jar.toFile())) {
      Enumeration<JarEntry> entries = archive.entries();
      while (entries.hasMoreElements()) {
        String file = entries.nextElement().getName();
        if (file.startsWith("org/moshpit/")
            && file.endsWith(".class")
            && !file.endsWith("-info.class")) {
          String name = file.substring(0, file.length() - 6).replace('/', '.');
          if (wanted.test(name)) {
            load(name);
          }
        }
      }
    }
  }

  private static void load(String name) {
    try {
      Class.forName(name, false, ArchiveTraining.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static PrintStream silent() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(directory)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
