package org.moshpit.common.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupOfOneTest {
  private static final String ANN = "ann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\n";
  private static final String BOB = "bob:x:1001:1001::/home/bob:/bin/bash\n";

  @TempDir private Path etc;

  @BeforeEach
  void start() throws IOException {
    write(ANN + BOB, "ann:x:1000:\nbob:x:1001:\nmail:x:8:\nwheel:x:10:ann\n");
  }

  private void write(String passwd, String group) throws IOException {
    Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/bash\n" + passwd);
    Files.writeString(etc.resolve("group"), "root:x:0:\n" + group);
  }

  private boolean isOf(long gid, long uid) {
    return GroupOfOne.is(gid, uid, etc.resolve("passwd"), etc.resolve("group"));
  }

  @Test
  void everybodysOwnGroupIsTheirs() {
    assertThat(isOf(1000, 1000)).isTrue();
    assertThat(isOf(1001, 1001)).isTrue();
    assertThat(isOf(0, 0)).isTrue();
    assertThat(isOf(10, 1000)).isTrue();
  }

  @Test
  void nobodyElses() {
    assertThat(isOf(1000, 1001)).isFalse();
    assertThat(isOf(0, 1000)).isFalse();
    assertThat(isOf(1000, 0)).isFalse();
  }

  @Test
  void aGroupWithoutMembersIsForProgramsThatRunWithIt() {
    assertThat(isOf(8, 1000)).isFalse();
  }

  @Test
  void oneMoreMemberIsEnough() throws IOException {
    write(ANN + BOB, "ann:x:1000:bob\nbob:x:1001:\n");
    assertThat(isOf(1000, 1000)).isFalse();
    write(ANN + BOB, "ann:x:1000:ann,bob\nbob:x:1001:\n");
    assertThat(isOf(1000, 1000)).isFalse();
    write(ANN + BOB, "ann:x:1000:ann\nbob:x:1001:\n");
    assertThat(isOf(1000, 1000)).isTrue();
    // a name that nobody has now, and somebody may have tomorrow
    write(ANN + BOB, "ann:x:1000:carol\nbob:x:1001:\n");
    assertThat(isOf(1000, 1000)).isFalse();
    // as the first group of another
    write(ANN + "bob:x:1001:1000::/home/bob:/bin/bash\n", "ann:x:1000:\n");
    assertThat(isOf(1000, 1000)).isFalse();
  }

  @Test
  void twoNamesOfOneUserAreOne() throws IOException {
    write(ANN + "anna:x:1000:1000::/home/ann:/bin/sh\n", "ann:x:1000:anna\n");
    assertThat(isOf(1000, 1000)).isTrue();
  }

  @Test
  void aNumberThatHasTwoGroupsHasTheMembersOfBoth() throws IOException {
    write(ANN + BOB, "ann:x:1000:\nstaff:x:1000:bob\n");
    assertThat(isOf(1000, 1000)).isFalse();
  }

  /** As getpwent(3) and getgrent(3) read them: written by hand, they need not be whole. */
  @Test
  void oddLinesCountAsTheSystemReadsThem() throws IOException {
    for (String bob :
        new String[] {
          "bob:x:1001:1000::/home/bob:/bin/bash:more",
          "bob:x:1001:1000:Bob",
          "bob:x:1001:01000::/home/bob:/bin/bash",
          "bob:x:1001: 1000::/home/bob:/bin/bash"
        }) {
      write(ANN + bob + "\n", "ann:x:1000:\n");
      assertThat(isOf(1000, 1000)).as(bob).isFalse();
    }
    for (String more :
        new String[] {
          "ann:x:1000:bob:", "more:x:01000:bob", "more:x: 1000:bob", "ann:x:1000: bob"
        }) {
      write(ANN + BOB, "ann:x:1000:\n" + more + "\n");
      assertThat(isOf(1000, 1000)).as(more).isFalse();
    }
    write("\n# people\n" + ANN + BOB, "\n# theirs\nann:x:1000\n");
    assertThat(isOf(1000, 1000)).isTrue();
  }

  /** Whoever is meant there may have the group for their first. */
  @Test
  void usersFromElsewhereMayBeAnybody() throws IOException {
    for (String line : new String[] {"+::::::", "+", "+@people::::::", "nonsense"}) {
      write(ANN + line + "\n", "ann:x:1000:\n");
      assertThat(isOf(1000, 1000)).as(line).isFalse();
      write(ANN, "ann:x:1000:\n" + line + "\n");
      assertThat(isOf(1000, 1000)).as(line).isFalse();
    }
  }

  @Test
  void whatIsNotInTheFilesIsNobodys() throws IOException {
    assertThat(isOf(4711, 1000)).isFalse();
    write(ANN, "ann:x:1001:\nannoyed by:a line\n");
    assertThat(isOf(1000, 1000)).isFalse();
    Files.delete(etc.resolve("group"));
    assertThat(isOf(1000, 1000)).isFalse();
  }
}
