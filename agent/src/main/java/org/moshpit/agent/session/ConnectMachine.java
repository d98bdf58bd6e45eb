package org.moshpit.agent.session;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.session.ConnectInput.Answered;
import org.moshpit.agent.session.ConnectInput.Clock;
import org.moshpit.agent.session.ConnectInput.FingerprintAnswered;
import org.moshpit.agent.session.ConnectInput.IceReady;
import org.moshpit.agent.session.ConnectInput.KeysFound;
import org.moshpit.agent.session.ConnectInput.LinkDown;
import org.moshpit.agent.session.ConnectInput.LinkUp;
import org.moshpit.agent.session.ConnectInput.Offline;
import org.moshpit.agent.session.ConnectInput.QuotaExceeded;
import org.moshpit.agent.session.ConnectInput.RecordArrived;
import org.moshpit.agent.session.ConnectInput.Signed;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.seal.Opened;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealedLimits;

/**
 * The laptop, from the first thing it knows to the box's answer. Its inputs may come in any order
 * and at the same time; of a known box the statement is signed while the link is still being made,
 * so that the offer leaves right behind the login.
 *
 * <pre>
 * FINDING      → SIGNING       a box whose record may be believed, keys, and the clock are there
 * FINDING      → ASKING        the rendezvous has a record whose host key is new here, and there is
 *                              a key to offer
 * FINDING      → MISSING       the rendezvous has none
 * ASKING       → FINDING       the person trusts the fingerprint
 * SIGNING      → SIGNED        at least one key has signed
 * SIGNING      → FINDING       none has: the next keys
 * SIGNED       → OFFERED       link and local description are there
 * SIGNED       → SIGNING       it took so long that the statement has aged
 * OFFERED      → SIGNING       a challenge; a newer record
 * OFFERED      → FINDING       2 s of silence: the next keys; the link broke: a new offer of the same
 *                              order, never the same one twice, and not without end
 * OFFERED      → HANDING_OVER  admitted, with handover
 * HANDING_OVER → DONE          mosh-server has the port
 * any          → DONE          admitted, or failed for the reason given; without any key at once
 * </pre>
 *
 * One thread.
 */
public final class ConnectMachine implements Machine<ConnectInput, ConnectOutput>, AutoCloseable {
  /** How long silence is waited for, in nanoseconds. */
  public static final long SILENCE_NANOS = 2_000_000_000L;

  private static final long LOOKUP_NANOS = 5_000_000_000L;
  private static final long HANDOVER_NANOS = 70_000_000_000L;
  private static final long STATEMENT_MILLIS = 60_000;
  private static final long NOTEWORTHY_MILLIS = 120_000;
  private static final int RETRIES = 2;

  /** Offers made again because the link broke: whoever breaks links collects no more of them. */
  private static final int REPEATS = 4;

  private final ConnectRequest request;
  private final LongSupplier numbers;
  private final RandomGenerator random;
  private final BoxTrust trust;
  private final RecordInUse box;
  private final byte[] order = new byte[SealedLimits.ORDER];
  private final Queue<ConnectOutput> out = new ArrayDeque<>();

  private ConnectStep step = ConnectStep.FINDING;
  private boolean timed;
  private long deadline;
  private boolean clockKnown;
  private long offsetMillis;
  private boolean linkUp;
  private int rttMillis;
  private final Queue<KeyBatch> batches = new ArrayDeque<>();
  private boolean keysKnown;
  private boolean moreKeys;
  private boolean findingKeys;
  private KeyBatch batch;
  private IceReady local;
  private long lookup;
  private boolean lookingUp;
  private SignedBoxRecord stranger;
  private Attempt attempt;
  private boolean offeredOnce;
  private long firstOffer;
  private int repeats;
  private List<String> problems = List.of();
  private byte[] challenge = new byte[0];
  private int challenges;

  /**
   * A connect that has not begun.
   *
   * @param numbers gives exchange and lookup numbers, unique on the link
   * @param random for nonces and Noise: must be cryptographic
   */
  public ConnectMachine(ConnectRequest request, LongSupplier numbers, RandomGenerator random) {
    this.request = request;
    this.numbers = numbers;
    this.random = random;
    this.trust = new BoxTrust(request);
    this.box = new RecordInUse(request.known().flatMap(KnownBox::record));
    random.nextBytes(order);
  }

