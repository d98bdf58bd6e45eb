package org.moshpit.agent.session;

import static org.moshpit.agent.session.Fixtures.BOX_ICE;
import static org.moshpit.agent.session.Fixtures.HOST;
import static org.moshpit.agent.session.Fixtures.LAPTOP_ICE;
import static org.moshpit.agent.session.Fixtures.MOSH_KEY;
import static org.moshpit.agent.session.Fixtures.NAME;
import static org.moshpit.agent.session.Fixtures.REALM;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.WALL;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.moshpit.common.identity.Fingerprint;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.OfferedKey;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionRequest;
import org.moshpit.common.seal.SessionSecret;

/**
 * A laptop, a box, and between them a rendezvous that a test may bend: each machine's requests are
 * answered as a well-behaved edge would, at once.
 */
final class World {
  final TestKey ann = new TestKey();
  final Set<SshPublicKey> authorized = new HashSet<>(Set.of(ann.publicKey));
  final Map<SshPublicKey, TestKey> agent = new HashMap<>(Map.of(ann.publicKey, ann));
  final SealKey noise = Fixtures.sealKey(0x70);
  final SignedBoxRecord record = Fixtures.record(HOST, noise.publicKey(), 4);
  AdmissionMachine box = newBox(noise);

  /** What the rendezvous does; identity unless a test says otherwise. */
  UnaryOperator<ConnectInput.Answered> bendAnswer = answer -> answer;

  UnaryOperator<ControlInput.Answered> bendControl = answer -> answer;

  /** What it answers to a lookup. */
  byte[] published = record.encode();

  /** Whether the box hears offers. */
  boolean boxOnline = true;

  Optional<AdmissionInput.PolicyRefused> policy = Optional.empty();
  boolean trusts = true;

  long now = 1000 * SECOND;
  long laptopAhead;
  ConnectMachine laptop;
  ControlMachine control;
  SessionId session;

  final List<ConnectOutput> laptopSaid = new ArrayList<>();
  final List<ControlOutput> controlSaid = new ArrayList<>();
  final List<AdmissionOutput> boxSaid = new ArrayList<>();
  final List<AdmissionInput.Offered> delivered = new ArrayList<>();
  final Deque<Runnable> later = new ArrayDeque<>();
  private long numbers;
  private int exchanges;

  World() {
    startBox(600);
  }

  AdmissionMachine newBox(SealKey key) {
    return new AdmissionMachine(
        new BoxIdentity(REALM, NAME, HOST.publicKey, key),
        AdmissionLimits.of(8, 8),
        SignatureCheck.SSHSIG,
        Fixtures.random(3));
  }

  /** Tells the box the time, as if it had run for so long. */
  void startBox(long secondsAgo) {
    box.handle(now - secondsAgo * SECOND, new AdmissionInput.Clock(wall() - secondsAgo * 1000));
  }

  long wall() {
    return WALL + now / 1_000_000;
  }

  long number() {
    return ++numbers;
  }

  ConnectRequest request(SessionRequest what, Optional<KnownBox> known) {
    return new ConnectRequest(REALM, NAME, "ann", what, known, Optional.empty());
  }

  ConnectRequest expecting(Fingerprint fingerprint) {
    return new ConnectRequest(
        REALM, NAME, "ann", Fixtures.SHELL, Optional.empty(), Optional.of(fingerprint));
  }

  void start(ConnectRequest request) {
    laptop = new ConnectMachine(request, this::number, Fixtures.random(5));
    tell(new ConnectInput.Clock(wall() + laptopAhead));
  }

  /** Everything a laptop finds out by itself, the link last. */
  void connect(ConnectRequest request, KeyBatch... batches) {
    start(request);
    tell(new ConnectInput.KeysFound(List.of(batches)));
    tell(new ConnectInput.IceReady(LAPTOP_ICE, List.of(9L)));
    tell(new ConnectInput.LinkUp(40));
  }

