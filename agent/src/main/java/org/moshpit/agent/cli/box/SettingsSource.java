package org.moshpit.agent.cli.box;

import org.moshpit.agent.config.Settings;

/** Where the daemon's settings are from, and the log that one of them is for. */
public interface SettingsSource {
  /**
   * Reads them anew.
   *
   * @throws org.moshpit.agent.config.UserError if one of them cannot be
   */
  Settings read();

  /** Has the log tell more, or less, from now on: error, warn, info, debug or trace. */
  void logLevel(String level);
}
