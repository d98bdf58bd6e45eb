package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginUsersTest {
  @TempDir Path dir;

  @Test
  void rootAndPeopleThoseWithoutAShellLast() throws Exception {
    Path passwd = dir.resolve("passwd");
    Files.writeString(
        passwd,
        """
        root:x:0:0:root:/root:/bin/bash
        daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
        git:x:1002:1002:git:/srv/git:/usr/sbin/nologin
        ann:x:1000:1000:Ann:/home/ann:/bin/bash
        bob:x:1001:1001:Bob:/home/bob:/bin/false
        nobody:x:65534:65534:nobody:/nonexistent:/bin/sh
        odd:x:many:1:odd:/:/bin/sh
        short:x
        """);
    assertThat(LoginUsers.of(passwd)).containsExactly("root", "ann", "git", "bob");
    Files.writeString(passwd, "p%d:x:%d:1::/:/bin/sh\n".formatted(1, 1000).repeat(40));
    assertThat(LoginUsers.of(passwd)).hasSize(12);
  }
}
