package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.auth.KnownBoxes.Check;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;

class KnownBoxesTest {
  private static final byte[] REALM = filled(1);
  private static final long NOW = 1_000;

  @TempDir Path directory;
  private Path file;
  private KnownBoxes boxes;
  private HostKey host;

  @BeforeEach
  void start() throws Exception {
    file = directory.resolve("known_boxes");
    boxes = new KnownBoxes(file);
    host = HostKey.openOrCreate(directory.resolve("host"), "test");
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static SignedBoxRecord record(HostKey host, long serial, int noise) throws IOException {
    BoxRecord body = new BoxRecord(REALM, "attic", filled(noise), serial, NOW + 100, 1, 1);
    return new SignedBoxRecord(
        body, host.publicKey(), host.sign(BoxRecord.NAMESPACE, body.encode()));
  }

  private Check check(SignedBoxRecord record) throws IOException {
    return boxes.check(record, "attic", REALM, NOW);
  }

  @Test
  void firstContactThenKnown() throws Exception {
    SignedBoxRecord record = record(host, 5, 2);
    assertThat(boxes.find("attic", REALM)).isEmpty();
    assertThat(check(record)).isEqualTo(new Check.Unknown(host.publicKey()));
    boxes.remember(record);
    assertThat(check(record)).isInstanceOf(Check.Known.class);
    KnownBox box = new KnownBoxes(file).find("attic", REALM).orElseThrow();
    assertThat(box.hostKey()).isEqualTo(host.publicKey());
    assertThat(box.noiseKeyBytes()).isEqualTo(filled(2));
    assertThat(box.serial()).isEqualTo(5);
    assertThat(boxes.find("attic", filled(9))).isEmpty();
    assertThat(boxes.find("cellar", REALM)).isEmpty();
  }

  @Test
  void aRotatedKeyWithAHigherSerialIsTaken() throws Exception {
    boxes.remember(record(host, 5, 2));
    SignedBoxRecord rotated = record(host, 6, 3);
    assertThat(check(rotated)).isInstanceOf(Check.Known.class);
    assertThat(((Check.Known) check(rotated)).box().noiseKeyBytes()).isEqualTo(filled(3));
    boxes.remember(rotated);
    assertThat(boxes.find("attic", REALM).orElseThrow().serial()).isEqualTo(6);
  }

  @Test
  void anOlderRecordOrAnotherKeyUnderTheSameSerialIsNot() throws Exception {
    boxes.remember(record(host, 5, 2));
    assertThat(check(record(host, 4, 2))).isEqualTo(new Check.Outdated(5, 4));
    assertThat(check(record(host, 5, 3))).isEqualTo(new Check.Outdated(5, 5));
    boxes.remember(record(host, 4, 9));
    assertThat(boxes.find("attic", REALM).orElseThrow().noiseKeyBytes()).isEqualTo(filled(2));
  }

  @Test
  void anotherHostKeyStops() throws Exception {
    boxes.remember(record(host, 5, 2));
    HostKey other = HostKey.openOrCreate(directory.resolve("other"), "test");
    SignedBoxRecord record = record(other, 6, 2);
    assertThat(check(record))
        .isEqualTo(new Check.HostKeyChanged(host.publicKey(), other.publicKey()));
    boxes.remember(record);
    assertThat(boxes.find("attic", REALM).orElseThrow().hostKey()).isEqualTo(host.publicKey());
    boxes.forget("attic", REALM);
    assertThat(check(record)).isEqualTo(new Check.Unknown(other.publicKey()));
  }

  @Test
  void aRecordThatDoesNotVerifyIsInvalidBeforeAllElse() throws Exception {
    SignedBoxRecord good = record(host, 5, 2);
    assertThat(boxes.check(good, "attic", REALM, NOW + 101))
        .isEqualTo(new Check.Invalid(SignedBoxRecord.Verdict.EXPIRED));
    assertThat(boxes.check(good, "cellar", REALM, NOW))
        .isEqualTo(new Check.Invalid(SignedBoxRecord.Verdict.WRONG_NAME));
    assertThat(boxes.check(good, "attic", filled(7), NOW))
        .isEqualTo(new Check.Invalid(SignedBoxRecord.Verdict.WRONG_REALM));
    SignedBoxRecord forged =
        new SignedBoxRecord(record(host, 6, 3).record(), good.hostKey(), good.signature());
    assertThat(check(forged)).isEqualTo(new Check.Invalid(SignedBoxRecord.Verdict.BAD_SIGNATURE));
  }

  @Test
  void theLastAcceptedKeyIsKept() throws Exception {
    UserKey key =
        new UserKey(
            TestKeys.ed25519(),
            Optional.of(Path.of("/home/me/odd name %=\u00e9/id")),
            Optional.of("/run/agent sock"),
            UserKey.Interaction.PASSPHRASE);
    boxes.accepted("attic", REALM, key);
    assertThat(boxes.find("attic", REALM)).isEmpty();
    boxes.remember(record(host, 5, 2));
    boxes.accepted("attic", REALM, key);
    assertThat(boxes.find("attic", REALM).orElseThrow().lastKey()).contains(key);
    boxes.remember(record(host, 6, 3));
    assertThat(boxes.find("attic", REALM).orElseThrow().lastKey()).contains(key);
    UserKey bare =
        new UserKey(
            TestKeys.ed25519(), Optional.empty(), Optional.empty(), UserKey.Interaction.NONE);
    boxes.accepted("attic", REALM, bare);
    assertThat(boxes.find("attic", REALM).orElseThrow().lastKey()).contains(bare);
  }

  @Test
  void opensshCanReadTheFile() throws Exception {
    boxes.remember(record(host, 5, 2));
    String host = Files.readString(file).split(" ", 2)[0];
    String found =
        TestKeys.run(Map.of(), List.of("ssh-keygen", "-F", host, "-l", "-f", file.toString()));
    assertThat(found).contains(this.host.fingerprint().text());
  }

  @Test
  void onlyItsOwnerReadsItAndOtherLinesStay() throws Exception {
    Files.writeString(file, "# mine\n\nattic@zz not a key\nother@" + "00".repeat(32) + " x y z\n");
    boxes.remember(record(host, 5, 2));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(file, StandardCharsets.UTF_8))
        .startsWith("# mine\nattic@zz not a key\nother@");
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder("known_boxes", "known_boxes.lock", "host", "host.pub");
  }

