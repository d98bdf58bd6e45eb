package org.moshpit.agent.cli.box;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The settings read again while the agent runs, all of them or, if one is wrong, none. What cannot
 * change without a restart is named for as long as it differs. For one thread at a time.
 */
final class SettingsReload {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsReload.class);

  /** What changes at once; the token's file is read again whether it is another or not. */
  private static final Set<Setting> AT_ONCE =
      EnumSet.of(
          Setting.LOG_LEVEL, Setting.ALLOW_USERS, Setting.PERMIT_ROOT, Setting.METRICS_TOKEN_FILE);

  private final Settings atStart;
  private final Supplier<Settings> read;
  private final Consumer<Settings> apply;
  private Settings now;

  /**
   * @param atStart what the agent began with
   * @param read reads them, or throws a {@link UserError}
   * @param apply makes of them what can be made of them at once, all or nothing; a {@link
   *     UserError} says what cannot be
   */
  SettingsReload(Settings atStart, Supplier<Settings> read, Consumer<Settings> apply) {
    this.atStart = atStart;
    this.now = atStart;
    this.read = read;
    this.apply = apply;
  }

  /** Reads them again; one line in the log tells what came of it. */
  void run() {
    Settings next;
    try {
      next = read.get();
      if (now.areInFile() && !next.areInFile()) {
        // as it is while something replaces it; the defaults would open what it shuts
        throw new UserError(
            ExitCode.USAGE, "the file says nothing any more; a restart takes the defaults");
      }
      apply.accept(next);
    } catch (UserError e) {
      LOG.atError()
          .addKeyValue("reason", e.sentence())
          .log("the settings could not be read again; those of before stay");
      return;
    }
    Set<Setting> changed = EnumSet.noneOf(Setting.class);
    changed.addAll(next.differences(now));
    changed.retainAll(AT_ONCE);
    Set<Setting> waiting = EnumSet.noneOf(Setting.class);
    waiting.addAll(next.differences(atStart));
    waiting.removeAll(AT_ONCE);
    tell(changed, waiting);
    now = next;
  }

  private static void tell(Set<Setting> changed, Set<Setting> waiting) {
    if (waiting.isEmpty()) {
      LOG.atInfo()
          .addKeyValue("changed", changed.isEmpty() ? "nothing" : keys(changed))
          .log("the settings were read again");
      return;
    }
    LoggingEventBuilder line = LOG.atWarn();
    if (!changed.isEmpty()) {
      line = line.addKeyValue("changed", keys(changed));
    }
    line.addKeyValue("needRestart", keys(waiting))
        .log("the settings were read again, and some take effect only after a restart");
  }

  private static String keys(Set<Setting> settings) {
    return settings.stream().map(Setting::key).collect(Collectors.joining(","));
  }
}
