package org.moshpit.agent.cli.laptop;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.session.ConnectInput;
import org.moshpit.agent.session.ConnectMachine;
import org.moshpit.agent.session.ConnectOutput;
import org.moshpit.agent.session.ControlInput;
import org.moshpit.agent.session.ControlMachine;
import org.moshpit.agent.session.ControlOutput;
import org.moshpit.agent.session.ObservedSocket;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Hinted;
import org.moshpit.common.wire.proto.NotDelivered;
import org.moshpit.common.wire.proto.NotDeliveredReason;
import org.moshpit.common.wire.proto.Record;

/**
 * What laptop and box say to each other, sealed, over the link: first the offer, then, under the
 * session secret, control. For the loop's thread.
 */
final class Conversation {
  /** Hears what comes of it; on the loop. */
  interface Host {
    /** Answer with {@link Conversation#fingerprint}. */
    void askFingerprint(SignedBoxRecord record);

    /** The box opened a session. */
    void admitted(ConnectOutput.Admitted admitted);

    /** mosh-server owns the port. */
    void handedOver(ConnectOutput.HandedOver event);

    /** There will be no session. */
    void failed(ExitCode exit, String sentence);

    /** The box has started its checks again. */
    void peerRestarted(ControlOutput.PeerRestarted restarted);

    /** The box may have lost the path. */
    void pathHinted();

    /** Something was asked for over the link, and there is no answer. */
    void silent();

    /** The box says that the session is no more. */
    void gone(String reason);
  }

  private final AgentLoop loop;
  private final ConnectPlan plan;
  private final byte[] realm;
  private final Persons persons;
  private final EventsFile events;
  private final ProgressLine progress;
  private final Trace trace;
  private final RandomGenerator random;
  private final Consumer<ClientFrame> link;
  private final IntSupplier rttMillis;
  private final Host host;
  private MachineDriver<ConnectInput, ConnectOutput> connect;
  private MachineDriver<ControlInput, ControlOutput> control;
  private SessionId session;
  private IceDescription ice;
  private List<Long> sockets = List.of();
  private boolean linkUsable;
  private boolean offered;
  private boolean stopped;
  private long numbers;

  /**
   * Silent until {@link #begin}.
   *
   * @param realm 32 bytes
   * @param random must be cryptographically strong
   * @param link takes frames
   * @param rttMillis to the rendezvous and back, 0 if unknown
   */
  Conversation(
      AgentLoop loop,
      ConnectPlan plan,
      byte[] realm,
      Persons persons,
      EventsFile events,
      ProgressLine progress,
      Trace trace,
      RandomGenerator random,
      Consumer<ClientFrame> link,
      IntSupplier rttMillis,
      Host host) {
    this.loop = loop;
    this.plan = plan;
    this.realm = realm;
    this.persons = persons;
    this.events = events;
    this.progress = progress;
    this.trace = trace;
    this.random = random;
    this.link = link;
    this.rttMillis = rttMillis;
    this.host = host;
  }

  /** The request is known: the offer can be made. */
  void begin(ConnectMachine machine) {
    connect = new MachineDriver<>(loop.loop(), machine, id -> null, this::handle);
    connect.handle(new ConnectInput.Clock(System.currentTimeMillis()));
    findKeys(persons::keys);
    tellIce();
    if (linkUsable) {
      connect.handle(new ConnectInput.LinkUp(rttMillis.getAsInt()));
    }
  }

  /** Numbers of exchanges and lookups, unique on the link. */
  long nextNumber() {
    return ++numbers;
  }

  /** How this laptop can be reached now. */
  void local(IceDescription description, List<Long> wireIds) {
    ice = description;
    sockets = List.copyOf(wireIds);
    tellIce();
  }

  private void tellIce() {
    if (ice == null) {
      return;
    }
    if (control != null) {
      control.handle(new ControlInput.Described(ice, sockets));
    } else if (connect != null) {
      connect.handle(new ConnectInput.IceReady(ice, sockets));
    }
  }

  /** The path wants the checks to start again. */
  void exchangeWanted(String reason) {
    if (control != null) {
      control.handle(new ControlInput.ExchangeWanted(reason));
    }
  }

  /** Frames leave together with the login from now on: a known box's offer saves a round trip. */
  void loggingIn() {
    linkUsable = true;
    if (connect != null && control == null) {
      connect.handle(new ConnectInput.LinkUp(rttMillis.getAsInt()));
    }
  }

  /** The login holds. */
  void linkUp() {
    if (control != null) {
      control.handle(new ControlInput.LinkUp(rttMillis.getAsInt()));
    }
  }

  /** There is no link. */
  void linkDown() {
    linkUsable = false;
    if (control != null) {
      control.handle(new ControlInput.LinkDown());
    } else if (connect != null) {
      connect.handle(new ConnectInput.LinkDown());
    }
  }

  /** The person's word on {@link Host#askFingerprint}. */
  void fingerprint(boolean trusted) {
    connect.handle(new ConnectInput.FingerprintAnswered(trusted));
  }

  void received(Record record) {
    if (connect != null) {
      connect.handle(
          new ConnectInput.RecordArrived(record.getRequest(), record.getRecord().toByteArray()));
    }
  }

  void received(Answered answered) {
    List<ObservedSocket> observed = Frames.observed(answered.getObservedList());
    long exchange = answered.getExchange();
    byte[] sealed = answered.getSealed().toByteArray();
    byte[] record = answered.getRecord().toByteArray();
    if (control != null) {
      control.handle(
          new ControlInput.Answered(exchange, sealed, observed, answered.getRelay(), record));
    }
    if (connect != null) {
      connect.handle(
          new ConnectInput.Answered(exchange, sealed, observed, answered.getRelay(), record));
    }
  }

