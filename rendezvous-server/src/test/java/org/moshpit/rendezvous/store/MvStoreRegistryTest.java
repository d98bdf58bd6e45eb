package org.moshpit.rendezvous.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.rendezvous.core.RegistryChange.PutAgent;
import org.moshpit.rendezvous.core.RegistryChange.PutInvite;

class MvStoreRegistryTest extends RegistryContract {
  @TempDir private Path temp;

  @Override
  Registry open() throws StoreException {
    return open(temp.resolve("state"));
  }

  /** Closing it also releases the lock. */
  private static Registry open(Path state) throws StoreException {
    StateLock lock = StateLock.forDaemon(state);
    try {
      MvStoreRegistry registry = MvStoreRegistry.open(lock, REALM);
      return new Registry() {
        @Override
        public org.moshpit.rendezvous.core.RegistrySnapshot snapshot() {
          return registry.snapshot();
        }

        @Override
        public void apply(List<org.moshpit.rendezvous.core.RegistryChange> changes)
            throws StoreException {
          registry.apply(changes);
        }

        @Override
        public void flush() throws StoreException {
          registry.flush();
        }

        @Override
        public void close() {
          registry.close();
          lock.close();
        }
      };
    } catch (StoreException e) {
      lock.close();
      throw e;
    }
  }

  private Path file() {
    return temp.resolve("state").resolve("registry.mv");
  }

  private void fill() throws Exception {
    try (Registry registry = open()) {
      for (int i = 0; i < 12; i++) {
        registry.apply(List.of(new PutAgent(agent("box" + i, i)), new PutInvite(invite(i, 1))));
      }
    }
  }

  @Test
  void onlyItsOwnerReadsIt() throws Exception {
    open().close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aSecondDaemonIsRefused() throws Exception {
    try (Registry held = open()) {
      assertThat(held.snapshot().boot()).isEqualTo(1);
      assertThatThrownBy(this::open)
          .isInstanceOf(StateInUseException.class)
          .hasMessageContaining("Another rendezvous-server")
          .hasMessageContaining("(process " + ProcessHandle.current().pid() + "); stop it first,");
      assertThatThrownBy(() -> StateLock.forCommand(temp.resolve("state")))
          .isInstanceOf(StateInUseException.class)
          .hasMessageContaining("try again");
    }
    open().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "text", "zeroes", "head", "half"})
  void whatIsDamagedIsSaidAndLeftAlone(String damage) throws Exception {
    fill();
    byte[] whole = Files.readAllBytes(file());
    byte[] damaged =
        switch (damage) {
          case "empty" -> new byte[0];
          case "text" -> "not a registry\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
          case "zeroes" -> new byte[whole.length];
          case "head" -> Arrays.copyOf(whole, 4096);
          default -> Arrays.copyOf(whole, whole.length / 2);
        };
    Files.write(file(), damaged);

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is damaged")
        .hasMessageEndingWith(".")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThat(Files.readAllBytes(file())).isEqualTo(damaged);
  }

  @Test
  void randomDamageIsNeverTakenForOtherContent() throws Exception {
    fill();
    byte[] whole = Files.readAllBytes(file());
    List<Object> sound = contents();
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      byte[] damaged = whole.clone();
      for (int hits = 0; hits < 40; hits++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file(), damaged);
      try {
        assertThat(contents()).isEqualTo(sound);
      } catch (StoreException e) {
        refused++;
        assertThat(Files.readAllBytes(file())).isEqualTo(damaged);
      }
    }
    assertThat(refused).isPositive();
  }

  private List<Object> contents() throws StoreException {
    try (Registry registry = open()) {
      var snapshot = registry.snapshot();
      return List.of(
          snapshot.realm(),
          java.util.Set.copyOf(snapshot.agents()),
          java.util.Set.copyOf(snapshot.invites()));
    }
  }

  @Test
  void aLaterFormatIsNotTouched() throws Exception {
    fill();
    try (MVStore store = MVStore.open(file().toString())) {
      store.setStoreVersion(2);
      store.commit();
    }
    byte[] before = Files.readAllBytes(file());

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("newer");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
  }

  @Test
  void aSymbolicLinkIsRefused() throws Exception {
    fill();
    Files.move(file(), temp.resolve("elsewhere"));
    Files.createSymbolicLink(file(), temp.resolve("elsewhere"));

    assertThatThrownBy(this::open).isInstanceOf(StoreException.class);
  }

  @Test
  void aDirectoryOthersWriteToIsRefused() throws Exception {
    Path open = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> open(open))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("chmod 700");
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsSaid() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void itDoesNotGrowWithEveryRestart() throws Exception {
    fill();
    for (int i = 0; i < 20; i++) {
      try (Registry registry = open()) {
        registry.apply(List.of(new PutInvite(invite(1, i))));
      }
    }

    assertThat(Files.size(file())).isLessThan(2_000_000);
  }
}
