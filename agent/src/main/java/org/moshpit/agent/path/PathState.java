package org.moshpit.agent.path;

/** The state of a {@link PathMachine}; it decides where a datagram of ours goes. */
public enum PathState {
  /** Nowhere. */
  NONE(PathKind.NONE, false, false),
  /** Over the relay. */
  RELAY(PathKind.RELAY, false, true),
  /** Just switched: over both, so that nothing is missing while the peer switches too. */
  OVERLAP(PathKind.DIRECT, true, true),
  /** Over the direct path alone. */
  DIRECT(PathKind.DIRECT, true, false),
  /** The direct path does not answer, or may be gone: over both. */
  SUSPECT(PathKind.DIRECT, true, true),
  /** Closed; nothing leaves any more. */
  CLOSED(PathKind.NONE, false, false);

  private final PathKind kind;
  private final boolean direct;
  private final boolean relayed;

  PathState(PathKind kind, boolean direct, boolean relayed) {
    this.kind = kind;
    this.direct = direct;
    this.relayed = relayed;
  }

  /** What a person is told. */
  public PathKind kind() {
    return kind;
  }

  boolean sendsDirect() {
    return direct;
  }

  boolean sendsRelayed() {
    return relayed;
  }
}
