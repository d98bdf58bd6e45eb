package org.moshpit.rendezvous.io;

import org.moshpit.rendezvous.core.CoreCommand.Noted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What the core notes, as log lines. */
final class CoreLog {
  private static final Logger LOG = LoggerFactory.getLogger(CoreLog.class);

  void log(Noted noted) {
    LOG.atLevel(level(noted))
        .addKeyValue("agent", noted.agent())
        .addKeyValue("reason", noted.reason())
        .log(sentence(noted));
  }

  private static Level level(Noted noted) {
    return switch (noted.event()) {
      case IGNORED, REFUSED -> Level.DEBUG;
      case QUOTA -> Level.WARN;
      case ENROLLED, LOGGED_IN, LOGGED_OUT, ADMITTED, RELAY_OPENED, RELAY_CLOSED, REVOKED ->
          Level.INFO;
    };
  }

  private static String sentence(Noted noted) {
    return switch (noted.event()) {
      case ENROLLED -> "An agent enrolled";
      case LOGGED_IN -> "An agent logged in";
      case LOGGED_OUT -> "An agent's link ended";
      case REFUSED -> "A link was refused";
      case ADMITTED -> "A box admitted an agent for the first time";
      case RELAY_OPENED -> "A relay opened";
      case RELAY_CLOSED -> "A relay closed";
      case REVOKED -> "An agent was revoked";
      case QUOTA -> "A quota was reached";
      case IGNORED -> "A frame was not acted on";
    };
  }
}
