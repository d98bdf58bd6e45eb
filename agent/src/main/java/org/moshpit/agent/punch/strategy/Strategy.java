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
    SANDWICH("sandwich"),
    /** Both ends count on from a port just seen. */
    WINDOWS("windows"),
    /** Every port of a block is tried. */
    SWEEP("sweep"),
    /** Ports are tried at random against many sockets. */
    BIRTHDAY("birthday");

    private final String word;

    Name(String word) {
      this.word = word;
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
  abstract void start(long now);

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
