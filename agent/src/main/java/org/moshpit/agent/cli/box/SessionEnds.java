package org.moshpit.agent.cli.box;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.control.SessionEntry;
import org.moshpit.agent.netwatch.BootClock;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.agent.session.AbandonmentInput;
import org.moshpit.agent.session.AbandonmentMachine;
import org.moshpit.agent.session.AbandonmentOutput;
import org.moshpit.agent.session.AbandonmentStep;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.seal.SessionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions from the box's side: on a person's word, and those whose laptop does not come back.
 * The laptop hears why, and only then does mosh-server say goodbye: its goodbye alone would look
 * like an ordinary end. For the event loop's thread.
 */
final class SessionEnds {
  private static final Logger LOG = LoggerFactory.getLogger(SessionEnds.class);

  /** How long a laptop that was told to ask may take to. */
  private static final long ASK_MILLIS = 2_000;

  /** What the words on a direct path take, those said again in case they are lost included. */
  private static final long TELL_MILLIS = 800;

  /** How long the answer may take to the laptop, which then ends mosh-client by itself. */
  private static final long ANSWER_MILLIS = 500;

  private final AgentLoop loop;
  private final SessionStore store;
  private final SessionBook sessions;
  private final Consumer<AdmissionInput> admission;
  private final AbandonmentMachine abandonment;
  private final MachineDriver<AbandonmentInput, AbandonmentOutput> driver;

  /**
   * Knows of no session.
   *
   * @param timeout after which a silent laptop's session ends
   * @param admission tells laptops that ask
   */
  SessionEnds(
      AgentLoop loop,
      Duration timeout,
      SessionStore store,
      SessionBook sessions,
      Consumer<AdmissionInput> admission) {
    this.loop = loop;
    this.store = store;
    this.sessions = sessions;
    this.admission = admission;
    this.abandonment = new AbandonmentMachine(timeout, System.nanoTime(), BootClock.millis());
    this.driver = new MachineDriver<>(loop.loop(), abandonment, id -> null, this::carryOut);
  }

  /** Its mosh-server runs. */
  void opened(BoxSession session) {
    if (!session.isHandover()) {
      driver.handle(new AbandonmentInput.Opened(session.id()));
    }
  }

  /** It outlived the agent's last run. */
  void restored(SessionRecord record) {
    if (!record.handover()) {
      driver.handle(new AbandonmentInput.Restored(record.id(), record.heardMillis()));
    }
  }

  /** Something came from its laptop. */
  void heard(BoxSession session) {
    driver.handle(new AbandonmentInput.Heard(session.id()));
  }

  /** It is over. */
  void over(BoxSession session) {
    driver.handle(new AbandonmentInput.Ended(session.id()));
  }

  /** Now, every minute, and when this computer woke up. */
  void tellTime() {
    driver.handle(new AbandonmentInput.Clock(BootClock.millis()));
  }

  /** The daemon goes; nothing is ended any more. */
  void stop() {
    driver.stop();
  }

  /**
   * Ends a session.
   *
   * @param reason for its laptop, and the log
   */
  void end(BoxSession session, String reason) {
    if (!session.announceEnd(reason)) {
      return;
    }
    int relay = session.path().relay();
    admission.accept(new AdmissionInput.SessionEnded(session.id(), reason, relay));
    endIn(session, pause(session, relay));
  }

  /** Its laptop asked, and the answer is on its way. */
  void told(SessionId id) {
    sessions
        .get(id)
        .filter(BoxSession::isEnding)
        .ifPresent(session -> endIn(session, ANSWER_MILLIS));
  }

  /** A laptop that is told directly need not ask; where that is in doubt it may have to. */
  private static long pause(BoxSession session, int relay) {
    if (session.path().isDirectAlone()) {
      return TELL_MILLIS;
    }
    if (relay != 0) {
      return ASK_MILLIS;
    }
    return session.path().snapshot().path() == PathKind.DIRECT ? TELL_MILLIS : 0;
  }

  private void endIn(BoxSession session, long millis) {
    loop.loop().schedule(() -> session.end(""), millis, TimeUnit.MILLISECONDS);
  }

  /** All sessions, the oldest first. */
  List<SessionEntry> entries() {
    long now = System.nanoTime();
    Instant wall = Instant.now();
    return sessions.all().stream()
        .filter(session -> !session.isPing())
        .map(session -> entry(session, now, wall))
        .sorted(Comparator.comparing(SessionEntry::since).thenComparing(SessionEntry::id))
        .toList();
  }

  private SessionEntry entry(BoxSession session, long now, Instant wall) {
    AbandonmentMachine.Outlook outlook = abandonment.outlook(now, session.id()).orElse(null);
    Instant heard =
        outlook == null || outlook.silentMillis() < 0
            ? null
            : wall.minusMillis(outlook.silentMillis());
    Instant ends = outlook == null ? null : wall.plusMillis(Math.max(0, outlook.endsInMillis()));
    return session.entry(heard, session.isEnding() ? wall : ends);
  }

  private void carryOut(AbandonmentOutput event) {
    if (event instanceof AbandonmentOutput.Persist persist) {
      loop.offload(
          () -> store.saveHeard(persist.session(), persist.heardMillis()),
          (saved, failure) -> {
            if (failure != null) {
              LOG.atError().setCause(failure).log("a session's record could not be written");
            }
          });
    } else if (event instanceof AbandonmentOutput.Moved moved) {
      LOG.atDebug()
          .addKeyValue("session", moved.session())
          .addKeyValue("reason", moved.reason())
          .log("session: {}", moved.step());
      if (moved.step() == AbandonmentStep.ABANDONED) {
        sessions.get(moved.session()).ifPresent(session -> end(session, moved.reason()));
      }
    }
  }
}
