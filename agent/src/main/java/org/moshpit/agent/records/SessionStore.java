package org.moshpit.agent.records;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.seal.SessionId;

/**
 * The directory of session records. Every call blocks on the disk until what it says is true after
 * a power cut; safe from any thread. What the disk refuses is a {@link UserError}.
 */
public final class SessionStore {
  /** Damaged files kept for whoever wants to look; older ones are deleted. */
  static final int DAMAGED = 8;

  private static final String SET_ASIDE = ".damaged";

  private final Path directory;
  private final Map<SessionId, SessionRecord> records = new HashMap<>();

  private SessionStore(Path directory) {
    this.directory = directory;
  }

  /**
   * What was found on the disk.
   *
   * @param records those that read
   * @param problems a sentence for each that did not and was set aside
   */
  public record Loaded(List<SessionRecord> records, List<String> problems) {
    /** Copies the lists. */
    public Loaded {
      records = List.copyOf(records);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Opens the directory, and makes it if it is not there.
   *
   * @throws UserError exit 2, if it cannot be this user's alone
   */
  public static SessionStore open(Path directory) {
    PrivateFiles.directory(directory);
    return new SessionStore(directory);
  }

  /**
   * How many records are there, whether an agent runs or not; nothing is read or changed. Blocks.
   *
   * @param directory that need not exist
   * @return 0 also if it cannot be listed
   */
  public static int count(Path directory) {
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        count += file.getFileName().toString().matches("[0-9a-f]{32}") ? 1 : 0;
      }
    } catch (IOException | DirectoryIteratorException e) {
      return 0;
    }
    return count;
  }

  /** Reads all records; what does not read is set aside, and whatever that runs into is told. */
  public synchronized Loaded load() {
    List<SessionRecord> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<Path> damaged = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.startsWith(".")) {
          // Half written when the power went; the record it was to replace is still there.
          sweep(file, problems);
        } else if (name.endsWith(SET_ASIDE)) {
          damaged.add(file);
        } else {
          read(file, problems, damaged).ifPresent(found::add);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new UserError(ExitCode.USAGE, "the directory " + directory + " cannot be read.", e);
    }
    damaged.sort(null);
    damaged.stream().skip(DAMAGED).forEach(file -> sweep(file, problems));
    records.clear();
    found.forEach(record -> records.put(record.id(), record));
    return new Loaded(found, problems);
  }

  private static Optional<SessionRecord> read(
      Path file, List<String> problems, List<Path> damaged) {
    String what = "damaged";
    try {
      byte[] bytes = PrivateFiles.read(file, SessionRecord.MAX_LENGTH);
      Optional<SessionRecord> record =
          SessionRecord.parse(bytes)
              .filter(one -> file.getFileName().toString().equals(one.id().hex()));
      if (record.isPresent()) {
        return record;
      }
      if (SessionRecord.isOfAnotherVersion(bytes)) {
        what = "another version's";
      }
    } catch (IOException | UserError e) {
      // as good as damaged: it cannot be read, or others could have written it
      what = "damaged";
    }
    String sentence = "the session record " + file + " is " + what;
    try {
      damaged.add(setAside(file));
      problems.add(sentence + "; it was set aside, and that session cannot be taken up again.");
    } catch (IOException e) {
      problems.add(
          sentence
              + " and cannot be set aside; that session cannot be taken up again. Remove it"
              + " yourself.");
    }
    return Optional.empty();
  }

  private static Path setAside(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + SET_ASIDE);
    return Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void sweep(Path file, List<String> problems) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      problems.add(file + " does not belong here and cannot be deleted; remove it yourself.");
    }
  }

  /** Writes a record, new or in place of the one before. */
  public synchronized void save(SessionRecord record) {
    PrivateFiles.write(file(record.id()), record.encode());
    records.put(record.id(), record);
  }

  /**
   * Writes a session's counter. When this returns, no restart can make the counter lower again.
   *
   * @return false if there is no such session (any more)
   */
  public synchronized boolean saveCounter(SessionId id, long counter) {
    SessionRecord record = records.get(id);
    if (record == null) {
      return false;
    }
    if (counter > record.counter()) {
      save(record.withCounter(counter));
    }
    return true;
  }

  /** Writes which relay a session has; false as with {@link #saveCounter}. */
  public synchronized boolean saveRelay(SessionId id, int relay) {
    SessionRecord record = records.get(id);
    if (record == null) {
      return false;
    }
    save(record.withRelay(relay));
    return true;
  }

  /** Writes which mosh-server belongs to a session; false as with {@link #saveCounter}. */
  public synchronized boolean saveServer(SessionId id, int port, long pid, long pidStart, int uid) {
    SessionRecord record = records.get(id);
    if (record == null) {
      return false;
    }
    save(record.withServer(port, pid, pidStart, uid));
    return true;
  }

  /** Writes when a session's laptop was heard; false as with {@link #saveCounter}. */
  public synchronized boolean saveHeard(SessionId id, long heardMillis) {
    SessionRecord record = records.get(id);
    if (record == null) {
      return false;
    }
    save(record.withHeard(heardMillis));
    return true;
  }

  /** The record as last written. */
  public synchronized Optional<SessionRecord> get(SessionId id) {
    return Optional.ofNullable(records.get(id));
  }

  /** Deletes a record and its secret; nothing happens if there is none. */
  public synchronized void delete(SessionId id) {
    records.remove(id);
    try {
      if (Files.deleteIfExists(file(id))) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, file(id) + " cannot be deleted; delete it yourself.", e);
    }
  }

  private Path file(SessionId id) {
    return directory.resolve(id.hex());
  }
}
