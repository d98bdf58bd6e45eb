package org.moshpit.agent.session;

import java.util.function.LongSupplier;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;

/** Both ends of an open session's control, for simulations that drive them. */
public final class ControlPair {
  /** Whose session it is, to the rendezvous. */
  public static final String LAPTOP = "den";

  /** The laptop's link key, as the rendezvous names it. */
  public static final String LINK_KEY = Door.LINK_KEY;

  private static final int SESSIONS = 8;
  private static final byte SECRET = 0x5e;

  private final SessionId session = new SessionId("0123456789abcdef0123456789abcdef");
  private final ControlMachine laptop;
  private final AdmissionMachine box;

  /**
   * As after the first answer.
   *
   * @param laptopNow the laptop's monotonic time
   * @param boxNow the box's
   * @param numbers of exchanges
   * @param seed of everything random
   */
  public ControlPair(long laptopNow, long boxNow, LongSupplier numbers, int seed) {
    SealKey key = Fixtures.sealKey(0x70);
    laptop =
        new ControlMachine(
            Fixtures.REALM,
            Fixtures.record(Fixtures.HOST, key.publicKey(), 4),
            session,
            SessionSecret.of(Fixtures.filled(32, SECRET)),
            0,
            Fixtures.WALL,
            laptopNow,
            numbers,
            Fixtures.random(seed));
    box =
        new AdmissionMachine(
            new BoxIdentity(Fixtures.REALM, Fixtures.NAME, Fixtures.HOST.publicKey, key),
            AdmissionLimits.of(SESSIONS, SESSIONS),
            SignatureCheck.SSHSIG,
            Fixtures.random(seed + 1));
    box.handle(boxNow, new AdmissionInput.Clock(Fixtures.WALL));
    box.handle(
        boxNow,
        new AdmissionInput.SessionRestored(
            session, "ann", SessionSecret.of(Fixtures.filled(32, SECRET)), 0));
  }

  public SessionId session() {
    return session;
  }

  public ControlMachine laptop() {
    return laptop;
  }

  public AdmissionMachine box() {
    return box;
  }
}
