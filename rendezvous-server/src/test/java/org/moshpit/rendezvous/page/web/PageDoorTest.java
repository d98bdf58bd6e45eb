package org.moshpit.rendezvous.page.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.web.AccessToken;

class PageDoorTest {
  @TempDir private Path temp;
  private long now = Long.MAX_VALUE - 5; // a monotonic clock may overflow
  private PageDoor door;

  @BeforeEach
  void open() throws IOException {
    Path file = Files.writeString(temp.resolve("token"), "0123456789abcdef");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    long uid = ((Number) Files.getAttribute(file, "unix:uid")).longValue();
    door = new PageDoor(Optional.of(AccessToken.read(file, uid)), new SecureRandom(), () -> now);
  }

  private String logIn() {
    return door.logIn().replaceFirst(";.*", "");
  }

  private boolean admits(String cookie) {
    HttpHeaders headers = new DefaultHttpHeaders().add("cookie", cookie);
    return door.admits(headers);
  }

  @Test
  void aLoginHasACookieOfItsOwn() {
    String one = logIn();
    String other = logIn();
    assertThat(one).isNotEqualTo(other);
    assertThat(admits(one)).isTrue();
    assertThat(admits(other)).isTrue();
    assertThat(admits("moshpit-page=x; " + one)).isTrue();
  }

  @Test
  void aLoginEndsAfterTwelveHours() {
    String early = logIn();
    now += TimeUnit.HOURS.toNanos(6);
    String late = logIn();
    now += TimeUnit.HOURS.toNanos(6) - 1;
    assertThat(admits(early)).isTrue();
    now += 1;
    assertThat(admits(early)).isFalse();
    assertThat(admits(late)).isTrue();
  }

  @Test
  void theBrowserForgetsItThenToo() {
    assertThat(door.logIn()).endsWith("; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict");
  }

  @Test
  void loginsAreBounded() {
    String first = logIn();
    String second = logIn();
    for (int i = 1; i < PageDoor.MAX_LOGINS; i++) {
      logIn();
    }
    assertThat(admits(first)).isFalse();
    assertThat(admits(second)).isTrue();
  }
}