  void received(NotDelivered word) {
    if (word.getReason() == NotDeliveredReason.OFFER_QUOTA) {
      if (connect != null) {
        connect.handle(new ConnectInput.QuotaExceeded(word.getExchange()));
      }
    } else if (control != null) {
      control.handle(new ControlInput.Offline(word.getExchange(), word.getSinceMillis()));
    } else if (connect != null) {
      connect.handle(new ConnectInput.Offline(word.getExchange(), word.getSinceMillis()));
    }
  }

  void received(Hinted hinted) {
    if (control != null && Arrays.equals(hinted.getSession().toByteArray(), session.bytes())) {
      control.handle(new ControlInput.Hinted());
    }
  }

  /** Says and hears nothing more. */
  void stop() {
    stopped = true;
    if (connect != null) {
      connect.stop();
    }
    if (control != null) {
      control.stop();
    }
  }

  private void handle(ConnectOutput event) {
    if (event instanceof ConnectOutput.SendLookup lookup) {
      link.accept(Frames.lookup(lookup.request(), lookup.name()));
    } else if (event instanceof ConnectOutput.AskFingerprint ask) {
      host.askFingerprint(ask.record());
    } else if (event instanceof ConnectOutput.Remember remember) {
      remember(remember.record());
    } else if (event instanceof ConnectOutput.Sign sign) {
      sign(sign);
    } else if (event instanceof ConnectOutput.FindKeys) {
      findKeys(persons::moreKeys);
    } else if (event instanceof ConnectOutput.SendOffer offer) {
      if (!offered) {
        offered = true; // again after a challenge: the same offer to whoever reads events
        events.append("offered");
      }
      progress.say("waiting for " + plan.name() + " …");
      link.accept(
          Frames.offer(
              offer.exchange(),
              offer.name(),
              offer.sealed(),
              offer.sockets(),
              offer.recordSerial(),
              Optional.empty()));
    } else if (event instanceof ConnectOutput.Admitted admitted) {
      admitted(admitted);
    } else if (event instanceof ConnectOutput.HandedOver handedOver) {
      host.handedOver(handedOver);
    } else if (event instanceof ConnectOutput.Notice notice) {
      trace.say(notice.sentence());
    } else if (event instanceof ConnectOutput.Failed failed) {
      host.failed(failed.exit(), failed.sentence());
    } else if (event instanceof ConnectOutput.Moved moved) {
      trace.say("connect " + moved.step() + ": " + moved.reason());
    }
  }

  private void findKeys(Callable<ConnectInput.KeysFound> search) {
    loop.offload(
        search,
        (found, failure) -> {
          if (failure != null) {
            host.failed(ExitCode.USAGE, String.valueOf(failure.getMessage()));
          } else if (!stopped) {
            connect.handle(found);
          }
        });
  }

  private void sign(ConnectOutput.Sign order) {
    if (order.batch().interactive()) {
      progress.hold();
    }
    loop.offload(
        () -> persons.sign(order),
        (signed, failure) -> {
          progress.release();
          connect.handle(
              failure == null
                  ? signed
                  : new ConnectInput.Signed(
                      order.id(), List.of(), List.of(String.valueOf(failure.getMessage()))));
        });
  }

  private void admitted(ConnectOutput.Admitted in) {
    session = in.session();
    in.key().ifPresent(this::accepted);
    if (!plan.handover()) {
      control =
          new MachineDriver<>(
              loop.loop(),
              new ControlMachine(
                  realm,
                  in.box(),
                  in.session(),
                  SessionSecret.of(in.secret()),
                  0,
                  System.currentTimeMillis(),
                  System.nanoTime(),
                  this::nextNumber,
                  random),
              id -> null,
              this::handle);
      control.handle(new ControlInput.Clock(System.currentTimeMillis()));
      tellIce();
      control.handle(new ControlInput.LinkUp(rttMillis.getAsInt()));
    }
    host.admitted(in);
  }

  private void handle(ControlOutput event) {
    if (event instanceof ControlOutput.PersistCounter persist) {
      // the session cannot outlive this process, and neither need its counter
      control.handle(new ControlInput.CounterPersisted(persist.counter()));
    } else if (event instanceof ControlOutput.SendControl send) {
      link.accept(
          Frames.offer(
              send.exchange(),
              send.name(),
              send.sealed(),
              send.sockets(),
              send.recordSerial(),
              Optional.of(send.session())));
    } else if (event instanceof ControlOutput.PeerRestarted restarted) {
      host.peerRestarted(restarted);
    } else if (event instanceof ControlOutput.PathHinted) {
      host.pathHinted();
    } else if (event instanceof ControlOutput.Silent) {
      host.silent();
    } else if (event instanceof ControlOutput.Gone word) {
      trace.say("the box says the session is gone: " + word.reason());
      host.gone(word.reason());
    } else if (event instanceof ControlOutput.Remember remember) {
      remember(remember.record());
    } else if (event instanceof ControlOutput.Notice notice) {
      trace.say(notice.sentence());
    } else if (event instanceof ControlOutput.Moved moved) {
      trace.say("control " + moved.step() + ": " + moved.reason());
    }
  }

  private void remember(SignedBoxRecord record) {
    loop.offload(
        () -> {
          persons.remember(record);
          return null;
        },
        (done, failure) -> {
          if (failure != null) {
            trace.say("the box could not be remembered: " + failure.getMessage());
          }
        });
  }

  private void accepted(SshPublicKey key) {
    loop.offload(
        () -> {
          persons.accepted(key);
          return null;
        },
        (done, failure) -> {
          if (failure != null) {
            trace.say("the key could not be remembered: " + failure.getMessage());
          }
        });
  }
}
