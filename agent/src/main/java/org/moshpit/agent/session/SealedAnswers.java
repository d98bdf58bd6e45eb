package org.moshpit.agent.session;

import java.util.Optional;
import org.moshpit.common.seal.Opened;
import org.moshpit.common.seal.ResponderContent;

/** What a box says to a laptop, out of what was opened. */
final class SealedAnswers {
  private SealedAnswers() {}

  /** Nothing if it did not open, or holds no sense. */
  static Optional<ResponderContent> read(Opened opened) {
    return opened instanceof Opened.Payload payload
        ? ResponderContent.parse(payload.bytes()).good()
        : Optional.empty();
  }
}
