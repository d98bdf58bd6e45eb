package org.moshpit.agent.cli.laptop;

import org.moshpit.agent.path.PathSnapshot;

/**
 * What is known of the end of a session at the laptop: whether the box has ended it, and how path
 * and link were. Changes on the loop; read by the main thread once everything has stopped.
 */
final class SessionEnd {
  private String goneReason = "";
  private Runnable goneAction = () -> {};
  private String linkProblem = "";
  private boolean shutOut;
  private PathSnapshot path;

  /** What to do when the box says that the session is no more; at once if it has said so. */
  void onGone(Runnable action) {
    goneAction = action;
    if (!goneReason.isEmpty()) {
      action.run();
    }
  }

  /** The box says that the session is no more. The first reason stands. */
  void gone(String reason) {
    if (goneReason.isEmpty()) {
      goneReason = reason.isEmpty() ? "the box does not say why" : reason;
      goneAction.run();
    }
  }

  void linkUp() {
    linkProblem = "";
    shutOut = false;
  }

  /**
   * There is no link.
   *
   * @param forGood trying again helps no more: the rendezvous refuses this agent
   */
  void linkDown(String problem, boolean forGood) {
    linkProblem = problem;
    shutOut = forGood;
  }

  /** The laptop has stopped it, on such a path. */
  void stopped(PathSnapshot last) {
    path = last;
  }

  /** Why the session is no more, if the box said so; else empty. */
  String goneReason() {
    return goneReason;
  }

  /** Why there is no link to the rendezvous; empty if there is. */
  String linkProblem() {
    return linkProblem;
  }

  /** Whether trying again helps no more. */
  boolean isShutOut() {
    return shutOut;
  }

  /** The path as it was at the end; null before. */
  PathSnapshot path() {
    return path;
  }
}
