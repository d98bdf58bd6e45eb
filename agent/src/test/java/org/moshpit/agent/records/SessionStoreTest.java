package org.moshpit.agent.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.seal.SessionId;

class SessionStoreTest {
  @TempDir Path temporary;
  private Path directory;
  private SessionStore store;

  @BeforeEach
  void open() {
    directory = temporary.resolve("sessions");
    store = SessionStore.open(directory);
  }

  private static SessionId id(int number) {
    return new SessionId(String.format(Locale.ROOT, "%032x", number));
  }

  private static SessionRecord record(int number) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 0x55);
    return new SessionRecord(
        SessionRecord.Role.BOX,
        id(number),
        "ann",
        60001,
        60001,
        4711,
        123456,
        1000,
        1767225600000L,
        5321000,
        "den",
        "aa".repeat(32),
        "SHA256:x",
        secret,
        7,
        false,
        0x7a3b);
  }

  private List<SessionRecord> reload() {
    return SessionStore.open(directory).load().records();
  }

  @Test
  void standsInTheFileAsDocumented() throws IOException {
    store.save(record(1));
    String text = Files.readString(directory.resolve(id(1).hex()));
    assertThat(text)
        .startsWith(
            """
            moshpit-session 1
            role = box
            id = 00000000000000000000000000000001
            user = ann
            port = 60001
            server-port = 60001
            pid = 4711
            pid-start = 123456
            uid = 1000
            since = 1767225600000
            heard = 5321000
            peer = den
            peer-key = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            key = SHA256:x
            secret = VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVU=
            counter = 7
            handover = no
            relay = 31291
            check =\s""");
    assertThat(text.lines()).hasSize(19);
    assertThat(record(1).toString()).doesNotContain("VVVV").doesNotContain("[B@");
  }

  @Test
  void onlyTheOwnerCanReadIt() throws IOException {
    store.save(record(1));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve(id(1).hex()))))
        .isEqualTo("rw-------");
  }

  @Test
  void survivesARestart() {
    store.save(record(1));
    store.save(record(2));
    assertThat(store.saveCounter(id(1), 9)).isTrue();
    assertThat(store.saveServer(id(2), 60005, 99, 5, 1000)).isTrue();
    assertThat(store.saveHeard(id(2), 5399000)).isTrue();
    assertThat(reload())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyInAnyOrder(
            record(1).withCounter(9), record(2).withServer(60005, 99, 5, 1000).withHeard(5399000));
  }

  @Test
  void aCounterNeverFalls() {
    store.save(record(1));
    store.saveCounter(id(1), 9);
    store.saveCounter(id(1), 8);
    assertThat(store.get(id(1)).orElseThrow().counter()).isEqualTo(9);
    assertThat(reload().get(0).counter()).isEqualTo(9);
  }

  @Test
  void theEndDeletesTheSecret() throws IOException {
    store.save(record(1));
    store.delete(id(1));
    store.delete(id(1));
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
    assertThat(store.saveCounter(id(1), 10)).isFalse();
    assertThat(store.saveServer(id(1), 1, 1, 1, 1)).isFalse();
    assertThat(store.saveHeard(id(1), 1)).isFalse();
    assertThat(reload()).isEmpty();
  }

  @Test
  void everyDamagedByteIsNoticedAndTheOtherSessionsGoOn() throws IOException {
    store.save(record(2));
    byte[] good = record(1).encode();
    Path file = directory.resolve(id(1).hex());
    for (int at = 0; at < good.length; at += 7) {
      store.save(record(1));
      byte[] damaged = good.clone();
      damaged[at] ^= 0x01;
      Files.write(file, damaged);
      SessionStore.Loaded loaded = SessionStore.open(directory).load();
      assertThat(loaded.records())
          .as("byte %d", at)
          .extracting(SessionRecord::id)
          .containsExactly(id(2));
      assertThat(loaded.problems())
          .containsExactly(
              "the session record "
                  + file
                  + " is damaged; it was set aside, and that session cannot be taken up again.");
      assertThat(file).doesNotExist();
      assertThat(directory.resolve(id(1).hex() + ".damaged")).hasBinaryContent(damaged);
    }
  }

  @Test
  void everyTruncationIsNoticed() {
    byte[] good = record(1).encode();
    for (int length = 0; length < good.length; length++) {
      assertThat(SessionRecord.parse(Arrays.copyOf(good, length))).isEmpty();
    }
    assertThat(SessionRecord.parse(Arrays.copyOf(good, good.length + 1))).isEmpty();
    assertThat(SessionRecord.parse(good)).isPresent();
  }

  @Test
  void whatIsNotOursIsSetAside() throws IOException {
    Path link = directory.resolve(id(1).hex());
    Files.createSymbolicLink(link, Path.of("/etc/passwd"));
    Files.write(directory.resolve(id(2).hex()), record(3).encode());
    Files.createDirectory(directory.resolve("odd"));
    Path open = directory.resolve(id(4).hex());
    Files.write(open, record(4).encode());
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    SessionStore.Loaded loaded = store.load();
    assertThat(loaded.records()).isEmpty();
    assertThat(loaded.problems()).hasSize(4);
    assertThat(Path.of("/etc/passwd")).exists();
    assertThat(store.load().problems()).isEmpty();
  }

  /** A record of an agent before this one, with the line it did not have yet left out. */
  @Test
  void aLineThatIsMissingOrNotKnownIsNoDamage() throws IOException {
    String text = new String(record(1).encode(), StandardCharsets.UTF_8);
    write(1, resealed(text.replace("heard = 5321000\n", "")));
    write(
        2, resealed(text.replace(id(1).hex(), id(2).hex()).replace("handover", "x = y\nhandover")));
    SessionStore.Loaded loaded = store.load();
    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.records())
        .extracting(SessionRecord::heardMillis)
        .containsExactlyInAnyOrder(SessionRecord.HEARD_UNKNOWN, 5321000L);
  }

  @Test
  void anotherVersionsRecordIsSaidToBeThatAndOnce() throws IOException {
    store.save(record(2));
    String text = new String(record(1).encode(), StandardCharsets.UTF_8);
    write(1, resealed(text.replace("moshpit-session 1", "moshpit-session 2")));
    SessionStore.Loaded loaded = store.load();
    assertThat(loaded.records()).extracting(SessionRecord::id).containsExactly(id(2));
    assertThat(loaded.problems())
        .containsExactly(
            "the session record "
                + directory.resolve(id(1).hex())
                + " is another version's; it was set aside, and that session cannot be taken up"
                + " again.");
    assertThat(store.load().problems()).isEmpty();
  }

  /** Whatever lies there, the daemon starts, and the sessions that read go on. */
  @Test
  void whatCannotEvenBeSetAsideIsSaidAndNothingElseSuffers() throws IOException {
    store.save(record(2));
    write(1, "garbled");
    Files.createDirectories(directory.resolve(id(1).hex() + ".damaged").resolve("full"));
    Files.createDirectories(directory.resolve(".hidden").resolve("full"));
    SessionStore.Loaded loaded = store.load();
    assertThat(loaded.records()).extracting(SessionRecord::id).containsExactly(id(2));
    assertThat(loaded.problems())
        .containsExactlyInAnyOrder(
            "the session record "
                + directory.resolve(id(1).hex())
                + " is damaged and cannot be set aside; that session cannot be taken up again."
                + " Remove it yourself.",
            directory.resolve(".hidden")
                + " does not belong here and cannot be deleted; remove it yourself.");
  }

  private void write(int number, String text) throws IOException {
    Path file = directory.resolve(id(number).hex());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** With the check that belongs to it. */
  private static String resealed(String text) {
    String body = text.substring(0, text.lastIndexOf("check = "));
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return body + String.format(Locale.ROOT, "check = %08x\n", crc.getValue());
  }

  @Test
  void whatAPowerCutLeftBehindIsSweptUp() throws IOException {
    Path half = directory.resolve("." + id(1).hex() + ".123");
    Files.write(half, new byte[] {1});
    assertThat(store.load().problems()).isEmpty();
    assertThat(half).doesNotExist();
  }

  @Test
  void damagedFilesDoNotPileUp() throws IOException {
    for (int i = 0; i < 30; i++) {
      Files.write(directory.resolve(id(i).hex()), new byte[] {1});
      store.load();
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(SessionStore.DAMAGED);
    }
  }

  @Test
  void aDirectoryBehindASymbolicLinkIsRefused() throws IOException {
    Path link = temporary.resolve("link");
    Files.createSymbolicLink(link, directory);
    assertThatThrownBy(() -> SessionStore.open(link))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }

  @Test
  void aRecordCannotCarryALineBreak() {
    SessionRecord good = record(1);
    assertThatThrownBy(
            () ->
                new SessionRecord(
                    good.role(),
                    good.id(),
                    "ann\nsecret = x",
                    good.port(),
                    good.serverPort(),
                    good.pid(),
                    good.pidStart(),
                    good.uid(),
                    good.sinceMillis(),
                    good.heardMillis(),
                    good.peer(),
                    good.peerKey(),
                    good.key(),
                    good.secret(),
                    good.counter(),
                    good.handover(),
                    good.relay()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStateDirectoryIsMarkedAndANewersIsRefused() throws IOException {
    Path state =
        Files.createDirectory(
            temporary.resolve("state"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    StateFormat.check(state);
    StateFormat.check(state);
    assertThat(state.resolve("format")).hasContent("moshpit-state 1\n");

    Files.write(state.resolve("format"), "moshpit-state 2\n".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> StateFormat.check(state))
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.sentence())
                  .isEqualTo(
                      state
                          + " was written by a newer agent; use that one, or name another"
                          + " --state-dir.");
            });

    Files.write(state.resolve("format"), new byte[] {0});
    assertThatThrownBy(() -> StateFormat.check(state)).hasMessageContaining("is damaged");
  }
}
