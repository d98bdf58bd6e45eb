package org.moshpit.deploy.roaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/**
 * A person who types a word each second, in a session that writes down at the box what arrives, and
 * who looks at the screen for the word; predictions are off. Threads of its own; close ends them.
 */
final class Typist implements AutoCloseable {
  private static final Duration PACE = Duration.ofSeconds(1);

  /** How often the person looks. */
  private static final Duration GLANCE = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Session session;
  private final Path arrived;
  private final List<Long> typedAt = new ArrayList<>();
  private final List<Long> seenAt = new ArrayList<>();
  private final Thread hands;
  private final Thread eyes;
  private long worst;
  private boolean paused;
  private boolean over;

  private Typist(Lab lab, Host laptop, String box, String... options) {
    arrived = lab.host(box).home().resolve("typed");
    List<String> words = new ArrayList<>(List.of("--predict=never"));
    words.addAll(List.of(options));
    session = Session.openCommand(lab, laptop, box, words, "tee", "typed");
    hands = new Thread(this::type, "hands");
    eyes = new Thread(this::look, "eyes");
  }

  /** At the lab's laptop, in a session with its box; returns when the first word is echoed. */
  static Typist at(Lab lab, String... options) {
    return at(lab, lab.laptop(), "box", options);
  }

  static Typist at(Lab lab, Host laptop, String box, String... options) {
    Typist typist = new Typist(lab, laptop, box, options);
    typist.session.terminal().awaitAlternateScreen(PATIENCE);
    typist.hands.start();
    typist.eyes.start();
    typist.awaitEcho(System.nanoTime(), PATIENCE);
    return typist;
  }

  Session session() {
    return session;
  }

  /** The processes of the session at the laptop, the command's own first. */
  List<ProcessHandle> processes() {
    ProcessHandle command = ProcessHandle.of(session.terminal().pid()).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(List.of(command));
    command.descendants().forEach(all::add);
    return all;
  }

  /** Ends the typing for a while, as somebody does who closes the lid. */
  synchronized void pause(boolean yes) {
    paused = yes;
    notifyAll();
  }

  /**
   * Waits until a word is echoed that was typed after {@code since}, and with it all before.
   *
   * @param since {@link System#nanoTime()}
   * @return how long an echo was waited for after {@code since}
   */
  synchronized Duration awaitEcho(long since, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    while (seenAt.isEmpty() || typedAt.get(seenAt.size() - 1) - since < 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(
            "%d of %d words were echoed%n%s%n%s"
                .formatted(
                    seenAt.size(), typedAt.size(), session.terminal().screen(), session.events()));
      }
      try {
        wait(Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    long waited = 0;
    for (int i = 0; i < seenAt.size(); i++) {
      if (seenAt.get(i) - since > 0) {
        long from = typedAt.get(i) - since > 0 ? typedAt.get(i) : since;
        waited = Math.max(waited, seenAt.get(i) - from);
      }
    }
    return Duration.ofNanos(waited);
  }

  /** The longest a word has waited for its echo since this was last asked. */
  synchronized Duration worst() {
    Duration longest = Duration.ofNanos(worst);
    worst = 0;
    return longest;
  }

  /** Ends the session as a person does, and has every word at the box, once and in order. */
  void finish() throws IOException {
    end();
    session.terminal().press("Enter", "C-d");
    assertThat(session.terminal().awaitExit(PATIENCE)).isZero();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= typedAt.size(); i++) {
      expected.add(word(i));
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(arrived));
    lines.removeIf(String::isEmpty);
    assertThat(lines).isEqualTo(expected);
  }

  private static String word(int number) {
    return "w%05dz".formatted(number);
  }

  private void type() {
    long next = System.nanoTime();
    while (true) {
      int number;
      synchronized (this) {
        while (!over && (paused || next - System.nanoTime() > 0)) {
          try {
            wait(paused ? 0 : Math.max(1, (next - System.nanoTime()) / 1_000_000));
          } catch (InterruptedException e) {
            return;
          }
        }
        if (over) {
          return;
        }
        typedAt.add(System.nanoTime());
        number = typedAt.size();
        next = System.nanoTime() + PACE.toNanos();
      }
      session.terminal().typeLine(word(number));
    }
  }

  private void look() {
    while (true) {
      String screen = session.terminal().screen();
      synchronized (this) {
        int shown = typedAt.size();
        while (shown > seenAt.size() && !screen.contains(word(shown))) {
          shown--;
        }
        long now = System.nanoTime();
        for (int i = seenAt.size(); i < shown; i++) {
          seenAt.add(now);
          worst = Math.max(worst, now - typedAt.get(i));
        }
        notifyAll();
        if (over) {
          return;
        }
        try {
          wait(GLANCE.toMillis());
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  private void end() {
    synchronized (this) {
      over = true;
      notifyAll();
    }
    try {
      hands.join();
      eyes.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    end();
    session.close();
  }
}
