package org.moshpit.agent.punch;

import java.util.List;
import java.util.stream.Collectors;
import org.moshpit.common.sansio.TransportAddress;

/** Says to a person why no pair came out of a generation. */
final class FailureReason {
  private static final int SHOWN = 4;

  private FailureReason() {}

  static String of(Checklist checklist, RemoteCandidates remotes, boolean heardPeer) {
    if (remotes.all().isEmpty()) {
      return "the peer has no address that could be tried";
    }
    if (checklist.pairs().isEmpty()) {
      return "no address of the peer is of a kind this end has: " + addresses(remotes);
    }
    if (checklist.pairs().stream().anyMatch(pair -> pair.valid)) {
      return "the peer answers but has not chosen a path";
    }
    if (heardPeer) {
      return "the peer's checks arrive, but nothing comes back from " + addresses(remotes);
    }
    return "no answer from any of the peer's addresses: " + addresses(remotes);
  }

  private static String addresses(RemoteCandidates remotes) {
    List<TransportAddress> all = remotes.all().stream().map(RemoteCandidate::address).toList();
    String shown =
        all.stream().limit(SHOWN).map(TransportAddress::toString).collect(Collectors.joining(", "));
    return all.size() > SHOWN ? shown + " and " + (all.size() - SHOWN) + " more" : shown;
  }
}
