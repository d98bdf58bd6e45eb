package org.moshpit.rendezvous.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.moshpit.rendezvous.core.Admission;
import org.moshpit.rendezvous.core.AgentEntry;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.Invite;
import org.moshpit.rendezvous.core.PublishedRecord;
import org.moshpit.rendezvous.core.RegistryChange;
import org.moshpit.rendezvous.core.RegistrySnapshot;

/**
 * The registry in one file of the state directory. A commit appends to the file and is whole or
 * absent after a crash; it is on the disk (fsync) when {@link #apply} returns.
 */
public final class MvStoreRegistry implements Registry {
  /** The format this build reads and writes. */
  static final int FORMAT = 1;

  private static final String FILE = "registry.mv";
  private static final String REALM = "realm";
  private static final String BOOT = "boot";
  private static final String GENERATION = "generation";
  private static final String GENERATION_FILE = "registry.gen";

  private final MVStore store;
  private final Maps maps;
  private final Generation generation;
  private final RegistrySnapshot snapshot;

  private MvStoreRegistry(
      MVStore store, Maps maps, Generation generation, RegistrySnapshot snapshot) {
    this.store = store;
    this.maps = maps;
    this.generation = generation;
    this.snapshot = snapshot;
  }

  /**
   * Opens the registry of a state directory, or makes it.
   *
   * @param lock of the state directory; stays the caller's to release, after this registry
   * @param realm remembered if this is the first opening, else not looked at; 32 bytes
   * @throws UnwritableException if it is sound, but the disk is full, say
   * @throws StoreException if it is damaged or of a later version; then nothing was written
   */
  public static MvStoreRegistry open(StateLock lock, Bytes realm) throws StoreException {
    Path directory = lock.directory();
    try {
      Path file = directory.resolve(FILE);
      if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
        create(file, realm);
      } else {
        verify(file, directory.resolve(GENERATION_FILE));
      }
      MVStore store = builder(file).autoCommitDisabled().open();
      Maps maps = new Maps(store);
      long boot = EntryCodec.decodeTime(maps.meta.get(BOOT)) + 1;
      maps.meta.put(BOOT, EntryCodec.encodeTime(boot));
      MvStoreRegistry registry =
          new MvStoreRegistry(
              store, maps, Generation.open(directory.resolve(GENERATION_FILE)), maps.read(boot));
      registry.commit();
      return registry;
    } catch (IOException | MVStoreException e) {
      if (isOfWriting(e)) {
        throw failed(e);
      }
      throw new StoreException(
          "The registry in " + directory + " cannot be opened (" + reason(e) + ").", e);
    }
  }

  private static MVStore.Builder builder(Path file) {
    // The prefix keeps a path such as "nio:x" from choosing another kind of file.
    return new MVStore.Builder().fileName("file:" + file.toAbsolutePath()).autoCommitBufferSize(0);
  }

  private static void create(Path file, Bytes realm) throws IOException {
    Path fresh = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(fresh);
    StateFiles.open(fresh).close();
    try (MVStore store = builder(fresh).autoCommitDisabled().open()) {
      store.setStoreVersion(FORMAT);
      Maps maps = new Maps(store);
      maps.meta.put(REALM, EntryCodec.encodeBytes(realm));
      maps.meta.put(BOOT, EntryCodec.encodeTime(0));
      maps.meta.put(GENERATION, EntryCodec.encodeTime(0));
      store.commit();
      store.sync();
    }
    // A number left behind by a registry that was moved away is not this one's.
    Files.deleteIfExists(file.resolveSibling(GENERATION_FILE));
    // Only a whole registry ever bears the name, so an empty file of that name is a damaged one.
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    StateFiles.sync(file.toAbsolutePath().getParent());
  }

  /** Reads all of it without writing a byte, so that what is damaged stays as it is. */
  private static void verify(Path file, Path generationFile) throws StoreException {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) == 0) {
        throw new IOException("not a registry");
      }
      try (MVStore store = builder(file).readOnly().open()) {
        if (store.getStoreVersion() > FORMAT) {
          throw new StoreException(
              "The registry "
                  + file
                  + " is of format "
                  + store.getStoreVersion()
                  + ", this build reads up to "
                  + FORMAT
                  + "; use the newer rendezvous-server that wrote it.",
              null);
        }
        for (String map : Maps.NAMES) {
          if (!store.hasMap(map)) {
            throw new IOException("no " + map);
          }
        }
        Maps maps = new Maps(store);
        maps.read(0);
        try (Generation generation = Generation.open(generationFile)) {
          if (maps.generation() < generation.read()) {
            throw new IOException("its latest changes are missing");
          }
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new StoreException(
          "The registry "
              + file
              + " is damaged ("
              + reason(e)
              + "); nothing was changed: put a copy of it and of registry.gen back, or move both away to"
              + " start empty.",
          e);
    }
  }

  /** The first line of what is known, without the library's version and code. */
  private static String reason(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line = message.lines().findFirst().orElse("").replaceAll(" \\[[0-9./]+\\]$", "");
    return line.length() > 120 ? line.substring(0, 120) + "…" : line;
  }

  @Override
  public RegistrySnapshot snapshot() {
    return snapshot;
  }

  @Override
  public void apply(List<RegistryChange> changes) throws StoreException {
    try {
      boolean durable = false;
      for (RegistryChange change : changes) {
        maps.apply(change);
        durable |= change.durable();
      }
      if (durable) {
        commit();
      }
    } catch (MVStoreException | IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void flush() throws StoreException {
    try {
      if (store.hasUnsavedChanges()) {
        commit();
      }
    } catch (MVStoreException | IOException e) {
      throw failed(e);
    }
  }

  private void commit() throws IOException {
    long number = maps.generation() + 1;
    maps.meta.put(GENERATION, EntryCodec.encodeTime(number));
    store.commit();
    store.sync();
    generation.write(number);
  }

  private static boolean isOfWriting(Exception e) {
    return e instanceof MVStoreException store
        && store.getErrorCode() == DataUtils.ERROR_WRITING_FAILED;
  }

  private static UnwritableException failed(Exception e) {
    // the system's words; the store's own speak of its classes
    Throwable why = isOfWriting(e) && e.getCause() instanceof IOException ? e.getCause() : e;
    return new UnwritableException(
        "The registry could not be written (" + reason(why) + "); is the disk full?", e);
  }

  @Override
  public void close() {
    try {
      flush();
    } catch (StoreException e) {
      // Only what may be lost was left; every other write was reported.
    }
    store.close();
    generation.close();
  }

  /** The maps of the store. */
  private static final class Maps {
    static final List<String> NAMES =
        List.of("meta", "agents", "revoked", "invites", "admissions", "records", "seen");

    final MVMap<String, byte[]> meta;
    private final MVMap<String, byte[]> agents;
    private final MVMap<String, byte[]> revoked;
    private final MVMap<String, byte[]> invites;
    private final MVMap<String, byte[]> admissions;
    private final MVMap<String, byte[]> records;
    private final MVMap<String, byte[]> seen;

    Maps(MVStore store) {
      meta = map(store, "meta");
      agents = map(store, "agents");
      revoked = map(store, "revoked");
      invites = map(store, "invites");
      admissions = map(store, "admissions");
      records = map(store, "records");
      seen = map(store, "seen");
    }

    private static MVMap<String, byte[]> map(MVStore store, String name) {
      return store.openMap(
          name,
          new MVMap.Builder<String, byte[]>()
              .keyType(StringDataType.INSTANCE)
              .valueType(ByteArrayDataType.INSTANCE));
    }

    void apply(RegistryChange change) {
      if (change instanceof RegistryChange.PutAgent put) {
        agents.put(put.agent().name(), EntryCodec.encode(put.agent()));
      } else if (change instanceof RegistryChange.RevokeAgent revoke) {
        revoke(revoke);
      } else if (change instanceof RegistryChange.PutInvite put) {
        invites.put(put.invite().tokenHash().hex(), EntryCodec.encode(put.invite()));
      } else if (change instanceof RegistryChange.DropInvite drop) {
        invites.remove(drop.tokenHash().hex());
      } else if (change instanceof RegistryChange.PutAdmission put) {
        admissions.put(key(put.admission()), EntryCodec.encodeTime(put.atMillis()));
      } else if (change instanceof RegistryChange.PutRecord put) {
        records.put(put.box(), EntryCodec.encode(put.record()));
      } else if (change instanceof RegistryChange.PutLastSeen put) {
        seen.put(put.name(), EntryCodec.encodeTime(put.atMillis()));
      }
    }

    private void revoke(RegistryChange.RevokeAgent revoke) {
      String name = revoke.name();
      agents.remove(name);
      records.remove(name);
      seen.remove(name);
      for (String key : List.copyOf(admissions.keySet())) {
        if (admission(key).concerns(name)) {
          admissions.remove(key);
        }
      }
      revoked.put(revoke.linkKey().hex(), EntryCodec.encodeRevoked(name, revoke.atMillis()));
    }

    private static String key(Admission admission) {
      return admission.box() + " " + admission.agent();
    }

    private static Admission admission(String key) {
      int space = key.indexOf(' ');
      return new Admission(key.substring(0, Math.max(0, space)), key.substring(space + 1));
    }

    long generation() throws IOException {
      byte[] number = meta.get(GENERATION);
      if (number == null) {
        throw new IOException("no commit number");
      }
      return EntryCodec.decodeTime(number);
    }

    RegistrySnapshot read(long boot) throws IOException {
      byte[] realm = meta.get(REALM);
      if (realm == null || meta.get(BOOT) == null) {
        throw new IOException("no realm");
      }
      EntryCodec.decodeTime(meta.get(BOOT));
      List<AgentEntry> agentList = new ArrayList<>();
      for (Map.Entry<String, byte[]> entry : agents.entrySet()) {
        agentList.add(EntryCodec.decodeAgent(entry.getKey(), entry.getValue()));
      }
      Map<Bytes, String> revokedMap = new HashMap<>();
      for (Map.Entry<String, byte[]> entry : revoked.entrySet()) {
        revokedMap.put(Bytes.ofHex(entry.getKey()), EntryCodec.decodeRevoked(entry.getValue()));
      }
      List<Invite> inviteList = new ArrayList<>();
      for (Map.Entry<String, byte[]> entry : invites.entrySet()) {
        inviteList.add(EntryCodec.decodeInvite(entry.getKey(), entry.getValue()));
      }
      Map<Admission, Long> admissionMap = new HashMap<>();
      for (Map.Entry<String, byte[]> entry : admissions.entrySet()) {
        admissionMap.put(admission(entry.getKey()), EntryCodec.decodeTime(entry.getValue()));
      }
      Map<String, PublishedRecord> recordMap = new HashMap<>();
      for (Map.Entry<String, byte[]> entry : records.entrySet()) {
        recordMap.put(entry.getKey(), EntryCodec.decodeRecord(entry.getValue()));
      }
      Map<String, Long> seenMap = new HashMap<>();
      for (Map.Entry<String, byte[]> entry : seen.entrySet()) {
        seenMap.put(entry.getKey(), EntryCodec.decodeTime(entry.getValue()));
      }
      return new RegistrySnapshot(
          EntryCodec.decodeBytes(realm),
          boot,
          agentList,
          revokedMap,
          inviteList,
          admissionMap,
          recordMap,
          seenMap);
    }
  }
}
