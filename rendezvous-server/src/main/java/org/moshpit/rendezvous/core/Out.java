package org.moshpit.rendezvous.core;

import java.util.ArrayDeque;
import java.util.Queue;
import org.moshpit.rendezvous.core.CoreCommand.Close;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.CoreCommand.Noted;
import org.moshpit.rendezvous.core.CoreCommand.Persist;
import org.moshpit.rendezvous.core.CoreCommand.Send;

/** The commands not yet fetched. */
final class Out {
  private final Queue<CoreCommand> commands = new ArrayDeque<>();

  void add(CoreCommand command) {
    commands.add(command);
  }

  CoreCommand poll() {
    return commands.poll();
  }

  void send(LinkId link, RendezvousFrame frame) {
    add(new Send(link, frame));
  }

  void persist(RegistryChange change) {
    add(new Persist(change));
  }

  void note(Event event, String agent, String reason) {
    add(new Noted(event, agent, reason));
  }

  /** Says why, and closes. */
  void refuse(LinkId link, String agent, RefusalCode code, String detail) {
    send(link, new RendezvousFrame.Refused(code, detail));
    add(new Close(link));
    note(Event.REFUSED, agent, code.name());
  }
}
