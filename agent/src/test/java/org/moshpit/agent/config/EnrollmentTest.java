package org.moshpit.agent.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.SpkiPin;

class EnrollmentTest {
  @TempDir Path dir;

  private static Enrollment example() {
    return new Enrollment(
        new Rendezvous(
            HostPort.parse("[2001:db8::1]:443", 3478),
            List.of(SpkiPin.ofHash(new byte[32]), SpkiPin.ofHash(filled(32, 7))),
            List.of(HostPort.parse("192.0.2.1:3478", 1), HostPort.parse("pit.example", 9))),
        "den",
        Enrollment.Role.BOX,
        filled(32, 1),
        filled(8, 2),
        filled(32, 3));
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private AgentPaths paths() {
    return new AgentPaths(dir, dir);
  }

  @Test
  void survivesTheDisk() throws IOException {
    example().save(paths());
    assertThat(Enrollment.load(paths())).contains(example());
    assertThat(Enrollment.require(paths()).rendezvous()).isEqualTo(example().rendezvous());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("rendezvous"))))
        .isEqualTo("rw-------");
    assertThat(dir.resolve("rendezvous")).content().startsWith("version=1\n");
  }

  @Test
  void survivesWithoutPinsAndAlternatives() {
    Enrollment bare =
        new Enrollment(
            new Rendezvous(HostPort.parse("pit.example", 3478), List.of(), List.of()),
            "den",
            Enrollment.Role.BOTH,
            new byte[32],
            new byte[8],
            new byte[32]);
    bare.save(paths());
    assertThat(Enrollment.load(paths())).contains(bare);
  }

  @Test
  void withoutAFileNobodyIsEnrolled() {
    assertThat(Enrollment.load(paths())).isEmpty();
    assertThatThrownBy(() -> Enrollment.require(paths()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run: agent enroll -");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version=1\\n | \\n | is damaged",
        "version=1 | version=2 | newer agent",
        "realm=01 | realm=zz | is damaged",
        "agent-id=02 | agent-id= | is damaged",
        "role=box | role=king | is damaged",
        "name=den | surname=den | is damaged",
        "host=[2001 | host=[[2001 | is damaged",
        "stun-key= | stun-key=* | is damaged",
      })
  void aDamagedFileIsSaidToBe(String part, String replaced, String words) throws IOException {
    example().save(paths());
    String text = Files.readString(dir.resolve("rendezvous"));
    String broken = text.replace(part.replace("\\n", "\n"), replaced.replace("\\n", "\n"));
    assertThat(broken).isNotEqualTo(text);
    PrivateFiles.write(dir.resolve("rendezvous"), broken.getBytes(UTF_8));
    assertThatThrownBy(() -> Enrollment.load(paths()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(words);
  }

  @Property(tries = 200)
  void garbageIsAUserErrorAndNothingElse(@ForAll byte[] garbage) throws IOException {
    Path own = Files.createTempDirectory("enrollment");
    try {
      PrivateFiles.write(own.resolve("rendezvous"), garbage);
      assertThatThrownBy(() -> Enrollment.load(new AgentPaths(own, own)))
          .isInstanceOf(UserError.class);
    } finally {
      Files.delete(own.resolve("rendezvous"));
      Files.delete(own);
    }
  }
}
