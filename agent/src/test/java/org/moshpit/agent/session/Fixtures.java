package org.moshpit.agent.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshSignature;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.seal.SessionRequest;

/** Names and numbers the tests of this package share. */
final class Fixtures {
  static final long SECOND = 1_000_000_000L;
  static final long WALL = 1_767_225_600_000L;
  static final String NAME = "attic";
  static final byte[] REALM = filled(32, 0x11);
  static final TestKey HOST = new TestKey();
  static final IceDescription LAPTOP_ICE = ice("lapt", "192.0.2.7:60001", 1);
  static final IceDescription BOX_ICE = ice("boxx", "198.51.100.9:60002", 4);
  static final String MOSH_KEY = "abcdefghijklmnopqrstuv";
  static final SessionRequest SHELL =
      new SessionRequest(List.of(), List.of(), 256, "", false, false);
  static final SessionRequest PING = new SessionRequest(List.of(), List.of(), 0, "", false, true);
  static final SessionRequest HANDOVER =
      new SessionRequest(List.of(), List.of(), 0, "", true, false);

  private Fixtures() {}

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static IceDescription ice(String ufrag, String address, int generation) {
    return new IceDescription(
        ufrag,
        "passwordpasswordpassword",
        List.of(
            new Candidate(CandidateType.HOST, TransportAddress.parse(address), 2130706431L, "1")),
        generation);
  }

  static SealKey sealKey(int seed) {
    return SealKey.of(filled(32, seed));
  }

  static SignedBoxRecord record(TestKey host, byte[] noiseKey, long serial) {
    return record(
        host, new BoxRecord(REALM, NAME, noiseKey, serial, WALL / 1000 + 1_000_000, 1, 1));
  }

  static SignedBoxRecord record(TestKey host, BoxRecord record) {
    try {
      byte[] signature = host.sign(BoxRecord.NAMESPACE, record.encode());
      return new SignedBoxRecord(record, host.publicKey, SshSignature.parse(signature));
    } catch (SshFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  static <O> List<O> drain(Machine<?, O> machine) {
    List<O> events = new ArrayList<>();
    for (O event = machine.pollEvent(); event != null; event = machine.pollEvent()) {
      events.add(event);
    }
    return events;
  }

  /** The only event of its kind. */
  static <T> T only(Class<T> kind, List<?> events) {
    List<T> found = events.stream().filter(kind::isInstance).map(kind::cast).toList();
    if (found.size() != 1) {
      throw new AssertionError("wanted one " + kind.getSimpleName() + " in " + events);
    }
    return found.get(0);
  }

  static boolean none(Class<?> kind, List<?> events) {
    return events.stream().noneMatch(kind::isInstance);
  }

  static Random random(int seed) {
    return new Random(seed);
  }
}
