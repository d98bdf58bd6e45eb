package org.moshpit.deploy.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.deploy.lab.Shell;

/** THIRD-PARTY and the packages' copyright name every file of others that is inside. */
class ThirdPartyTest {
  private static final Pattern FILES =
      Pattern.compile("(?:^|/)lib/((?:native/)?[\\w-]+\\*?\\.(?:jar|so))", Pattern.MULTILINE);

  private static Set<String> globs(String file) throws IOException {
    return FILES
        .matcher(Files.readString(Shell.repository().resolve(file)))
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toSet());
  }

  /** Of both programs, as the build has left them. */
  private static List<Path> inside() throws IOException {
    Stream<Path> all = Stream.empty();
    for (String module : List.of("agent", "rendezvous-server")) {
      Path lib = Shell.repository().resolve(module + "/target/dist/lib");
      try (Stream<Path> files = Files.walk(lib)) {
        all =
            Stream.concat(
                all,
                files
                    .filter(file -> file.toString().matches(".*\\.(jar|so)"))
                    .filter(file -> !file.getFileName().toString().startsWith("moshpit-"))
                    .map(lib::relativize)
                    .toList()
                    .stream());
      }
    }
    return all.distinct().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"THIRD-PARTY", "deploy/packages/copyright"})
  void namesEveryLibrary(String file) throws IOException {
    Set<String> globs = globs(file);
    assertThat(inside())
        .isNotEmpty()
        .allMatch(
            library ->
                globs.stream()
                    .anyMatch(
                        glob ->
                            FileSystems.getDefault()
                                .getPathMatcher("glob:" + glob)
                                .matches(library)));
  }

  @Test
  void namesNoneThatIsNotThere() throws IOException {
    List<Path> inside = inside();
    assertThat(globs("THIRD-PARTY"))
        .allMatch(
            glob ->
                inside.stream()
                    .anyMatch(FileSystems.getDefault().getPathMatcher("glob:" + glob)::matches));
  }
}
