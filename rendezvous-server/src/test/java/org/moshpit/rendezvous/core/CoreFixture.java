package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.core.CoreCommand.Noted;
import org.moshpit.rendezvous.core.CoreCommand.Persist;
import org.moshpit.rendezvous.core.CoreCommand.Send;

/** A core on fake time, with agents that hold real link keys. */
final class CoreFixture {
  static final SpkiPin PRESENTED = SpkiPin.ofHash(new byte[32]);
  static final long START_MILLIS = 1_700_000_000_000L;
  static final Bytes REALM = Bytes.of(new byte[32]);
  static final Bytes GOOD_NONCE = Bytes.ofHex("600d");

  final List<RegistryChange> persisted = new ArrayList<>();
  final List<Noted> noted = new ArrayList<>();
  private final Map<LinkId, Bytes> nonces = new HashMap<>();
  private final Map<String, LinkKey> keys = new HashMap<>();
  private RendezvousCore core;
  private long now = -5_000_000_000L; // Monotonic time may be negative.
  private long links;

  /** Whether agents that log in from now on know relay cookies. */
  boolean cookies;

  CoreFixture() {
    this(RegistrySnapshot.empty(REALM), CoreLimits.DEFAULT);
  }

  CoreFixture(RegistrySnapshot snapshot, CoreLimits limits) {
    start(snapshot, limits);
  }

  /** Starts a core, as a restarted process would. */
  void start(RegistrySnapshot snapshot, CoreLimits limits) {
    core =
        new RendezvousCore(
            new CoreConfig(List.of(new StunServer(Bytes.EMPTY, 3478)), "pit.example", limits),
            snapshot,
            (agent, socket, observed, nonce, now) -> nonce.equals(GOOD_NONCE),
            CoreFixture::serial,
            new Random(7));
    nonces.clear();
    drain();
    run(new CoreInput.WallClock(wall()));
  }

  /** In these tests a record is its serial in one byte; 0xff is no record. */
  private static OptionalLong serial(Bytes record, String name, Bytes realm) {
    int first = record.toArray()[0] & 0xff;
    return first == 0xff ? OptionalLong.empty() : OptionalLong.of(first);
  }

  long wall() {
    return START_MILLIS + (now + 5_000_000_000L) / 1_000_000;
  }

  /** Everything the core wants done after this input, notes and non-durable changes apart. */
  List<CoreCommand> run(CoreInput input) {
    core.handle(now, input);
    return drain();
  }

  List<CoreCommand> say(LinkId link, AgentFrame frame) {
    return run(new CoreInput.Said(link, frame));
  }

  /** Runs an input and asserts exactly these commands, notes apart. */
  void assertCommands(CoreInput input, CoreCommand... expected) {
    assertThat(run(input)).containsExactly(expected);
  }

  void assertCommands(LinkId link, AgentFrame frame, CoreCommand... expected) {
    assertCommands(new CoreInput.Said(link, frame), expected);
  }

  /** Lets time pass, stopping at every deadline. */
  List<CoreCommand> pass(Duration time) {
    List<CoreCommand> all = new ArrayList<>();
    long end = now + time.toNanos();
    while (core.nextDeadline() != Long.MAX_VALUE && core.nextDeadline() - end <= 0) {
      now = core.nextDeadline();
      core.handleTimeout(now);
      all.addAll(drain());
    }
    now = end;
    return all;
  }

  private List<CoreCommand> drain() {
    List<CoreCommand> commands = new ArrayList<>();
    for (CoreCommand c = core.pollEvent(); c != null; c = core.pollEvent()) {
      if (c instanceof Noted note) {
        noted.add(note);
      } else if (c instanceof Persist persist) {
        persisted.add(persist.change());
        if (persist.change().durable()) {
          commands.add(c);
        }
      } else {
        commands.add(c);
        if (c instanceof Send send && send.frame() instanceof RendezvousFrame.Hello hello) {
          nonces.put(send.link(), hello.nonce());
        }
      }
    }
    return commands;
  }

  LinkId connect() {
    LinkId link = new LinkId(++links);
    run(new CoreInput.Connected(link, PRESENTED));
    return link;
  }

  LinkKey key(String name) {
    return keys.computeIfAbsent(name, n -> LinkKey.generate(new SecureRandom()));
  }

  Bytes rawKey(String name) {
    return Bytes.of(key(name).publicKey());
  }

  void forgetKey(String name) {
    keys.remove(name);
  }

  AgentFrame.Login login(LinkId link, String name, AgentFrame.Mode mode) {
    return login(nonces.get(link), Bytes.EMPTY, name, mode);
  }

