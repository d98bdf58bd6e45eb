package org.moshpit.agent.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.moshpit.agent.session.ControlInput.Answered;
import org.moshpit.agent.session.ControlInput.Clock;
import org.moshpit.agent.session.ControlInput.CounterPersisted;
import org.moshpit.agent.session.ControlInput.Described;
import org.moshpit.agent.session.ControlInput.EndWanted;
import org.moshpit.agent.session.ControlInput.ExchangeWanted;
import org.moshpit.agent.session.ControlInput.Hinted;
import org.moshpit.agent.session.ControlInput.LinkDown;
import org.moshpit.agent.session.ControlInput.LinkUp;
import org.moshpit.agent.session.ControlInput.Offline;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.seal.ControlAsk;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealInitiator;
import org.moshpit.common.seal.SealedLimits;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;
import org.moshpit.common.seal.SessionSecret.ControlBinding;

/**
 * The laptop's side of control after the answer: new candidates, repair, the end. Each exchange is
 * a fresh Noise handshake authenticated by the session secret and a counter that is on the disk
 * before it is used. The box can only hint.
 *
 * <pre>
 * IDLE     → WAITING   an exchange is wanted, hinted (eight times in 30 s), or the link came back
 * WAITING  → COUNTING  link, description and time are there; after a hint a second has passed, or
 *                      the path wants it
 * COUNTING → ASKED     the counter is on the disk
 * COUNTING → WAITING   the link broke
 * ASKED    → IDLE      the box answered
 * ASKED    → WAITING   2 s of silence, an offline box (again after 2, 5, 10, 30, then every 60 s; at
 *                      once if a hint came into the silence, for then the box is back); the link
 *                      broke; something new was wanted meanwhile; a newer record of the box
 * any      → DONE      the box says the session is gone, or the end was asked for three times
 * </pre>
 *
 * One thread.
 */
