package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds out of a path whether nobody but root can have made it lead where it leads: every directory
 * and link on the way is root's, and none can be written by others. What lies there is root's word,
 * and no user's process needs to be asked for it. Blocks on disk; any thread.
 */
final class OutOfReach {
  private static final int MAX_LINKS = 40;
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;

  private final Predicate<SecurePath.Facts> roots;

  OutOfReach() {
    // a link's mode says nothing: it can be replaced only by who may write its directory
    this(at -> at.owner() == 0 && (isLink(at) || (at.mode() & WRITABLE_BY_OTHERS) == 0));
  }

  /** By another rule, for tests. */
  OutOfReach(Predicate<SecurePath.Facts> roots) {
    this.roots = roots;
  }

  /**
   * Where it leads, without links; empty if anybody but root has a say in that, if root cannot see
   * it, or if it leads in a circle. The last part need not be there.
   *
   * @param path absolute
   */
  Optional<Path> resolve(Path path) throws IOException {
    Deque<Path> ahead = new ArrayDeque<>();
    path.forEach(ahead::add);
    Path at = path.getRoot();
    int links = 0;
    while (true) {
      SecurePath.Facts facts;
      try {
        facts = facts(at);
      } catch (NoSuchFileException e) {
        // nobody but root can make it, for what is above is root's
        return Optional.of(ahead.stream().reduce(at, Path::resolve));
      } catch (IOException e) {
        // a user's file system shows root nothing (fuse(8), allow_other), and is no place of root's
        return Optional.empty();
      }
      if (!roots.test(facts)) {
        return Optional.empty();
      }
      if (isLink(facts)) {
        Path target = Files.readSymbolicLink(at);
        if (++links > MAX_LINKS) {
          return Optional.empty();
        }
        at = target.isAbsolute() ? target.getRoot() : at.getParent();
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          ahead.addFirst(target.getName(i));
        }
        continue;
      }
      if (ahead.isEmpty()) {
        return Optional.of(at);
      }
      Path next = ahead.removeFirst();
      at = next.toString().equals("..") ? parent(at) : at.resolve(next).normalize();
    }
  }

  private static Path parent(Path at) {
    return at.getParent() == null ? at : at.getParent();
  }

  private static boolean isLink(SecurePath.Facts facts) {
    return (facts.mode() & TYPE) == LINK;
  }

  private static SecurePath.Facts facts(Path at) throws IOException {
    return SecurePath.Facts.of(
        at, Files.readAttributes(at, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS));
  }
}
