package org.moshpit.rendezvous.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.rendezvous.core.AgentEntry;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.RegistryChange;

/**
 * The backup of docs/operations.md: while agents enroll, {@code registry.gen} is copied and then
 * {@code registry.mv}. Every copy opens, and has whatever was on the disk before it began.
 */
class RegistryBackupTest {
  private static final int COPIES = 40;
  private static final Bytes REALM = Bytes.of(new byte[32]);

  @TempDir private Path temp;

  @Test
  void aCopyOfARegistryThatIsWrittenIsWhole() throws Exception {
    AtomicInteger enrolled = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    try (StateLock lock = StateLock.forDaemon(temp.resolve("state"));
        MvStoreRegistry registry = MvStoreRegistry.open(lock, REALM)) {
      Thread writer = new Thread(() -> enroll(registry, enrolled, enough), "writer");
      writer.start();
      try {
        for (int i = 0; i < COPIES; i++) {
          int before = enrolled.get();
          Path copy = copy(temp.resolve("copy" + i), "registry.gen", "registry.mv");
          assertThat(names(copy)).containsAll(all(before));
        }
      } finally {
        // not interrupted, which would close the file under the registry
        enough.set(true);
        writer.join();
      }
      assertThat(enrolled.get()).isGreaterThan(COPIES);
    }
  }

  private static void enroll(Registry registry, AtomicInteger enrolled, AtomicBoolean enough) {
    try {
      while (!enough.get()) {
        int number = enrolled.get();
        AgentEntry agent = RegistryContract.agent("box" + number, number);
        registry.apply(List.of(new RegistryChange.PutAgent(agent)));
        enrolled.incrementAndGet();
      }
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> all(int count) {
    return IntStream.range(0, count).mapToObj(i -> "box" + i).collect(Collectors.toSet());
  }

  private Path copy(Path to, String... files) throws Exception {
    Files.createDirectory(to);
    for (String file : files) {
      Files.copy(
          temp.resolve("state").resolve(file),
          to.resolve(file),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    return to;
  }

  private static Set<String> names(Path state) throws Exception {
    try (StateLock lock = StateLock.forDaemon(state);
        MvStoreRegistry registry = MvStoreRegistry.open(lock, REALM)) {
      return registry.snapshot().agents().stream()
          .map(AgentEntry::name)
          .collect(Collectors.toSet());
    }
  }
}
