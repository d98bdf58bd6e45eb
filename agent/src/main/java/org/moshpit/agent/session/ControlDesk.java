package org.moshpit.agent.session;

import java.util.List;
import java.util.Optional;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealResponder;
import org.moshpit.common.seal.SessionSecret.ControlBinding;

/**
 * The box's side of later control messages: MAC, then counter; the counter on the disk; then it is
 * carried out and answered.
 */
final class ControlDesk {
  private final BoxIdentity identity;
  private final BoxSessions sessions;
  private final ExchangeBook book;

  ControlDesk(BoxIdentity identity, BoxSessions sessions, ExchangeBook book) {
    this.identity = identity;
    this.sessions = sessions;
    this.book = book;
  }

  /** Nothing if the message is authentic; else why there is silence. */
  Optional<DropReason> arrived(
      long now,
      AdmissionInput.Offered frame,
      SealResponder responder,
      InitiatorContent.Control control) {
    ControlBinding binding =
        new ControlBinding(
            responder.peerEphemeral(),
            identity.hostKey().blob(),
            identity.sealKey().publicKey(),
            control.session());
    BoxSessions.Worth worth = sessions.judge(control, binding);
    if (worth instanceof BoxSessions.Worth.Nothing nothing) {
      return Optional.of(nothing.reason());
    }
    Exchange exchange = book.control(frame, responder, control);
    if (worth instanceof BoxSessions.Worth.Gone gone) {
      book.answer(exchange, new ResponderContent.Gone(gone.reason()), List.of(), Optional.empty());
      book.emit(new AdmissionOutput.ToldEnd(control.session()));
      book.finish(now, exchange, "session is over");
      return Optional.empty();
    }
    book.move(now, exchange, AdmissionStep.COUNTING, "control message authentic");
    book.emit(
        new AdmissionOutput.PersistCounter(exchange.id, control.session(), control.counter()));
    return Optional.empty();
  }

  void counted(long now, Exchange exchange) {
    book.move(now, exchange, AdmissionStep.CONTROLLING, "counter on disk");
    book.emit(
        new AdmissionOutput.ControlRequested(
            exchange.id,
            exchange.control.session(),
            exchange.control.asked().ice().map(IceTranslation::fromSealed),
            exchange.control.asked().end(),
            exchange.frame.observed(),
            exchange.frame.relay(),
            exchange.frame.from(),
            exchange.frame.fromKey(),
            exchange.control.asked().rttMillis()));
  }

  void done(long now, Exchange exchange, AdmissionInput.ControlDone done) {
    book.answer(
        exchange,
        new ResponderContent.Controlled(
            done.ice().map(IceTranslation::toSealed), done.startDelayMillis(), done.ended()),
        done.sockets(),
        done.ended() ? Optional.empty() : Optional.of(exchange.control.session()));
    book.finish(now, exchange, done.ended() ? "session ended" : "checks restarted");
  }
}
