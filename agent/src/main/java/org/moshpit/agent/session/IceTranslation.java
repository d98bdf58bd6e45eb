package org.moshpit.agent.session;

import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.seal.SealedCandidate;
import org.moshpit.common.seal.SealedIce;

/** Between the description the path machine knows and the one that travels sealed. */
final class IceTranslation {
  private IceTranslation() {}

  static SealedIce toSealed(IceDescription ice) {
    return new SealedIce(
        ice.ufrag(),
        ice.pwd(),
        ice.candidates().stream().map(IceTranslation::toSealed).toList(),
        ice.generation());
  }

  private static SealedCandidate toSealed(Candidate candidate) {
    return new SealedCandidate(
        SealedCandidate.Type.valueOf(candidate.type().name()),
        candidate.address(),
        Math.toIntExact(candidate.priority()),
        candidate.foundation());
  }

  static IceDescription fromSealed(SealedIce ice) {
    return new IceDescription(
        ice.ufrag(),
        ice.pwd(),
        ice.candidates().stream().map(IceTranslation::fromSealed).toList(),
        ice.generation());
  }

  private static Candidate fromSealed(SealedCandidate candidate) {
    return new Candidate(
        CandidateType.valueOf(candidate.type().name()),
        candidate.address(),
        candidate.priority(),
        candidate.foundation());
  }
}
