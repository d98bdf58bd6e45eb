package org.moshpit.deploy.nat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.moshpit.deploy.nat.SimulatedNatsTest.Kind;

/**
 * Where the simulation's NATs are not the kernel's, and why that is let be.
 *
 * @param kinds that differ
 * @param question of {@link NatQuestions}
 * @param simulated the simulation's answer
 * @param kernel the kernel's
 */
record KnownDifference(
    Set<Kind> kinds, String question, String simulated, String kernel, String why) {
  static final List<KnownDifference> ALL =
      List.of(
          new KnownDifference(
              EnumSet.complementOf(EnumSet.of(Kind.NONE, Kind.UDP_BLOCKED)),
              "time: a flow both ways lives longer",
              "no",
              "yes",
              "connection tracking has two lifetimes, the simulation the shorter one: the harder case"),
          new KnownDifference(
              EnumSet.of(Kind.EIF, Kind.EIF_OPEN),
              "time: a stranger that got in refreshes the filter for others",
              "yes",
              "no",
              "the lab's rules remember what goes out only; RFC 4787 REQ-6 allows either"),
          new KnownDifference(
              EnumSet.of(Kind.SEQUENTIAL_OPEN),
              "early packet to the next port: its sender sees",
              "the one after",
              "nothing",
              "the lab's rule has the next port in mind and no other, so that the packet is dropped"));

  String told() {
    return told(simulated, kernel);
  }

  static String told(String simulated, String kernel) {
    return "simulated " + simulated + ", in the kernel " + kernel;
  }
}