  /** With the nonce of an earlier welcome. */
  AgentFrame.Login returning(Bytes nonce, String name) {
    return returning(nonce, name, AgentFrame.Mode.VISITOR);
  }

  AgentFrame.Login returning(Bytes nonce, String name, AgentFrame.Mode mode) {
    return login(nonce, nonce, name, mode);
  }

  private AgentFrame.Login login(
      Bytes signed, Bytes returnNonce, String name, AgentFrame.Mode mode) {
    byte[] bytes = LinkProof.bytes(LinkProof.Purpose.LOGIN, signed.toArray(), PRESENTED, name);
    return new AgentFrame.Login(
        1, name, rawKey(name), Bytes.of(key(name).sign(bytes)), mode, returnNonce, cookies);
  }

  /** The key is that of {@code keyOf}, the name in the frame may be another or empty. */
  AgentFrame.Enroll enroll(LinkId link, String keyOf, String name, Bytes token) {
    byte[] bytes =
        LinkProof.bytes(LinkProof.Purpose.ENROLL, nonces.get(link).toArray(), PRESENTED, name);
    return new AgentFrame.Enroll(1, name, rawKey(keyOf), Bytes.of(key(keyOf).sign(bytes)), token);
  }

  Bytes invite(String name, Role role, int uses, Duration expires, String... sees) {
    return find(
            run(new CoreInput.InviteAsked(1, name, role, Set.of(sees), uses, expires.toMillis())),
            CoreCommand.Invited.class)
        .token();
  }

  /** Enrolls with a fresh invite. */
  void enrolled(String name, Role role, String... sees) {
    Bytes token = invite(name, role, 1, Duration.ofHours(1), sees);
    LinkId link = connect();
    find(say(link, enroll(link, name, name, token)), RendezvousFrame.Enrolled.class);
    run(new CoreInput.Disconnected(link, "done"));
  }

  LinkId box(String name) {
    return loggedIn(name, AgentFrame.Mode.BOX);
  }

  LinkId laptop(String name) {
    return loggedIn(name, AgentFrame.Mode.VISITOR);
  }

  private LinkId loggedIn(String name, AgentFrame.Mode mode) {
    LinkId link = connect();
    find(say(link, login(link, name, mode)), RendezvousFrame.Welcome.class);
    return link;
  }

  static Bytes bytes(int length, int first) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) first;
    return Bytes.of(bytes);
  }

  static Bytes socket(int n) {
    return Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) n});
  }

  static Bytes session(int n) {
    byte[] id = new byte[16];
    id[15] = (byte) n;
    return Bytes.of(id);
  }

  static TransportAddress address(String text) {
    return TransportAddress.parse(text);
  }

  static AgentFrame.Claim claim(int socket, String address) {
    return new AgentFrame.Claim(socket(socket), GOOD_NONCE, false, address(address));
  }

  static AgentFrame.Offer offer(long exchange, String name, int... sockets) {
    List<Bytes> ids = new ArrayList<>();
    for (int socket : sockets) {
      ids.add(socket(socket));
    }
    return new AgentFrame.Offer(exchange, name, Bytes.ofHex("5ea1"), ids, 0, Bytes.EMPTY);
  }

  static AgentFrame.Answer admitted(Bytes exchange, int session, int... sockets) {
    List<Bytes> ids = new ArrayList<>();
    for (int socket : sockets) {
      ids.add(socket(socket));
    }
    return new AgentFrame.Answer(exchange, Bytes.ofHex("a125"), ids, true, session(session));
  }

  /** The one command, or the one frame, of this type. */
  static <T> T find(List<CoreCommand> commands, Class<T> type) {
    List<T> found = new ArrayList<>();
    for (CoreCommand command : commands) {
      Object value =
          command instanceof Send send && !type.isInstance(command) ? send.frame() : command;
      if (type.isInstance(value)) {
        found.add(type.cast(value));
      }
    }
    assertThat(found).as("%s in %s", type.getSimpleName(), commands).hasSize(1);
    return found.get(0);
  }

  static Send send(LinkId link, RendezvousFrame frame) {
    return new Send(link, frame);
  }

  /** The code of the one refusal on a link, which must be followed by closing it. */
  static RefusalCode refusal(List<CoreCommand> commands, LinkId link) {
    RendezvousFrame.Refused refused = find(commands, RendezvousFrame.Refused.class);
    assertThat(commands).containsSubsequence(send(link, refused), new CoreCommand.Close(link));
    assertThat(refused.detail()).matches("[A-Z'][^\\n]*[.]");
    return refused.code();
  }
}
