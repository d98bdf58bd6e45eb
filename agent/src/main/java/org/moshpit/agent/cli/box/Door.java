package org.moshpit.agent.cli.box;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.AuthLog;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.auth.BoxIdentity;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.agent.session.AdmissionLimits;
import org.moshpit.agent.session.AdmissionMachine;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.agent.session.AdmissionStep;
import org.moshpit.agent.session.SignatureCheck;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SealKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where offers come in: runs admission, looks its questions up in this computer's own policy,
 * answers over the link, writes the authentication log, and has the sessions of those let in
 * opened. For the event loop's thread.
 */
final class Door {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);
  private static final long CLOCK_SECONDS = 60;

  private final AgentLoop loop;
  private Authorizer authorizer;
  private final BoxLink link;
  private final SessionKeeper keeper;
  private final BoxMeter meter;
  private final AdmissionMachine admission;
  private final MachineDriver<AdmissionInput, AdmissionOutput> driver;

  /** By exchange, until it is done. */
  private final Map<Long, Authorizer.Listing> listings = new HashMap<>();

  /** By exchange, until it is done or its session opened. */
  private final Map<Long, Authorizer.Decision.Allowed> decisions = new HashMap<>();

  private boolean stopped;

  /**
   * Shut until {@link #start}.
   *
   * @param random must be cryptographically strong
   * @param meter hears what is to be counted
   */
  Door(
      AgentLoop loop,
      Settings settings,
      Enrollment enrollment,
      BoxIdentity identity,
      Authorizer authorizer,
      RandomGenerator random,
      BoxLink link,
      SessionKeeper keeper,
      BoxMeter meter) {
    this.loop = loop;
    this.authorizer = authorizer;
    this.link = link;
    this.keeper = keeper;
    this.meter = meter;
    this.admission =
        new AdmissionMachine(
            new org.moshpit.agent.session.BoxIdentity(
                enrollment.realm(),
                enrollment.name(),
                identity.hostKey().publicKey(),
                SealKey.of(identity.noisePrivateKey())),
            AdmissionLimits.of(settings.maxSessions(), settings.maxSessionsPerUser()),
            SignatureCheck.SSHSIG,
            random);
    this.driver = new MachineDriver<>(loop.loop(), admission, id -> null, this::carryOut);
  }

  /** Tells admission and sessions the time, now and every minute. */
  void start() {
    if (stopped) {
      return;
    }
    tellTime();
    loop.loop().schedule(this::start, CLOCK_SECONDS, TimeUnit.SECONDS);
  }

  /** The clock may have jumped. */
  void tellTime() {
    keeper.ends().tellTime();
    tell(new AdmissionInput.Clock(System.currentTimeMillis()));
  }

  /** Decides from now on; what was looked up before is decided as it was begun. */
  void authorizer(Authorizer next) {
    authorizer = next;
  }

  /** An offer, or what became of an order. */
  void tell(AdmissionInput event) {
    if (event instanceof AdmissionInput.Offered offered && offered.session().isEmpty()) {
      meter.offered(offered.exchange());
    }
    driver.handle(event);
  }

  /** Lets nobody in any more, and destroys the keys. */
  void stop() {
    stopped = true;
    keeper.ends().stop();
    driver.stop();
    admission.close();
  }

  private void carryOut(AdmissionOutput event) {
    if (event instanceof AdmissionOutput.CheckListed check) {
      checkListed(check);
    } else if (event instanceof AdmissionOutput.DecidePolicy decide) {
      decide(decide);
    } else if (event instanceof AdmissionOutput.OpenSession order) {
      keeper.open(order, decisions.remove(order.id()));
    } else if (event instanceof AdmissionOutput.SendAnswer answer) {
      send(answer);
    } else if (event instanceof AdmissionOutput.Admitted admitted) {
      meter.admitted();
      AuthLog.accepted(
          admitted.user(),
          admitted.key(),
          admitted.from(),
          keeper.claimedAddress(admitted.session()),
          admitted.session().toString(),
          keeper.isPing(admitted.session()));
    } else if (event instanceof AdmissionOutput.Rejected rejected) {
      meter.refused(rejected.kind());
      AuthLog.refused(rejected.user(), rejected.key(), rejected.from(), rejected.reason());
    } else if (event instanceof AdmissionOutput.Dropped dropped) {
      meter.dropped(dropped.reason());
      LOG.atDebug()
          .addKeyValue("reason", dropped.reason())
          .addKeyValue("peer", dropped.from())
          .log("offer dropped");
    } else if (event instanceof AdmissionOutput.AbandonSession abandon) {
      keeper.abandon(abandon);
    } else if (event instanceof AdmissionOutput.PersistCounter persist) {
      keeper.persist(persist);
    } else if (event instanceof AdmissionOutput.ControlRequested control) {
      keeper.control(control);
    } else if (event instanceof AdmissionOutput.ToldEnd told) {
      keeper.ends().told(told.session());
    } else if (event instanceof AdmissionOutput.SendHint hint) {
      link.send(Frames.hint(hint.relay(), hint.session()));
    } else if (event instanceof AdmissionOutput.Moved moved) {
      LOG.atDebug().addKeyValue("reason", moved.reason()).log("exchange: {}", moved.step());
      if (moved.step() == AdmissionStep.DONE) {
        listings.remove(moved.id());
        decisions.remove(moved.id());
      }
    }
  }

  private void checkListed(AdmissionOutput.CheckListed check) {
    Authorizer now = authorizer;
    loop.offload(
        AgentLoop.Lane.LISTING,
        check.fromKey(),
        () -> now.look(check.user(), check.keys()),
        (listing, failure) -> {
          List<SshPublicKey> listed = List.of();
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("authorized_keys could not be read");
          } else if (!listing.keys().isEmpty()) {
            listed = listing.keys();
            listings.put(check.id(), listing);
          } else {
            AuthLog.failed(check.user(), check.keys());
          }
          tell(new AdmissionInput.KeysListed(check.id(), listed));
        });
  }

  private void decide(AdmissionOutput.DecidePolicy decide) {
    Authorizer.Listing listing = listings.get(decide.id());
    loop.offload(
        AgentLoop.Lane.DECIDING,
        decide.from(),
        () -> listing.policy(decide.key(), decide.userVerified()),
        (decision, failure) -> {
          AdmissionInput answer;
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("policy could not be read");
            answer =
                new AdmissionInput.PolicyRefused(
                    decide.id(), Refusal.FAILURE, "the box could not read its own policy");
          } else if (decision instanceof Authorizer.Decision.Allowed allowed) {
            answer = allow(decide, allowed);
          } else if (decision instanceof Authorizer.Decision.Refused refused) {
            answer =
                new AdmissionInput.PolicyRefused(decide.id(), Refusal.POLICY, refused.reason());
          } else {
            answer = new AdmissionInput.PolicyNotListed(decide.id());
          }
          tell(answer);
        });
  }

  private AdmissionInput allow(
      AdmissionOutput.DecidePolicy decide, Authorizer.Decision.Allowed allowed) {
    if (allowed.forcedCommand().isPresent() && !decide.request().server().isEmpty()) {
      return new AdmissionInput.PolicyRefused(
          decide.id(),
          Refusal.POLICY,
          "this key has a command= in authorized_keys, which forbids --server");
    }
    decisions.put(decide.id(), allowed);
    return new AdmissionInput.PolicyAllowed(decide.id());
  }

  private void send(AdmissionOutput.SendAnswer answer) {
    meter.answered(answer.exchange(), answer.admitted());
    link.send(
        Frames.answer(
            answer.exchange(),
            answer.sealed(),
            answer.sockets(),
            answer.admitted(),
            answer.session()));
    if (answer.admitted()) {
      answer.session().ifPresent(keeper::answered);
    }
  }
}
