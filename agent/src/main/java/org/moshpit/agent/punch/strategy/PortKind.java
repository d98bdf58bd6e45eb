package org.moshpit.agent.punch.strategy;

import java.util.Arrays;
import java.util.Optional;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Mapping;

/**
 * What another end must do to hit a port of this one: the NAT's behaviour as a strategy sees it.
 */
public enum PortKind {
  /** One known port for whoever comes: endpoint-independent mapping, or no NAT. */
  FIXED(0),
  /** One port for all of an address' ports, and which one can be foretold. */
  PER_ADDRESS(1),
  /** A port for each destination, each a step further than the one before. */
  STEPPED(2),
  /** A port for each destination, anywhere in a block. */
  BLOCK(3),
  /** A port for each destination, anywhere. */
  RANDOM(4),
  /** Not found out yet: nothing is chosen by it. */
  UNKNOWN(5);

  private final int code;

  PortKind(int code) {
    this.code = code;
  }

  /** As {@link PortNote} has it on the wire. */
  int code() {
    return code;
  }

  /** The kind of that code; empty if there is none. */
  static Optional<PortKind> ofCode(int code) {
    return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
  }

  /** Of a NAT that behaves like that. */
  public static PortKind of(Mapping mapping, Allocation allocation) {
    boolean perAddress = mapping == Mapping.ADDRESS_DEPENDENT;
    if (!perAddress && mapping != Mapping.ADDRESS_AND_PORT_DEPENDENT) {
      return FIXED;
    }
    return switch (allocation) {
      case PRESERVING -> perAddress ? FIXED : BLOCK;
      case SEQUENTIAL -> perAddress ? PER_ADDRESS : STEPPED;
      case RANDOM -> RANDOM;
      // four ports near each other are not told from a block yet; the strategy looks closer
      case BLOCK, UNKNOWN -> BLOCK;
    };
  }

  /** Whether a port of it can be known before anything is sent there. */
  boolean isAnchored() {
    return this == FIXED || this == PER_ADDRESS;
  }

  /** Whether its ports can only be hit by trying many. */
  public boolean isScattered() {
    return this == BLOCK || this == RANDOM;
  }

  /** For a person. */
  String phrase() {
    return switch (this) {
      case FIXED -> "a fixed port";
      case PER_ADDRESS -> "a port for each address";
      case STEPPED -> "sequential ports";
      case BLOCK -> "ports of a block";
      case RANDOM -> "random ports";
      case UNKNOWN -> "ports of no known order";
    };
  }
}