  @Override
  public void handle(long now, ConnectInput event) {
    if (step == ConnectStep.DONE) {
      return;
    }
    if (event instanceof Clock clock) {
      offsetMillis = clock.wallMillis() - now / 1_000_000;
      clockKnown = true;
    } else if (event instanceof KeysFound found) {
      batches.addAll(found.batches());
      keysKnown = true;
      moreKeys = found.more();
      findingKeys = false;
      if (batches.isEmpty() && !moreKeys && attempt == null) {
        // whoever the box is, nothing can come of it; so nobody is asked anything
        fail(ExitCode.USAGE, Sentences.noKeys());
      }
    } else if (event instanceof IceReady ready) {
      local = ready;
    } else if (event instanceof LinkUp up) {
      linkUp = true;
      rttMillis = up.rttMillis();
    } else if (event instanceof LinkDown) {
      linkDown();
    } else if (event instanceof RecordArrived arrived) {
      recordArrived(now, arrived);
    } else if (event instanceof FingerprintAnswered answered) {
      fingerprintAnswered(answered);
    } else if (event instanceof Signed signed) {
      signed(signed);
    } else if (event instanceof Answered answered) {
      answered(now, answered);
    } else if (event instanceof Offline offline) {
      if (isOfCurrentOffer(offline.exchange())) {
        String sentence = Sentences.offline(request.name(), offline.sinceMillis(), wallMillis(now));
        fail(ExitCode.NO_ANSWER, sentence);
      }
    } else if (event instanceof QuotaExceeded quota) {
      if (isOfCurrentOffer(quota.exchange())) {
        fail(ExitCode.RENDEZVOUS, Sentences.quota());
      }
    }
    advance(now);
  }

  private long wallMillis(long now) {
    return offsetMillis + now / 1_000_000;
  }

  /** Does whatever has become possible. */
  private void advance(long now) {
    if (step == ConnectStep.FINDING && clockKnown) {
      findBox(now);
    }
    if (step == ConnectStep.FINDING && stranger != null && keysKnown) {
      askFingerprint();
    }
    if (step == ConnectStep.FINDING && box.isThere() && keysKnown && !findingKeys) {
      findKeys(now);
    }
    if (step == ConnectStep.SIGNED && linkUp && local != null) {
      if (Math.abs(wallMillis(now) - attempt.said.timeMillis()) > STATEMENT_MILLIS) {
        begin(now, "the statement has aged");
      } else {
        offer(now);
      }
    }
  }

  // Whose door it is.

  private void findBox(long now) {
    if (box.isThere()) {
      return;
    }
    Optional<BoxTrust.Word> word = trust.remembered(wallMillis(now));
    if (word.isPresent()) {
      follow(word.get());
    } else if (linkUp && !lookingUp) {
      lookup = numbers.getAsLong();
      lookingUp = true;
      wait(now, LOOKUP_NANOS);
      out.add(new ConnectOutput.SendLookup(lookup, request.name()));
    }
  }

  private void recordArrived(long now, RecordArrived arrived) {
    if (step != ConnectStep.FINDING || !lookingUp || arrived.request() != lookup) {
      return;
    }
    timed = false;
    if (arrived.record().length == 0) {
      // As long as for a box that hears and says nothing: who asks learns no difference.
      move(ConnectStep.MISSING, "the rendezvous has no record");
      wait(now, SILENCE_NANOS);
      return;
    }
    follow(trust.judge(arrived.record(), wallMillis(now)));
  }

  private void follow(BoxTrust.Word word) {
    if (word instanceof BoxTrust.Word.Use use) {
      box.use(use.record());
      if (!trust.isKnown()) {
        keep();
      }
    } else if (word instanceof BoxTrust.Word.Ask ask) {
      stranger = ask.record();
    } else if (word instanceof BoxTrust.Word.Stop stop) {
      fail(stop.exit(), stop.sentence());
    }
  }

  private void askFingerprint() {
    box.use(stranger);
    stranger = null;
    move(ConnectStep.ASKING, "the host key is new here");
    out.add(new ConnectOutput.AskFingerprint(box.get()));
  }

  private void keep() {
    box.keep();
    remember(box.get());
  }

  private void remember(SignedBoxRecord record) {
    trust.trust(record);
    out.add(new ConnectOutput.Remember(record));
  }

  private void fingerprintAnswered(FingerprintAnswered answered) {
    if (step != ConnectStep.ASKING) {
      return;
    }
    if (answered.trusted()) {
      move(ConnectStep.FINDING, "the person trusts it");
      keep();
    } else {
      fail(ExitCode.FAILURE, Sentences.notTrusted(request.name()));
    }
  }