  void connectKnown() {
    connect(
        request(Fixtures.SHELL, Optional.of(KnownBox.of(record))),
        new KeyBatch(List.of(ann.publicKey), false));
  }

  void tell(ConnectInput event) {
    laptop.handle(now, event);
    settle();
  }

  void tell(ControlInput event) {
    control.handle(now, event);
    settle();
  }

  void tell(AdmissionInput event) {
    box.handle(now, event);
    settle();
  }

  /** Lets the laptop's next deadline pass. */
  void timeOut() {
    now = laptop.nextDeadline();
    laptop.handleTimeout(now);
    settle();
  }

  void timeOutControl() {
    now = control.nextDeadline();
    control.handleTimeout(now);
    settle();
  }

  ConnectOutput.Failed failure() {
    return Fixtures.only(ConnectOutput.Failed.class, laptopSaid);
  }

  ConnectOutput.Admitted admitted() {
    return Fixtures.only(ConnectOutput.Admitted.class, laptopSaid);
  }

  /** Takes the session over into a control machine. */
  void control() {
    ConnectOutput.Admitted admitted = admitted();
    session = admitted.session();
    control =
        new ControlMachine(
            REALM,
            admitted.box(),
            session,
            SessionSecret.of(admitted.secret()),
            0,
            wall(),
            now,
            this::number,
            Fixtures.random(6));
    tell(new ControlInput.LinkUp(40));
    tell(new ControlInput.Described(LAPTOP_ICE, List.of(9L)));
  }

  void settle() {
    boolean busy = true;
    while (busy) {
      boolean laptopBusy = pumpLaptop();
      boolean controlBusy = pumpControl();
      boolean boxBusy = pumpBox();
      busy = laptopBusy || controlBusy || boxBusy;
      Runnable next = later.poll();
      if (next != null) {
        next.run();
        busy = true;
      }
    }
  }

  private boolean pumpLaptop() {
    ConnectOutput said = laptop == null ? null : laptop.pollEvent();
    if (said == null) {
      return false;
    }
    laptopSaid.add(said);
    if (said instanceof ConnectOutput.SendLookup lookup) {
      later.add(
          () -> laptop.handle(now, new ConnectInput.RecordArrived(lookup.request(), published)));
    } else if (said instanceof ConnectOutput.AskFingerprint) {
      later.add(() -> laptop.handle(now, new ConnectInput.FingerprintAnswered(trusts)));
    } else if (said instanceof ConnectOutput.Sign sign) {
      later.add(() -> laptop.handle(now, signed(sign)));
    } else if (said instanceof ConnectOutput.SendOffer offer && boxOnline) {
      deliver(offer.exchange(), offer.sealed(), offer.recordSerial(), Optional.empty(), "connect");
    }
    return true;
  }

  private ConnectInput.Signed signed(ConnectOutput.Sign sign) {
    List<OfferedKey> keys = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (SshPublicKey key : sign.batch().keys()) {
      if (agent.containsKey(key)) {
        keys.add(agent.get(key).offer(sign.statement()));
      } else {
        problems.add("no private key for " + key.fingerprint());
      }
    }
    return new ConnectInput.Signed(sign.id(), keys, problems);
  }

  private boolean pumpControl() {
    ControlOutput said = control == null ? null : control.pollEvent();
    if (said == null) {
      return false;
    }
    controlSaid.add(said);
    if (said instanceof ControlOutput.PersistCounter persist) {
      later.add(() -> control.handle(now, new ControlInput.CounterPersisted(persist.counter())));
    } else if (said instanceof ControlOutput.SendControl send && boxOnline) {
      deliver(
          send.exchange(),
          send.sealed(),
          send.recordSerial(),
          Optional.of(send.session()),
          "control");
    }
    return true;
  }

