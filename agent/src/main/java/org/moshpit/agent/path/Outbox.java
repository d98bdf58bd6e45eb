package org.moshpit.agent.path;

import java.util.ArrayDeque;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;

/** What a path machine and its parts have to say, in order. */
final class Outbox {
  private final ArrayDeque<Transmit> transmits = new ArrayDeque<>();
  private final ArrayDeque<PathOut> events = new ArrayDeque<>();

  void send(Transmit transmit) {
    transmits.add(transmit);
  }

  void say(PathOut event) {
    events.add(event);
  }

  Transmit pollTransmit() {
    return transmits.poll();
  }

  PathOut pollEvent() {
    return events.poll();
  }

  int size() {
    return transmits.size() + events.size();
  }

  /** What has not left by now stays: the session is over, or its socket is gone. */
  void forgetTransmits() {
    transmits.clear();
  }

  void forgetTransmits(SocketId socket) {
    transmits.removeIf(transmit -> transmit.socket().equals(socket));
  }
}
