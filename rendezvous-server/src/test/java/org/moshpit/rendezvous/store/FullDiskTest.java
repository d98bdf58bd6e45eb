package org.moshpit.rendezvous.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.rendezvous.core.RegistryChange.PutInvite;

/** A process whose files may not grow stands for a disk without room. */
class FullDiskTest {
  private static final int BLOCK = 512; // of ulimit

  @TempDir private Path temp;

  /**
   * So that it is told from a registry that is damaged: room may be made, and it is tried again.
   */
  @Test
  void whatCannotBeWrittenIsNotSaidToBeDamaged() throws Exception {
    Path state = temp.resolve("state");
    try (StateLock lock = StateLock.forDaemon(state);
        Registry registry = MvStoreRegistry.open(lock, RegistryContract.REALM)) {
      for (int i = 0; i < 12; i++) {
        registry.apply(List.of(new PutInvite(RegistryContract.invite(i, 1))));
      }
    }
    byte[] before = Files.readAllBytes(state.resolve("registry.mv"));

    assertThat(openedByAProcessOf(before.length / 2 / BLOCK, state))
        .isEqualTo(
            "UnwritableException:"
                + " The registry could not be written (File too large); is the disk full?");
    assertThat(openedByAProcessOf(before.length, state)).isEqualTo("opened");
  }

  private static String openedByAProcessOf(int blocks, Path state) throws Exception {
    Process child =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f \"$0\" && exec \"$@\"",
                Integer.toString(blocks),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                state.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String said =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return said;
    } finally {
      child.destroyForcibly();
    }
  }

  /** Opens the registry and says what came of it. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      try (StateLock lock = StateLock.forDaemon(Path.of(args[0]))) {
        MvStoreRegistry.open(lock, RegistryContract.REALM).close();
        System.out.println("opened");
      } catch (StoreException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