public final class ControlMachine implements Machine<ControlInput, ControlOutput>, AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final long SILENCE_NANOS = 2 * SECOND;
  private static final long PACE_NANOS = SECOND;

  /**
   * So many hints are taken up within that time: a box' agent that is restarted gives two, and the
   * last may be the one that the session is over.
   */
  private static final int HINTS = 8;

  private static final long HINTS_NANOS = 30 * SECOND;

  /** A path that begins anew has its sockets described by then. */
  private static final long HINT_PATIENCE_NANOS = SECOND;

  private static final long[] PAUSES = {2, 5, 10, 30, 60};
  private static final int GOODBYES = 3;

  private final byte[] realm;
  private final String name;
  private final SessionId session;
  private final SessionSecret secret;
  private final LongSupplier numbers;
  private final RandomGenerator random;
  private final RecordCheck records;
  private final RecordInUse box;
  private final Queue<ControlOutput> out = new ArrayDeque<>();

  private ControlStep step = ControlStep.IDLE;
  private long counter;
  private boolean linkUp;
  private boolean linkWasUp;
  private int rttMillis;
  private long offsetMillis;
  private Described local;
  private Described said;
  private boolean wanted;
  private boolean ending;
  private final Deque<Long> hints = new ArrayDeque<>();
  private boolean timed;
  private long deadline;
  private boolean sent;
  private long sentAt;
  private int silences;
  private SealInitiator seal;
  private long exchange;
  private boolean hintedMeanwhile;

  /**
   * A session just opened, or taken up again.
   *
   * @param realm 32 bytes, handed over
   * @param box the record last sealed to, verified
   * @param secret closed with this machine
   * @param counter last one on the disk, 0 at first
   * @param wallMillis the wall clock at {@code now}
   * @param now monotonic nanoseconds
   * @param numbers gives exchange numbers, unique on the link
   * @param random for Noise: must be cryptographic
   */
  public ControlMachine(
      byte[] realm,
      SignedBoxRecord box,
      SessionId session,
      SessionSecret secret,
      long counter,
      long wallMillis,
      long now,
      LongSupplier numbers,
      RandomGenerator random) {
    this.realm = realm;
    this.name = box.record().name();
    this.box = RecordInUse.ofProven(box);
    this.session = session;
    this.secret = secret;
    this.counter = counter;
    this.numbers = numbers;
    this.random = random;
    this.records = new RecordCheck(realm, name);
    this.offsetMillis = wallMillis - now / 1_000_000;
  }

  @Override
  public void handle(long now, ControlInput event) {
    if (step == ControlStep.DONE) {
      return;
    }
    if (event instanceof Described described) {
      local = described;
    } else if (event instanceof ExchangeWanted wish) {
      want(now, wish.reason());
    } else if (event instanceof Hinted) {
      hinted(now);
    } else if (event instanceof EndWanted) {
      end(now);
    } else if (event instanceof LinkUp up) {
      linkUp(now, up);
    } else if (event instanceof LinkDown) {
      linkDown(now);
    } else if (event instanceof Clock clock) {
      offsetMillis = clock.wallMillis() - now / 1_000_000;
    } else if (event instanceof CounterPersisted persisted) {
      persisted(now, persisted);
    } else if (event instanceof Answered answered) {
      if (step == ControlStep.ASKED && answered.exchange() == exchange) {
        answered(now, answered);
      }
    } else if (event instanceof Offline offline) {
      if (step == ControlStep.ASKED && offline.exchange() == exchange) {
        out.add(new ControlOutput.BoxOffline(offline.sinceMillis()));
        unanswered(now, "the box is offline");
      }
    }
    begin(now);
  }

  private void want(long now, String reason) {
    wanted = true;
    if (step == ControlStep.IDLE) {
      move(ControlStep.WAITING, reason);
      due(now);
    } else if (step == ControlStep.WAITING) {
      // A new reason is worth a try before the pause is over.
      due(now);
    }
  }

  private void end(long now) {
    if (ending) {
      return;
    }
    ending = true;
    silences = 0;
    if (!linkUp) {
      out.add(new ControlOutput.Ended(false));
      finish("the end, without a link");
      return;
    }
    if (step == ControlStep.ASKED) {
      endExchange();
      move(ControlStep.WAITING, "the end");
    }
    want(now, "the end");
  }

  private void hinted(long now) {
    if (hints.size() == HINTS && now - hints.peek() < HINTS_NANOS) {
      return;
    }
    if (hints.size() == HINTS) {
      hints.remove();
    }
    hints.add(now);
    out.add(new ControlOutput.PathHinted());
    boolean idle = step == ControlStep.IDLE;
    hintedMeanwhile |= step == ControlStep.ASKED;
    want(now, "the box asks for it");
    if (idle) {
      deadline = Deadlines.later(deadline, now + HINT_PATIENCE_NANOS);
      timed = true;
    }
  }

  private void linkUp(long now, LinkUp up) {
    boolean back = linkWasUp && !linkUp;
    linkUp = true;
    linkWasUp = true;
    rttMillis = up.rttMillis();
    if (back) {
      silences = 0;
      want(now, "the link is back");
    }
  }

  private void linkDown(long now) {
    linkUp = false;
    if (step == ControlStep.COUNTING || step == ControlStep.ASKED) {
      wanted = true;
      endExchange();
      move(ControlStep.WAITING, "the link broke");
      due(now);
    }
  }

  /** Begins an exchange if one is wanted and everything for it is there. */
  private void begin(long now) {
    boolean ready = linkUp && (ending || local != null);
    if (step != ControlStep.WAITING || !ready || deadline - now > 0) {
      return;
    }
    timed = false;
    wanted = false;
    said = local;
    counter++;
    move(ControlStep.COUNTING, "counter " + counter);
    out.add(new ControlOutput.PersistCounter(session, counter));
  }

  private void persisted(long now, CounterPersisted persisted) {
    if (step != ControlStep.COUNTING || persisted.counter() != counter) {
      return;
    }
    byte[] staticKey = box.get().record().noiseKey();
    // A record with an unusable key was not let in; see RecordCheck.
    seal = SealInitiator.begin(staticKey, ephemeral(), realm, name).orElseThrow();
    ControlAsk ask =
        ending
            ? ControlAsk.ending()
            : ControlAsk.restart(IceTranslation.toSealed(said.ice()), rttMillis);
    byte[] body = ask.encode();
    ControlBinding binding =
        new ControlBinding(seal.ephemeralPublic(), box.get().hostKey().blob(), staticKey, session);
    byte[] mac = secret.mac(binding, counter, body);
    exchange = numbers.getAsLong();
    hintedMeanwhile = false;
    move(ControlStep.ASKED, "sent");
    timed = true;
    deadline = now + SILENCE_NANOS;
    sent = true;
    sentAt = now;
    out.add(
        new ControlOutput.SendControl(
            exchange,
            name,
            seal.seal(new InitiatorContent.Control(session, counter, mac, body, ask).encode()),
            ending ? List.of() : said.sockets(),
            box.get().record().serial(),
            session));
  }

  private byte[] ephemeral() {
    byte[] bytes = new byte[SealedLimits.KEY];
    random.nextBytes(bytes);
    return bytes;
  }

  private void answered(long now, Answered answered) {
    if (RecordInUse.isReplaced(answered.sealed(), answered.record())) {
      recordReplaced(now, answered.record());
      return;
    }
    ResponderContent content = SealedAnswers.read(seal.open(answered.sealed())).orElse(null);
    if (content instanceof ResponderContent.Controlled controlled) {
      proven();
      controlled(now, controlled, answered);
    } else if (content instanceof ResponderContent.Gone gone) {
      proven();
      out.add(ending ? new ControlOutput.Ended(true) : new ControlOutput.Gone(gone.reason()));
      finish("the session is gone");
    } else {
      out.add(new ControlOutput.Notice(Sentences.badControlAnswer(name)));
      unanswered(now, "an answer that cannot be believed");
    }
  }

  /** An answer that opens proves that the box holds its record's key. */
  private void proven() {
    silences = 0;
    box.proven().ifPresent(record -> out.add(new ControlOutput.Remember(record)));
  }

  private void controlled(long now, ResponderContent.Controlled controlled, Answered answered) {
    if (controlled.ended()) {
      out.add(
          ending
              ? new ControlOutput.Ended(true)
              : new ControlOutput.Gone("the session was ended at the box."));
      finish("the session is over");
      return;
    }
    if (ending) {
      unanswered(now, "the box did not end it");
      return;
    }
    endExchange();
    controlled
        .ice()
        .ifPresent(
            ice ->
                out.add(
                    new ControlOutput.PeerRestarted(
                        IceTranslation.fromSealed(ice),
                        answered.observed(),
                        answered.relay(),
                        controlled.startDelayMillis(),
                        said.ice().generation())));
    move(ControlStep.IDLE, "answered");
    if (wanted) {
      want(now, "wanted meanwhile");
    }
  }

  private void recordReplaced(long now, byte[] bytes) {
    RecordCheck.Worth worth =
        records.check(bytes, Optional.of(KnownBox.of(box.get())), offsetMillis + now / 1_000_000);
    if (worth instanceof RecordCheck.Worth.Good good && box.mayBeReplaced()) {
      box.use(good.record());
      wanted = true;
      endExchange();
      move(ControlStep.WAITING, "the box has a newer record");
      due(now);
      return;
    }
    if (worth instanceof RecordCheck.Worth.OtherHostKey other) {
      out.add(
          new ControlOutput.Notice(
              Sentences.hostKeyChanged(name, box.get().hostKey(), other.record().hostKey())));
    } else if (worth instanceof RecordCheck.Worth.Bad bad) {
      out.add(new ControlOutput.Notice(Sentences.badRecord(name, bad.why())));
    }
    unanswered(now, "a record that cannot be believed");
  }

  /** Tries again later. */
  private void unanswered(long now, String reason) {
    endExchange();
    silences++;
    wanted = true;
    if (ending && silences >= GOODBYES) {
      out.add(new ControlOutput.Ended(false));
      finish(reason);
      return;
    }
    move(ControlStep.WAITING, reason);
    timed = true;
    deadline = now + PAUSES[Math.min(silences, PAUSES.length) - 1] * SECOND;
  }

  /** At once, but not more often than every second: neither path nor peer can make this a flood. */
  private void due(long now) {
    deadline = sent && sentAt + PACE_NANOS - now > 0 ? sentAt + PACE_NANOS : now;
    timed = deadline != now;
  }

  @Override
  public void handleTimeout(long now) {
    if (!timed || deadline - now > 0) {
      return;
    }
    timed = false;
    if (step == ControlStep.ASKED) {
      unanswered(now, "silence");
      if (step != ControlStep.DONE) {
        out.add(new ControlOutput.Silent(silences));
        if (hintedMeanwhile) {
          due(now);
        }
      }
    }
    begin(now);
  }

  private void endExchange() {
    if (seal != null) {
      seal.close();
      seal = null;
    }
    timed = false;
  }

  private void finish(String reason) {
    close();
    move(ControlStep.DONE, reason);
  }

  /** The one place where the step changes. */
  private void move(ControlStep next, String reason) {
    step = next;
    out.add(new ControlOutput.Moved(next, reason));
  }

  /** Never: control goes over the link. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public ControlOutput pollEvent() {
    return out.poll();
  }

  @Override
  public long nextDeadline() {
    return timed ? deadline : NO_DEADLINE;
  }

  /** Destroys the secret; nothing is taken afterwards. */
  @Override
  public void close() {
    endExchange();
    secret.close();
    step = ControlStep.DONE;
  }
}
