package org.moshpit.agent.auth;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What sshd said of a user a moment ago, so that many offers at once do not run as many sshds. A
 * change of its configuration counts {@link #KEPT} later at most. Any thread.
 */
final class SshdMemory {
  static final Duration KEPT = Duration.ofSeconds(3);
  static final int USERS = 64;

  private record Answer(SshdPolicy policy, long at) {}

  private final LongSupplier nanoTime;
  private final Map<String, Answer> answers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > USERS;
        }
      };

  SshdMemory(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized Optional<SshdPolicy> get(String user) {
    Answer answer = answers.get(user);
    if (answer == null) {
      return Optional.empty();
    }
    if (nanoTime.getAsLong() - answer.at() > KEPT.toNanos()) {
      answers.remove(user);
      return Optional.empty();
    }
    return Optional.of(answer.policy());
  }

  synchronized void put(String user, SshdPolicy policy) {
    answers.remove(user);
    answers.put(user, new Answer(policy, nanoTime.getAsLong()));
  }
}