  /** The rendezvous: hands on, or says that the record has been replaced. */
  private void deliver(
      long exchange, byte[] sealed, long serial, Optional<SessionId> about, String kind) {
    if (serial != publishedSerial()) {
      later.add(() -> answer(kind, exchange, new byte[0], 0, published));
      return;
    }
    AdmissionInput.Offered offered =
        new AdmissionInput.Offered(
            kind + " " + exchange + " " + ++exchanges,
            "den",
            Door.LINK_KEY,
            sealed,
            Door.OBSERVED,
            about,
            3);
    delivered.add(offered);
    later.add(() -> box.handle(now, offered));
  }

  private long publishedSerial() {
    try {
      return SignedBoxRecord.parse(published).record().serial();
    } catch (SshFormatException e) {
      return 4;
    }
  }

  private void answer(String kind, long exchange, byte[] sealed, int relay, byte[] fresh) {
    List<ObservedSocket> seen =
        sealed.length == 0
            ? List.of()
            : List.of(new ObservedSocket(5, TransportAddress.parse("198.51.100.9:60002")));
    if (kind.equals("connect")) {
      laptop.handle(
          now, bendAnswer.apply(new ConnectInput.Answered(exchange, sealed, seen, relay, fresh)));
    } else {
      control.handle(
          now, bendControl.apply(new ControlInput.Answered(exchange, sealed, seen, relay, fresh)));
    }
  }

  private boolean pumpBox() {
    AdmissionOutput said = box.pollEvent();
    if (said == null) {
      return false;
    }
    boxSaid.add(said);
    if (said instanceof AdmissionOutput.CheckListed check) {
      List<SshPublicKey> listed = check.keys().stream().filter(authorized::contains).toList();
      later.add(() -> box.handle(now, new AdmissionInput.KeysListed(check.id(), listed)));
    } else if (said instanceof AdmissionOutput.DecidePolicy decide) {
      later.add(
          () ->
              box.handle(
                  now,
                  policy
                      .<AdmissionInput>map(
                          p -> new AdmissionInput.PolicyRefused(decide.id(), p.kind(), p.reason()))
                      .orElse(new AdmissionInput.PolicyAllowed(decide.id()))));
    } else if (said instanceof AdmissionOutput.OpenSession open) {
      later.add(() -> open(open));
    } else if (said instanceof AdmissionOutput.PersistCounter persist) {
      later.add(() -> box.handle(now, new AdmissionInput.CounterPersisted(persist.id())));
    } else if (said instanceof AdmissionOutput.ControlRequested asked) {
      later.add(() -> carryOut(asked));
    } else if (said instanceof AdmissionOutput.SendAnswer answer) {
      String[] words = answer.exchange().split(" ", -1);
      later.add(
          () ->
              answer(
                  words[0],
                  Long.parseLong(words[1]),
                  answer.sealed(),
                  answer.admitted() ? 3 : 0,
                  new byte[0]));
    }
    return true;
  }

  private void open(AdmissionOutput.OpenSession open) {
    box.handle(now, new AdmissionInput.SocketReady(open.id(), BOX_ICE, 60002, List.of(5L), 30));
    if (!open.request().ping()) {
      Optional<TransportAddress> handedOver =
          open.request().handover()
              ? Optional.of(TransportAddress.parse("198.51.100.9:60002"))
              : Optional.empty();
      box.handle(now, new AdmissionInput.ServerStarted(open.id(), MOSH_KEY, "", handedOver));
    }
  }

  private void carryOut(AdmissionOutput.ControlRequested asked) {
    box.handle(
        now,
        new AdmissionInput.ControlDone(
            asked.id(), asked.peer().map(peer -> BOX_ICE), List.of(5L), 15, asked.end()));
    if (asked.end()) {
      box.handle(now, new AdmissionInput.SessionEnded(asked.session(), "ended"));
    }
  }

  static AdmissionInput.PolicyRefused refusing(Refusal kind, String reason) {
    return new AdmissionInput.PolicyRefused(0, kind, reason);
  }
}
