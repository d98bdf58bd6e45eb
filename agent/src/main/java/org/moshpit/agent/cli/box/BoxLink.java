package org.moshpit.agent.cli.box;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.BoxIdentity;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.RelayCookies;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.agent.link.PersistentLink;
import org.moshpit.agent.link.RendezvousClock;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.wire.proto.Claimed;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The box's link to the rendezvous: it is registered and its record published whenever there is
 * one; what comes over it goes to the session or the door it is for. For the event loop's thread.
 */
final class BoxLink {
  private static final Logger LOG = LoggerFactory.getLogger(BoxLink.class);

  /** What is not for one session; on the event loop. */
  interface Listener {
    /**
     * The box is registered, on a link that is a new one.
     *
     * @param stun the rendezvous' STUN servers
     */
    void registered(StunServers stun);

    /** There is no link any more, or still none. */
    void unregistered();

    /** What became of a claim. */
    void claimed(Claimed claimed);

    /** Somebody's sealed message. */
    void offered(AdmissionInput.Offered offered);
  }

  private final AgentLoop loop;
  private final BoxIdentity identity;
  private final SessionBook sessions;
  private final Listener listener;
  private final PersistentLink link;
  private final RecordRenewal renewal;
  private final RelayCookies cookies = new RelayCookies();
  private final OnceAMinute downs = new OnceAMinute();
  private StunServers stun = StunServers.NONE;
  private String problem;

  /** At rest until {@link #start}. */
  BoxLink(
      AgentLoop loop,
      Enrollment enrollment,
      LinkPreparation preparation,
      BoxIdentity identity,
      SessionBook sessions,
      RandomGenerator random,
      Listener listener) {
    this.loop = loop;
    this.identity = identity;
    this.sessions = sessions;
    this.listener = listener;
    this.renewal = new RecordRenewal(loop.loop(), this::publish);
    this.link =
        new PersistentLink(
            loop.loop(),
            enrollment.rendezvous(),
            preparation,
            new LinkPurpose.LogIn(enrollment.name(), Mode.BOX),
            random,
            new LinkEvents());
  }

  /** Dials; once only. */
  void start() {
    link.start();
  }

  /** Ends the link and stays away. */
  void stop() {
    renewal.linkDown();
    link.stop();
  }

  boolean isUp() {
    return link.isUp();
  }

  /** Why there was no link the last time, in a sentence without its full stop; null: there was. */
  String problem() {
    return problem;
  }

  /** Sends a frame if there is a link; else it is lost. */
  void send(ClientFrame frame) {
    link.send(frame);
  }

  /** To the rendezvous and back, in milliseconds; 0 without a link. */
  long rttMillis() {
    return link.rttMillis();
  }

  /** The rendezvous' clock. */
  RendezvousClock clock() {
    return link.clock();
  }

  /** The link has to prove itself, or is dialled anew. */
  void networkChanged() {
    link.networkChanged();
  }

  /** Something a session saw says that the link may be gone: the same, if it is up. */
  void doubt() {
    link.doubt();
  }

  /** A session waits for it. */
  void wanted() {
    link.wanted();
  }

  private void publish() {
    long now = link.clock().unixMillis() / 1000;
    loop.offload(
        () -> identity.record(now),
        (record, failure) -> {
          if (failure != null) {
            LOG.atError().setCause(failure).log("the box record could not be signed");
            return;
          }
          link.send(Frames.publish(record.encode()));
        });
  }

  private void receive(ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case OFFERED -> listener.offered(offered(frame.getOffered()));
      case DATAGRAM ->
          sessions
              .byRelay(frame.getDatagram().getRelay())
              .ifPresent(
                  session ->
                      session.path().fromRelay(frame.getDatagram().getPayload().toByteArray()));
      case PEER_OBSERVED ->
          sessions
              .byRelay(frame.getPeerObserved().getRelay())
              .ifPresent(
                  session ->
                      Frames.observed(frame.getPeerObserved().getObserved())
                          .ifPresent(session.path()::peerObserved));
      case RELAY_COOKIE -> {
        cookies.keep(frame.getRelayCookie());
        sessions.byRelay(frame.getRelayCookie().getRelay()).ifPresent(this::useCookie);
      }
      case RELAY_CLOSED -> {
        cookies.forget(frame.getRelayClosed().getRelay());
        sessions
            .byRelay(frame.getRelayClosed().getRelay())
            .ifPresent(session -> session.path().relayClosed(frame.getRelayClosed().getReason()));
      }
      case CLAIMED -> listener.claimed(frame.getClaimed());
      default -> {
        // nothing else needs anything done
      }
    }
  }

  /** A session has its relay's number, perhaps another than before. */
  void useCookie(BoxSession session) {
    cookies
        .of(session.path().relay())
        .ifPresent(cookie -> session.path().relayCookie(cookie, stun.at(link.remote())));
  }

  /** The relay of a session that ended. */
  void forgetCookie(int relay) {
    cookies.forget(relay);
  }

  private static AdmissionInput.Offered offered(Offered offered) {
    return new AdmissionInput.Offered(
        Frames.exchange(offered.getExchange()),
        offered.getFrom(),
        HexFormat.of().formatHex(offered.getFromKey().toByteArray()),
        offered.getSealed().toByteArray(),
        Frames.observed(offered.getObservedList()),
        SessionId.of(offered.getSession().toByteArray()),
        offered.getRelay());
  }

  private final class LinkEvents implements PersistentLink.Listener {
    @Override
    public void up(Welcome welcome) {
      LOG.atInfo()
          .addKeyValue("name", welcome.getName())
          .addKeyValue("epoch", welcome.getEpoch())
          .log("registered at the rendezvous");
      problem = null;
      downs.over();
      stun = StunServers.of(welcome.getRegistration(), link.remote());
      listener.registered(stun);
      renewal.linkUp();
      sessions.all().forEach(session -> session.path().link(true, ""));
    }

    @Override
    public void frame(ServerFrame frame) {
      receive(frame);
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      // a session that waits has it dialled anew every half second
      LOG.atLevel(downs.isNews(failure.sentence(), System.nanoTime()) ? Level.WARN : Level.DEBUG)
          .addKeyValue("reason", failure.sentence())
          .addKeyValue("retryInMillis", retryInMillis)
          .log("no link to the rendezvous");
      problem = failure.sentence();
      renewal.linkDown();
      listener.unregistered();
      cookies.clear();
      sessions
          .all()
          .forEach(session -> session.path().link(false, "the rendezvous cannot be reached"));
    }
  }
}
