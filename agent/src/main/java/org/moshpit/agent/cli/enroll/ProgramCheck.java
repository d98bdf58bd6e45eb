package org.moshpit.agent.cli.enroll;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A program without which nothing goes.
 *
 * @param what its name
 * @param place where it is, looked up as it will be
 * @param remedy what to do if it is nowhere
 */
record ProgramCheck(String what, Supplier<Optional<Path>> place, String remedy) implements Check {
  @Override
  public List<Finding> look() {
    return List.of(
        place
            .get()
            .map(path -> Finding.ok(what, path.toString()))
            .orElseGet(() -> Finding.wrong(what, "not installed", remedy)));
  }
}