  @Test
  void aLinkIsRefused() throws Exception {
    Files.createSymbolicLink(file, directory.resolve("elsewhere"));
    assertThatThrownBy(() -> boxes.find("attic", REALM)).isInstanceOf(IOException.class);
    SignedBoxRecord record = record(host, 5, 2);
    assertThatThrownBy(() -> boxes.remember(record)).isInstanceOf(IOException.class);
  }

  @Test
  void damagedLinesAreUnknownBoxes() throws Exception {
    boxes.remember(record(host, 5, 2));
    String line = Files.readString(file).strip();
    for (String damaged :
        List.of(
            line.substring(0, 100),
            line.replace("serial=5", "serial=five"),
            line.replaceAll("noise=\\w+", "noise=00"),
            line.replaceAll("noise=\\w+", "noise=%zz"))) {
      Files.writeString(file, damaged + "\n");
      assertThat(boxes.find("attic", REALM)).as(damaged).isEmpty();
    }
    Files.writeString(file, line + " key=rubbish:AAAA asks=NOBODY\n");
    assertThat(boxes.find("attic", REALM).orElseThrow().lastKey()).isEmpty();
  }

  @Test
  void writersAtOnceLoseNothing() throws Exception {
    List<BoxRecord> bodies =
        IntStream.range(0, 12)
            .mapToObj(i -> new BoxRecord(REALM, "box" + i, filled(i), 5, NOW + 100, 1, 1))
            .toList();
    SignedBoxRecord any = record(host, 5, 2);
    CompletableFuture<?>[] writers =
        bodies.stream()
            .map(
                body ->
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            new KnownBoxes(file)
                                .remember(
                                    new SignedBoxRecord(body, host.publicKey(), any.signature()));
                          } catch (IOException e) {
                            throw new AssertionError(e);
                          }
                        }))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(writers).join();
    for (BoxRecord body : bodies) {
      assertThat(boxes.find(body.name(), REALM)).isPresent();
    }
  }
}
