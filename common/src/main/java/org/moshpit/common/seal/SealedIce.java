package org.moshpit.common.seal;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.Checked.Malformed;
import org.moshpit.common.seal.proto.Candidate;
import org.moshpit.common.seal.proto.IceDescription;

/**
 * What one side tells the other of its checks.
 *
 * @param ufrag 4–32 characters of ice-char (RFC 8839 §5.4)
 * @param pwd 22–64 of the same
 * @param candidates at most {@link SealedLimits#CANDIDATES}
 * @param generation grows with every restart of the checks, 0 or more
 */
public record SealedIce(
    String ufrag, String pwd, List<SealedCandidate> candidates, int generation) {
  private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4,32}");
  private static final Pattern PWD = Pattern.compile("[A-Za-z0-9+/]{22,64}");

  /** Copies the list; a value out of range is the caller's bug. */
  public SealedIce {
    candidates = List.copyOf(candidates);
    if (!UFRAG.matcher(ufrag).matches()
        || !PWD.matcher(pwd).matches()
        || candidates.size() > SealedLimits.CANDIDATES
        || generation < 0) {
      throw new IllegalArgumentException("ICE description out of range");
    }
  }

  static SealedIce read(IceDescription ice) throws Malformed {
    Bounds.matching(ice.getUfrag(), UFRAG, "ufrag");
    Bounds.matching(ice.getPwd(), PWD, "pwd");
    Bounds.require(ice.getCandidateCount() <= SealedLimits.CANDIDATES, "candidates");
    Bounds.require(ice.getGeneration() >= 0, "generation");
    List<SealedCandidate> candidates = new ArrayList<>();
    for (Candidate candidate : ice.getCandidateList()) {
      read(candidate).ifPresent(candidates::add);
    }
    return new SealedIce(ice.getUfrag(), ice.getPwd(), candidates, ice.getGeneration());
  }

  /** Nothing for a type of a later version: the others still serve. */
  private static Optional<SealedCandidate> read(Candidate candidate) throws Malformed {
    byte[] ip = candidate.getIp().toByteArray();
    int port = candidate.getPort();
    Bounds.require(ip.length == 4 || ip.length == 16, "candidate address");
    Bounds.require(port > 0 && port <= 65535, "candidate port");
    Bounds.require(candidate.getPriority() > 0, "candidate priority");
    Bounds.matching(candidate.getFoundation(), SealedCandidate.FOUNDATION, "foundation");
    return SealedCandidate.Type.of(candidate.getType())
        .map(
            type ->
                new SealedCandidate(
                    type,
                    TransportAddress.of(ip, port),
                    candidate.getPriority(),
                    candidate.getFoundation()));
  }

  IceDescription write() {
    IceDescription.Builder ice =
        IceDescription.newBuilder().setUfrag(ufrag).setPwd(pwd).setGeneration(generation);
    for (SealedCandidate candidate : candidates) {
      ice.addCandidate(
          Candidate.newBuilder()
              .setType(candidate.type().wire())
              .setIp(ByteString.copyFrom(candidate.address().ip().getAddress()))
              .setPort(candidate.address().port())
              .setPriority(candidate.priority())
              .setFoundation(candidate.foundation()));
    }
    return ice.build();
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ICE " + ufrag + " generation " + generation + " " + candidates;
  }
}
