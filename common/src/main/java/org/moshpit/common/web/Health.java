package org.moshpit.common.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a daemon serves: a list of checks, asked in order, each of which knows one thing that can
 * be wrong. For one thread, the daemon's.
 */
public final class Health {
  /** One thing that can be wrong. */
  @FunctionalInterface
  public interface Check {
    /** One plain line if it is wrong; without names, addresses or secrets. */
    Optional<String> problem();
  }

  private final List<Check> checks = new ArrayList<>();

  /** One more check, after the others. */
  public Health add(Check check) {
    checks.add(check);
    return this;
  }

  /** The first thing that is wrong; empty: it serves. */
  public Optional<String> problem() {
    return checks.stream().flatMap(check -> check.problem().stream()).findFirst();
  }
}
