package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Here root's is all but what lies below a directory of a user's. */
class OutOfReachTest {
  @TempDir Path temporary;
  private Path top;
  private Path users;
  private OutOfReach outOfReach;

  @BeforeEach
  void start() throws Exception {
    top = temporary.toRealPath();
    users = Files.createDirectory(top.resolve("users"));
    Files.createFile(users.resolve("keys"));
    Files.createFile(Files.createDirectory(top.resolve("etc")).resolve("keys"));
    outOfReach = new OutOfReach(at -> !at.path().startsWith(users));
  }

  @Test
  void whatIsRootsAllTheWay() throws Exception {
    assertThat(outOfReach.resolve(top.resolve("etc/keys"))).contains(top.resolve("etc/keys"));
    assertThat(outOfReach.resolve(top.resolve("etc/./../etc/keys")))
        .contains(top.resolve("etc/keys"));
    assertThat(outOfReach.resolve(Path.of("/../" + top + "/etc"))).contains(top.resolve("etc"));
  }

  @Test
  void whatIsNotThereYet() throws Exception {
    assertThat(outOfReach.resolve(top.resolve("etc/ann"))).contains(top.resolve("etc/ann"));
    assertThat(outOfReach.resolve(top.resolve("no/ann"))).contains(top.resolve("no/ann"));
    assertThat(outOfReach.resolve(users.resolve("ann"))).isEmpty();
  }

  @Test
  void linksOfRootsAreFollowed() throws Exception {
    Files.createSymbolicLink(top.resolve("relative"), Path.of("etc/../etc/keys"));
    Files.createSymbolicLink(top.resolve("absolute"), top.resolve("etc"));
    assertThat(outOfReach.resolve(top.resolve("relative"))).contains(top.resolve("etc/keys"));
    assertThat(outOfReach.resolve(top.resolve("absolute/keys"))).contains(top.resolve("etc/keys"));
  }

  @Test
  void whereSomebodyElseHasASay() throws Exception {
    Files.createSymbolicLink(users.resolve("out"), top.resolve("etc/keys"));
    Files.createSymbolicLink(top.resolve("in"), users);
    assertThat(outOfReach.resolve(users.resolve("keys"))).isEmpty();
    assertThat(outOfReach.resolve(users.resolve("out"))).isEmpty();
    assertThat(outOfReach.resolve(top.resolve("in/keys"))).isEmpty();
  }

  @Test
  void whatCannotBeSeenIsNotRoots() throws Exception {
    assertThat(outOfReach.resolve(top.resolve("etc/keys/below-a-file"))).isEmpty();
  }

  @Test
  void aCircle() throws Exception {
    Files.createSymbolicLink(top.resolve("one"), top.resolve("two"));
    Files.createSymbolicLink(top.resolve("two"), top.resolve("one"));
    assertThat(outOfReach.resolve(top.resolve("one"))).isEmpty();
  }

  /** By root's own rule: the directory for temporary files can be written by everybody. */
  @Test
  void whatOthersCanWriteIsNotRoots() throws Exception {
    assertThat(new OutOfReach().resolve(top.resolve("etc/keys"))).isEmpty();
    assertThat(new OutOfReach().resolve(Path.of("/etc/passwd"))).contains(Path.of("/etc/passwd"));
  }
}
