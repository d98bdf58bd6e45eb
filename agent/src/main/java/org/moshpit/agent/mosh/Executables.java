package org.moshpit.agent.mosh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds programs as execvp(3) does. */
final class Executables {
  private Executables() {}

  /**
   * The executable file of this name.
   *
   * @param name a path if it holds a slash, else looked up
   * @param path directories separated by colons; null: none
   */
  static Optional<Path> find(String name, String path) {
    if (name.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    if (name.indexOf('/') >= 0) {
      return Optional.of(Path.of(name)).filter(Executables::executable);
    }
    for (String directory : path == null ? new String[0] : path.split(":", -1)) {
      Path file = Path.of(directory.isEmpty() ? "." : directory).resolve(name);
      if (executable(file)) {
        return Optional.of(file.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  private static boolean executable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
