package org.moshpit.common.seal;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.proto.CandidateType;

/**
 * A candidate as it travels (RFC 8445 §5.1).
 *
 * @param type how it was found
 * @param address where, port 1–65535
 * @param priority 1 to 2^31 − 1
 * @param foundation 1–32 characters of RFC 8839 §5.1's ice-char
 */
public record SealedCandidate(
    Type type, TransportAddress address, int priority, String foundation) {
  /** How a candidate was found. */
  public enum Type {
    HOST(CandidateType.HOST),
    SERVER_REFLEXIVE(CandidateType.SERVER_REFLEXIVE),
    PEER_REFLEXIVE(CandidateType.PEER_REFLEXIVE),
    RELAYED(CandidateType.RELAYED);

    private final CandidateType wire;

    Type(CandidateType wire) {
      this.wire = wire;
    }

    CandidateType wire() {
      return wire;
    }

    /** Nothing for a type of a later version. */
    static Optional<Type> of(CandidateType wire) {
      return Arrays.stream(values()).filter(type -> type.wire == wire).findFirst();
    }
  }

  static final Pattern FOUNDATION = Pattern.compile("[A-Za-z0-9+/]{1,32}");

  /** Checks the ranges; a value outside is the caller's bug. */
  public SealedCandidate {
    if (address.port() == 0 || priority < 1 || !FOUNDATION.matcher(foundation).matches()) {
      throw new IllegalArgumentException("candidate out of range");
    }
  }
}