  // Signing and offering.

  private void begin(long now, String reason) {
    endAttempt();
    timed = false;
    if (offeredOnce && now - firstOffer > SealedLimits.ORDER_MILLIS * 1_000_000) {
      fail(ExitCode.NO_ANSWER, Sentences.tooLate(request.name()));
      return;
    }
    Optional<Attempt> begun =
        Attempt.begin(
            numbers.getAsLong(),
            request,
            box.get(),
            batch,
            order,
            challenge,
            wallMillis(now),
            random);
    if (begun.isEmpty()) {
      fail(ExitCode.FAILURE, Sentences.badRecord(request.name(), "its key is unusable"));
      return;
    }
    attempt = begun.get();
    move(ConnectStep.SIGNING, reason);
    out.add(new ConnectOutput.Sign(attempt.id, attempt.said.encode(), attempt.batch));
  }

  private void signed(Signed signed) {
    signed.problems().forEach(problem -> out.add(new ConnectOutput.Notice(problem)));
    if (step != ConnectStep.SIGNING || attempt.id != signed.id()) {
      return;
    }
    attempt.signatures = signed.keys();
    if (attempt.signatures.isEmpty()) {
      problems = signed.problems();
      nextKeys("no key of these signed");
    } else {
      move(ConnectStep.SIGNED, "signed");
    }
  }

  private void nextKeys(String reason) {
    endAttempt();
    timed = false;
    batch = null;
    challenge = new byte[0];
    move(ConnectStep.FINDING, reason);
  }

  /** Begins with the next keys, or looks for them, or gives up. */
  private void findKeys(long now) {
    if (batch == null) {
      batch = batches.poll();
    }
    if (batch != null) {
      begin(now, "box and keys are known");
    } else if (moreKeys) {
      findingKeys = true;
      out.add(new ConnectOutput.FindKeys());
    } else if (offeredOnce) {
      fail(ExitCode.NO_ANSWER, Sentences.noAnswer(request.name(), request.user()));
    } else if (problems.isEmpty()) {
      fail(ExitCode.USAGE, Sentences.noKeys());
    } else {
      fail(ExitCode.FAILURE, Sentences.noSignature(problems));
    }
  }

  private void offer(long now) {
    attempt.exchange = numbers.getAsLong();
    byte[] sealed = attempt.seal(request, local.ice(), rttMillis);
    if (!offeredOnce) {
      offeredOnce = true;
      firstOffer = now;
    }
    move(ConnectStep.OFFERED, "link and description are there");
    wait(now, SILENCE_NANOS);
    out.add(
        new ConnectOutput.SendOffer(
            attempt.exchange,
            request.name(),
            sealed,
            local.sockets(),
            box.get().record().serial()));
  }

  private void linkDown() {
    linkUp = false;
    if (lookingUp && step == ConnectStep.FINDING) {
      lookingUp = false;
      timed = false;
    }
    if (step == ConnectStep.OFFERED && ++repeats > REPEATS) {
      fail(ExitCode.RENDEZVOUS, Sentences.linkBreaks());
    } else if (step == ConnectStep.OFFERED) {
      endAttempt();
      timed = false;
      move(ConnectStep.FINDING, "the link broke");
    }
  }

  // Answers.

  private boolean isOfCurrentOffer(long exchange) {
    return step == ConnectStep.OFFERED && attempt.exchange == exchange;
  }

  private void answered(long now, Answered answered) {
    if (step == ConnectStep.HANDING_OVER && attempt.exchange == answered.exchange()) {
      handedOver(attempt.seal.openNext(answered.sealed()));
    } else if (isOfCurrentOffer(answered.exchange())) {
      if (RecordInUse.isReplaced(answered.sealed(), answered.record())) {
        recordReplaced(now, answered.record());
      } else {
        opened(now, answered);
      }
    }
  }

  private void recordReplaced(long now, byte[] record) {
    if (!box.mayBeReplaced()) {
      fail(
          ExitCode.FAILURE,
          Sentences.badRecord(request.name(), "the rendezvous keeps replacing it"));
      return;
    }
    follow(trust.judge(record, wallMillis(now)));
    if (step == ConnectStep.OFFERED) {
      begin(now, "the box has a newer record");
    }
  }

