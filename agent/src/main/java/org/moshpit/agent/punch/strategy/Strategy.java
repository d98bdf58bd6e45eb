package org.moshpit.agent.punch.strategy;

import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** One way to meet, on one end, for one generation of checks. */
public abstract class Strategy {
  /** Names for people, configuration and limits. */
  public enum Name {
    /** A socket's mapping towards the peer lies between two that servers see. */
    SANDWICH("sandwich", 1),
    /** Both ends count on from a port just seen. */
    WINDOWS("windows", 2),
    /** Every port of a block is tried. */
    SWEEP("sweep", 4),
    /** Ports are tried at random against many sockets. */
    BIRTHDAY("birthday", 8);

    private final String word;
    private final int bit;

    Name(String word, int bit) {
      this.word = word;
      this.bit = bit;
    }

    /** As {@link PortNote} has it on the wire. */
    int bit() {
      return bit;
    }

    /** As it stands in a configuration. */
    public String word() {
      return word;
    }
  }

  final Means means;
  private final Name name;

  Strategy(Name name, Means means) {
    this.name = name;
    this.means = means;
  }

  /** What it is. */
  public Name name() {
    return name;
  }

  /** Begins. */
  void start(long now) {}

  /** One of the sockets asked for is there. */
  void opened(long now, SocketId socket) {}

  /** A server saw one of those sockets. */
  void seen(long now, SocketId socket, ServerChoice server, TransportAddress at) {}

  /** The peer told more. */
  void told(long now, PortNote peer) {}

  /** Does what is due. */
  void advance(long now) {}

  /** When something is due next, or {@link Machine#NO_DEADLINE}. */
  long nextDeadline() {
    return Machine.NO_DEADLINE;
  }
}
