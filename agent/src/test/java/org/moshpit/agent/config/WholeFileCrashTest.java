package org.moshpit.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write that stops after any of its steps, as if the process or the power had gone then. */
class WholeFileCrashTest {
  private static final byte[] OLD = "the old one".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "a new, longer".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  /** From then on nothing reaches the disk any more, not even what tidies up. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Writes byte by byte, and dies after so many steps. */
  private static final class DyingDisk implements WholeFile.Disk {
    final List<String> steps = new ArrayList<>();
    private int left;

    DyingDisk(int steps) {
      left = steps;
    }

    private void step(String what) {
      if (left == 0) {
        throw new Crash();
      }
      left--;
      steps.add(what);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      step("create");
      return WholeFile.Disk.super.create(file);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      step("write");
      ByteBuffer one = bytes.slice(bytes.position(), 1);
      WholeFile.Disk.super.write(channel, one);
      bytes.position(bytes.position() + 1);
    }

    @Override
    public void sync(FileChannel channel) throws IOException {
      step("sync");
      WholeFile.Disk.super.sync(channel);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      step("rename");
      WholeFile.Disk.super.rename(from, to);
    }

    @Override
    public void syncDirectory(Path at) throws IOException {
      step("sync directory");
      WholeFile.Disk.super.syncDirectory(at);
    }

    @Override
    public void delete(Path file) throws IOException {
      step("delete");
      WholeFile.Disk.super.delete(file);
    }
  }

  @Test
  void theStepsComeInTheOrderThatAPowerCutNeeds() throws IOException {
    DyingDisk disk = new DyingDisk(Integer.MAX_VALUE);
    WholeFile.write(disk, directory.resolve("file"), new byte[3]);
    assertThat(disk.steps)
        .containsExactly(
            "delete",
            "create",
            "write",
            "write",
            "write",
            "sync",
            "rename",
            "sync directory",
            "delete");
  }

  @Test
  void afterEveryStepItIsTheOldOneOrTheNewOne() throws IOException {
    Path file = directory.resolve("file");
    int renamed = 2 + NEW.length + 2;
    int all = renamed + 2;
    for (int steps = 0; steps < all; steps++) {
      WholeFile.write(file, OLD);
      DyingDisk disk = new DyingDisk(steps);
      assertThatThrownBy(() -> WholeFile.write(disk, file, NEW)).isInstanceOf(Crash.class);
      assertThat(disk.steps).hasSize(steps);
      assertThat(file).as("after %s", disk.steps).hasBinaryContent(steps < renamed ? OLD : NEW);
    }
    WholeFile.write(new DyingDisk(all), file, NEW);
    assertThat(file).hasBinaryContent(NEW);
  }

  @Test
  void whereThereWasNoneThereIsNoneOrTheNewOne() throws IOException {
    int renamed = 2 + NEW.length + 2;
    AtomicInteger number = new AtomicInteger();
    for (int steps = 0; steps < renamed + 2; steps++) {
      Path file = directory.resolve("file" + number.incrementAndGet());
      DyingDisk disk = new DyingDisk(steps);
      assertThatThrownBy(() -> WholeFile.write(disk, file, NEW)).isInstanceOf(Crash.class);
      if (steps < renamed) {
        assertThat(Files.exists(file)).as("after %s", disk.steps).isFalse();
      } else {
        assertThat(file).hasBinaryContent(NEW);
      }
    }
  }

  @Test
  void aDiskThatRefusesLeavesTheOldOneAndNothingBeside() throws IOException {
    Path file = directory.resolve("file");
    WholeFile.write(file, OLD);
    WholeFile.Disk full =
        new WholeFile.Disk() {
          @Override
          public void sync(FileChannel channel) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(() -> WholeFile.write(full, file, NEW)).isInstanceOf(IOException.class);
    assertThat(file).hasBinaryContent(OLD);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }
}