  private void opened(long now, Answered answered) {
    ResponderContent content =
        SealedAnswers.read(attempt.seal.open(answered.sealed())).orElse(null);
    if (content instanceof ResponderContent.Accepted accepted && isComplete(accepted)) {
      accepted(now, accepted, answered);
    } else if (content instanceof ResponderContent.Challenge given) {
      challenged(now, given);
    } else if (content instanceof ResponderContent.Refused refused) {
      refused(refused);
    } else {
      fail(ExitCode.FAILURE, Sentences.badAnswer(request.name()));
    }
  }

  private boolean isComplete(ResponderContent.Accepted accepted) {
    boolean keyNow = !request.request().handover() && !request.request().ping();
    return accepted.moshKey().isEmpty() != keyNow;
  }

  private void challenged(long now, ResponderContent.Challenge given) {
    long apart = Math.abs(wallMillis(now) - given.timeMillis());
    if (apart > NOTEWORTHY_MILLIS) {
      out.add(new ConnectOutput.Notice(Sentences.clocks(request.name(), apart)));
    }
    if (++challenges > RETRIES) {
      fail(
          ExitCode.FAILURE,
          request.name() + " does not take the offer for a fresh one; try again.");
      return;
    }
    challenge = given.nonce();
    begin(now, "challenged");
  }

  private void refused(ResponderContent.Refused refused) {
    fail(exitOf(refused.kind()), Sentences.refused(request.name(), refused.reason()));
  }

  private static ExitCode exitOf(Refusal kind) {
    return switch (kind) {
      case POLICY, SESSION_LIMIT -> ExitCode.REFUSED;
      case NO_MOSH_SERVER -> ExitCode.NO_MOSH;
      case NO_PORT, LOCALE, FAILURE -> ExitCode.FAILURE;
    };
  }

  private void accepted(long now, ResponderContent.Accepted accepted, Answered answered) {
    box.proven().ifPresent(this::remember);
    out.add(
        new ConnectOutput.Admitted(
            accepted.session(),
            accepted.secret(),
            accepted.moshKey(),
            accepted.port(),
            accepted.warning(),
            IceTranslation.fromSealed(accepted.ice()),
            answered.observed(),
            answered.relay(),
            accepted.startDelayMillis(),
            SshPublicKey.tryParse(accepted.key()).filter(key -> attempt.batch.keys().contains(key)),
            box.get()));
    if (request.request().handover()) {
      move(ConnectStep.HANDING_OVER, "admitted");
      wait(now, HANDOVER_NANOS);
    } else {
      finish("admitted");
    }
  }

  private void handedOver(Opened opened) {
    ResponderContent content = SealedAnswers.read(opened).orElse(null);
    if (content instanceof ResponderContent.Handover handover) {
      out.add(new ConnectOutput.HandedOver(handover.moshKey(), handover.address()));
      finish("the port was handed over");
    } else if (content instanceof ResponderContent.Refused refused) {
      refused(refused);
    } else {
      fail(ExitCode.FAILURE, Sentences.badAnswer(request.name()));
    }
  }

  // Time and the end.

  @Override
  public void handleTimeout(long now) {
    if (!timed || deadline - now > 0) {
      return;
    }
    timed = false;
    switch (step) {
      case FINDING -> fail(ExitCode.RENDEZVOUS, "the rendezvous does not answer; try again later.");
      case MISSING -> fail(ExitCode.NO_ANSWER, Sentences.noAnswer(request.name(), request.user()));
      case OFFERED -> {
        nextKeys("silence");
        advance(now);
      }
      case HANDING_OVER ->
          fail(ExitCode.NO_PATH, "the port could not be handed over; try without --handover.");
      default -> {
        // The other steps wait for this computer or its person, who may take their time.
      }
    }
  }

  private void wait(long now, long nanos) {
    timed = true;
    deadline = now + nanos;
  }

  private void fail(ExitCode exit, String sentence) {
    out.add(new ConnectOutput.Failed(exit, sentence));
    finish("failed");
  }

  private void finish(String reason) {
    move(ConnectStep.DONE, reason);
    timed = false;
    endAttempt();
  }

  private void endAttempt() {
    if (attempt != null) {
      attempt.seal.close();
    }
  }

  /** The one place where the step changes. */
  private void move(ConnectStep next, String reason) {
    step = next;
    out.add(new ConnectOutput.Moved(next, reason));
  }

  /** Never: offers go over the link. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public ConnectOutput pollEvent() {
    return out.poll();
  }

  @Override
  public long nextDeadline() {
    return timed ? deadline : NO_DEADLINE;
  }

  /** Destroys the keys; nothing is taken afterwards. */
  @Override
  public void close() {
    step = ConnectStep.DONE;
    timed = false;
    endAttempt();
  }
}
