package org.moshpit.deploy.documents;

import java.util.List;

/**
 * A command of the repository's own that is run on this machine, in small where it takes minutes.
 *
 * <p>Not run in full: the benches, with the smallest arguments they have. Not run at all: {@code
 * page-screenshots}, which needs a browser, and {@code roaming}, which runs {@code RoamingTest} for
 * six minutes at least: the shell only reads these scripts; {@code packaged}, which takes a minute,
 * and {@code deploy/test --long}: only their arguments are read.
 *
 * @param at the line of Java it stands on
 * @param command as the documents have it
 * @param really what is run
 * @param exit its exit code
 * @param says a pattern of what it prints
 */
record Rehearsal(String at, String command, String really, int exit, String says) {
  static List<Rehearsal> all() {
    return List.of(
        of(
            "deploy/demo --client cgnat --server home+cgnat -- uname -a",
            "deploy/demo --client cgnat --server home+cgnat -- uname -a",
            "Linux box .*\npath: (direct|relay: ).*"),
        of(
            "deploy/packages/security",
            "deploy/packages/security",
            "moshpit-rendezvous.service +\\d.*moshpit-agent.service +\\d"),
        of(
            "deploy/bench/nat-table --seeds 200",
            "deploy/bench/nat-table --seeds 1",
            "1 connects of each pair.*Invariants held in"),
        of(
            "deploy/bench/hundred-sessions",
            "deploy/bench/hundred-sessions --sessions 2",
            "answered 2 of 2"),
        of(
            "deploy/bench/time-to-shell",
            "deploy/bench/time-to-shell --runs 1 --settle 0",
            "ratio \\d\\.\\d\\d"),
        of("deploy/bench/nat-pairs", "deploy/bench/nat-pairs --kinds home", "\\| home +\\| +\\d"),
        new Rehearsal(
            Claim.caller(),
            "deploy/bench/packaged",
            "deploy/bench/packaged --runs",
            2,
            "usage: deploy/bench/packaged \\[--runs VALUE\\]"),
        of("deploy/bench/page-screenshots", "sh -n deploy/bench/page-screenshots", ""),
        of("deploy/bench/moves", "bash -n deploy/bench/moves", ""),
        of("deploy/bench/roaming", "bash -n deploy/bench/roaming", ""),
        new Rehearsal(
            Claim.caller(),
            "deploy/test --long",
            "deploy/test --long --seed",
            2,
            "usage: deploy/test \\[--long\\]"));
  }

  private static Rehearsal of(String command, String really, String says) {
    return new Rehearsal(Claim.caller(), command, really, 0, says);
  }
}
