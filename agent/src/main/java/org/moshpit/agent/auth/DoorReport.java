package org.moshpit.agent.auth;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Whether anybody can come in as a user at all, by the rules of the door itself; for whoever sets
 * the box up, and never for a peer. Immutable.
 *
 * @param account who one would be
 * @param files where keys are looked for
 * @param keys how many keys would open a session
 * @param problems why what is there does not count: of files, then of keys; a few words each
 * @param refusal a sentence if nobody comes in whatever their key
 * @param asksProgram whether sshd asks a program for keys too, which was not run
 */
public record DoorReport(
    Account account,
    List<Path> files,
    int keys,
    List<String> problems,
    Optional<String> refusal,
    boolean asksProgram) {

  /** Copies the lists. */
  public DoorReport {
    Objects.requireNonNull(account);
    files = List.copyOf(files);
    problems = List.copyOf(problems);
    Objects.requireNonNull(refusal);
  }

  /** Reads key files, and tells of those that are there and do not pass. */
  interface Reader {
    List<byte[]> read(List<Path> files, BiConsumer<Path, String> skipped);
  }

  /** Of the files alone. */
  static DoorReport of(Account account, List<Path> files, Reader reader, Clock clock) {
    List<String> problems = new ArrayList<>();
    List<byte[]> contents = reader.read(files, (file, reason) -> problems.add(reason));
    int keys = 0;
    for (KeyPolicy policy :
        AuthorizedKeys.parse(contents).policies(clock.instant(), clock.getZone())) {
      if (policy instanceof KeyPolicy.Refused refused) {
        problems.add(refused.reason());
      } else {
        keys++;
      }
    }
    return new DoorReport(account, files, keys, problems, Optional.empty(), false);
  }

  /** The same with what sshd adds. */
  DoorReport with(Optional<String> newRefusal, boolean newAsksProgram) {
    return new DoorReport(account, files, keys, problems, newRefusal, newAsksProgram);
  }

  /** Whether somebody can come in, or perhaps can. */
  public boolean open() {
    return refusal.isEmpty() && (keys > 0 || asksProgram);
  }
}
