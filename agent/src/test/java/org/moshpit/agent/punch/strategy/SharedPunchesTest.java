package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.cli.laptop.LaptopLimits;
import org.moshpit.agent.cli.laptop.PunchFile;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.sansio.TransportAddress;

/** Punches of several processes of one agent: as many limits on one state directory. */
class SharedPunchesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final InetAddress IP = TransportAddress.parseIp("203.0.113.1");
  private static final InetAddress OTHER_IP = TransportAddress.parseIp("203.0.113.2");

  /** No process' monotonic clock is another's, and all have the system's. */
  private static final long AHEAD = 500 * SECOND;

  @TempDir Path dir;
  private final List<String> traced = new ArrayList<>();

  /** Nanoseconds since the beginning. */
  private long now;

  private BulkLimits process() {
    return process(dir);
  }

  private BulkLimits process(Path state) {
    AgentPaths paths = new AgentPaths(dir, state);
    return BulkLimits.standard()
        .inTurnsWith(new PunchFile(paths, () -> 1_700_000_000_000L + now / 1_000_000, traced::add));
  }

  private Optional<NotNow> begin(BulkLimits process, InetAddress ip) {
    return process.begin(now, process, ip, 900);
  }

  private void send(BulkLimits process, int checks) {
    for (int i = 0; i < checks; i++) {
      now += SECOND / 400;
      assertThat(process.take(now, process, IP)).isEqualTo(BulkLimits.Verdict.GO);
    }
  }

  @Test
  void oneAtATimeAndThenAPause() {
    BulkLimits one = process();
    BulkLimits other = process();
    assertThat(begin(one, IP)).isEmpty();
    now += SECOND;
    NotNow another = begin(other, OTHER_IP).orElseThrow();
    assertThat(another.cause()).isEqualTo(NotNow.Cause.ANOTHER);
    assertThat(another.until()).isEqualTo(4 * SECOND + Turns.COOLDOWN);
    // said in every note until then
    assertThat(other.against(now + SECOND, OTHER_IP, 900)).contains(another);
    now = 3 * SECOND;
    one.end(now, one);
    now = 2 * SECOND + Turns.COOLDOWN;
    NotNow pause = begin(process(), OTHER_IP).orElseThrow();
    assertThat(pause).isEqualTo(new NotNow(NotNow.Cause.PAUSE, 3 * SECOND + Turns.COOLDOWN));
    now = another.until();
    assertThat(begin(other, OTHER_IP)).isEmpty();
    assertThat(traced).isEmpty();
  }

  @Test
  void routersAreGivenHalfAMinuteAfterManyFlows() {
    BulkLimits one = process();
    assertThat(begin(one, IP)).isEmpty();
    send(one, 900);
    one.end(now, one);
    long ended = now;
    now += Turns.COOLDOWN + SECOND;
    assertThat(begin(process(), OTHER_IP))
        .hasValueSatisfying(
            wait -> assertThat(wait.until()).isBetween(ended + 30 * SECOND, ended + 31 * SECOND));
    now = ended + 31 * SECOND;
    assertThat(begin(process(), OTHER_IP)).isEmpty();
  }

  private void othersUseUpTheHour() {
    for (int i = 0; i < 2; i++) {
      BulkLimits each = process();
      assertThat(begin(each, IP)).isEmpty();
      send(each, 900);
      each.end(now, each);
      now += 60 * SECOND;
    }
  }

  @Test
  void anAddressHasOneHourOfAllProcesses() {
    othersUseUpTheHour();
    NotNow hour = begin(process(), IP).orElseThrow();
    assertThat(hour.cause()).isEqualTo(NotNow.Cause.HOUR);
    now = hour.until();
    assertThat(begin(process(), IP)).isEmpty();
  }

  /** The hour of one is used up by others; this process may still go to another, or send less. */
  @Test
  void anAddressHourIsNoOthers() {
    othersUseUpTheHour();
    BulkLimits process = process();
    NotNow hour = begin(process, IP).orElseThrow();
    assertThat(process.against(now, IP, 900)).contains(hour);
    assertThat(process.against(now, IP, 960)).contains(hour);
    assertThat(process.against(now, IP, 200)).isEmpty();
    assertThat(process.against(now, null, 900)).isEmpty();
    assertThat(process.against(now, OTHER_IP, 900)).isEmpty();
    assertThat(begin(process, OTHER_IP)).isEmpty();
  }

  /** Killed in the middle of it: what it might have sent counts as sent. */
  @Test
  void aPunchThatNobodyEndsEndsByItself() {
    assertThat(begin(process(), IP)).isEmpty();
    now = 11 * SECOND;
    assertThat(begin(process(), OTHER_IP)).isPresent();
    now = 12 * SECOND + Turns.COOLDOWN;
    assertThat(begin(process(), OTHER_IP))
        .hasValueSatisfying(wait -> assertThat(wait.cause()).isEqualTo(NotNow.Cause.PAUSE));
    now = 42 * SECOND;
    assertThat(begin(process(), OTHER_IP)).isEmpty();
  }

  @Test
  void aClockThatWasSetBackHoldsNobodyUpForLong() {
    now = AHEAD;
    assertThat(begin(process(), IP)).isEmpty();
    now = 0;
    assertThat(begin(process(), IP)).isPresent();
    now = 31 * SECOND;
    assertThat(begin(process(), IP)).isEmpty();
  }

  /** One clock is adjusted, or two processes have read it in another order than they write. */
  @Test
  void whatAnotherBeganAMomentLaterIsUnderWay() throws IOException {
    now = 4 * SECOND;
    assertThat(begin(process(), IP)).isEmpty();
    now = 0;
    assertThat(begin(process(), OTHER_IP))
        .hasValueSatisfying(wait -> assertThat(wait.cause()).isEqualTo(NotNow.Cause.ANOTHER));
    assertThat(Files.readString(dir.resolve("punches"))).startsWith("punch ").hasLineCount(1);
  }

  @Test
  void theClockIsReadWhileTheFileIsLocked() {
    AgentPaths paths = new AgentPaths(dir, dir);
    List<Boolean> locked = new ArrayList<>();
    PunchFile file =
        new PunchFile(
            paths,
            () -> {
              locked.add(isLocked(paths.punches()));
              return 1_700_000_000_000L;
            },
            traced::add);
    assertThat(file.begin(now, IP, 900)).isEmpty();
    file.end(900);
    assertThat(locked).containsExactly(true, true);
  }

  /** By this process itself, as all of them are here. */
  private static boolean isLocked(Path file) {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void halfWrittenLinesAreNone() throws IOException {
    Path file = new AgentPaths(dir, dir).punches();
    Files.writeString(
        file,
        "punch x 203.0.113.1 900 17\nsent 203.0.113.1 9\npunch\n\nsent 203.0.113.1 a b\n\0\n");
    assertThat(begin(process(), IP)).isEmpty();
    assertThat(Files.readString(file)).startsWith("punch ").hasLineCount(1);
    assertThat(begin(process(), IP)).isPresent();
  }

  @Test
  void theFileIsPrivate() throws IOException {
    begin(process(), IP);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("punches"))))
        .isEqualTo("rw-------");
  }

  @Test
  void whereTheFileCannotBeHadAProcessHasItsOwnLimits() throws IOException {
    Path link = Files.createDirectory(dir.resolve("link"));
    Files.createSymbolicLink(link.resolve("punches"), dir.resolve("elsewhere"));
    Path held = Files.createDirectory(dir.resolve("held"));
    Path nothing = Files.createFile(dir.resolve("file")).resolve("state");
    try (FileChannel stopped =
        FileChannel.open(
            held.resolve("punches"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(stopped.lock().isValid()).isTrue();
      for (Path state : List.of(link, held, nothing)) {
        traced.clear();
        BulkLimits one = process(state);
        assertThat(begin(one, IP)).as("%s", state).isEmpty();
        assertThat(traced).hasSize(1);
        assertThat(one.begin(now, "another session", IP, 900)).isPresent();
        one.end(now, one);
      }
    }
    assertThat(dir.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void aLaptopUsesTheStrategiesThatItsOwnSettingsAllow() throws IOException {
    assertThat(laptop(Map.of())).isEqualTo(Set.of(Strategy.Name.values()));
    assertThat(laptop(Map.of(Setting.STRATEGIES.variable(), "none"))).isEmpty();
    Files.writeString(dir.resolve("agent.conf"), "strategies = sandwich, sweep\n");
    assertThat(laptop(Map.of()))
        .containsExactlyInAnyOrder(Strategy.Name.SANDWICH, Strategy.Name.SWEEP);
    Files.writeString(dir.resolve("agent.conf"), "strategies = none\n");
    assertThat(laptop(Map.of())).isEmpty();
    Files.writeString(dir.resolve("agent.conf"), "strategies = nnone\n");
    assertThatThrownBy(() -> laptop(Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("agent.conf:1");
  }

  private Set<Strategy.Name> laptop(Map<String, String> environment) {
    return LaptopLimits.of(new AgentPaths(dir, dir), environment, Map.of(), traced::add).allowed();
  }
}
