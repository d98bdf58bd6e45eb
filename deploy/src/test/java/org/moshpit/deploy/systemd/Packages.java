package org.moshpit.deploy.systemd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.deploy.lab.Shell;

/**
 * What {@code deploy/packages/make} makes, and the same as a later version.
 *
 * @param directory where all of them are
 * @param version of the build
 */
public record Packages(Path directory, String version) {
  /** The later version; it changes nothing else. */
  static final String NEWER = "0.1.0~snapshot+later";

  private static final int MAKING_MINUTES = 8;

  /** Makes them, unless they are there already. Two tests may ask at once. */
  public static Packages made() {
    Path lock = Shell.repository().resolve("deploy/target/packages-later.lock");
    try (FileChannel file =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.lock();
      return make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Packages make() {
    Path repository = Shell.repository();
    String version =
        Shell.run(List.of(repository.resolve("agent/target/dist/bin/agent") + "", "--version"), "")
            .orFail()
            .replaceFirst("agent ", "");
    try {
      Process making =
          new ProcessBuilder(repository.resolve("deploy/packages/make").toString(), version)
              .inheritIO()
              .start();
      if (!making.waitFor(MAKING_MINUTES, TimeUnit.MINUTES) || making.exitValue() != 0) {
        making.destroy();
        throw new AssertionError("deploy/packages/make failed");
      }
      Packages packages = new Packages(repository.resolve("deploy/target/packages"), version);
      packages.repack("agent");
      packages.repack("rendezvous");
      return packages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void repack(String name) throws IOException {
    if (Files.exists(Path.of(later(name)))) {
      return; // they go with those they are made of
    }
    Path files = Files.createDirectories(directory.resolve("later")).resolve(name);
    Shell.run(List.of("rm", "-rf", files.toString()), "").orFail();
    Shell.run(List.of("dpkg-deb", "-R", deb(name), files.toString()), "").orFail();
    Path control = files.resolve("DEBIAN/control");
    Files.writeString(
        control, Files.readString(control).replaceFirst("(?m)^Version: .*", "Version: " + NEWER));
    Shell.run(
            List.of(
                "dpkg-deb", "--root-owner-group", "-Znone", "-b", files + "", later(name) + "~"),
            "")
        .orFail();
    Files.move(Path.of(later(name) + "~"), Path.of(later(name)));
    Shell.run(List.of("rm", "-rf", files.toString()), "").orFail();
  }

  private String deb(String name) throws IOException {
    try (var found = Files.newDirectoryStream(directory, "moshpit-" + name + "_*.deb")) {
      return found.iterator().next().toString();
    }
  }

  private String later(String name) {
    return directory.resolve("later/moshpit-" + name + ".deb").toString();
  }

  public String agent() {
    return find("agent");
  }

  String rendezvous() {
    return find("rendezvous");
  }

  private String find(String name) {
    try {
      return deb(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String newerAgent() {
    return later("agent");
  }

  String newerRendezvous() {
    return later("rendezvous");
  }
}
