package org.moshpit.agent.path;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.agent.session.ControlInput;
import org.moshpit.agent.session.ControlOutput;
import org.moshpit.agent.session.ControlPair;
import org.moshpit.agent.session.ObservedSocket;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.SimulatedDriver;

/** The exchanges as the real control and admission machines run them, sealed. */
final class DaysSealedExchanges implements DaysExchanges {
  private static final int ROUND_TRIP_MILLIS = 60;
  private static final int SETTLE_MILLIS = 20;

  private final DaysWorld world;
  private final DaysEnd laptop;
  private final DaysEnd box;
  private final ControlPair pair;
  private final SimulatedDriver<ControlInput, ControlOutput> control;
  private final SimulatedDriver<AdmissionInput, AdmissionOutput> admission;
  private long numbers;
  private AdmissionOutput.ControlRequested owed;

  DaysSealedExchanges(DaysWorld world) {
    this.world = world;
    laptop = world.laptop;
    box = world.box;
    pair =
        new ControlPair(
            laptop.driver.now(),
            box.driver.now(),
            () -> ++numbers,
            world.simulation.randomness().nextInt());
    control = drive(pair.laptop(), laptop, this::said);
    admission = drive(pair.box(), box, this::said);
  }

  private <I, O> SimulatedDriver<I, O> drive(Machine<I, O> machine, DaysEnd end, Consumer<O> ear) {
    return world.simulation.drive(
        machine,
        end.driver.host(),
        new SimulatedDriver.Ports<>() {
          @Override
          public I datagram(SocketId socket, TransportAddress from, byte[] payload) {
            return null;
          }

          @Override
          public void event(O event) {
            ear.accept(event);
          }
        });
  }

  @Override
  public void pause(DaysEnd end) {
    if (end == laptop) {
      control.pause();
    } else {
      admission.pause();
    }
  }

  @Override
  public void resume(DaysEnd end, boolean slept) {
    if (end == laptop) {
      control.resume(slept);
    } else {
      admission.resume(slept);
    }
  }

  @Override
  public int count() {
    return (int) numbers;
  }

  @Override
  public void laptopDescribed(IceDescription ice) {
    control.handle(new ControlInput.Described(ice, List.of(9L)));
  }

  @Override
  public void laptopWants(String reason) {
    control.handle(new ControlInput.ExchangeWanted(reason));
  }

  @Override
  public void laptopHinted() {
    control.handle(new ControlInput.Hinted());
  }

  @Override
  public void laptopLinkUp() {
    control.handle(new ControlInput.LinkUp(ROUND_TRIP_MILLIS));
  }

  @Override
  public void laptopLinkDown() {
    control.handle(new ControlInput.LinkDown());
  }

  @Override
  public void boxDescribed(IceDescription ice) {
    if (owed != null) {
      long id = owed.id();
      owed = null;
      admission.handle(
          new AdmissionInput.ControlDone(id, Optional.of(ice), List.of(5L), SETTLE_MILLIS, false));
    }
  }

  @Override
  public void boxWants() {
    if (box.relayNumber() != 0) {
      admission.handle(new AdmissionInput.HintWanted(pair.session(), box.relayNumber()));
    }
  }

  private List<ObservedSocket> seen(DaysEnd end) {
    TransportAddress at = world.rendezvous.seen(end);
    return at == null ? List.of() : List.of(new ObservedSocket(1, at));
  }

  private void said(ControlOutput event) {
    if (event instanceof ControlOutput.PersistCounter persist) {
      laptop.later(
          Duration.ofMillis(1),
          () -> control.handle(new ControlInput.CounterPersisted(persist.counter())));
    } else if (event instanceof ControlOutput.SendControl send) {
      laptop.link.say(
          () ->
              world.rendezvous.offer(
                  relay -> arrived(send, relay),
                  () -> control.handle(new ControlInput.Offline(send.exchange(), 0))));
    } else if (event instanceof ControlOutput.PeerRestarted restarted) {
      laptop.relayIs(restarted.relay());
      restarted
          .observed()
          .forEach(one -> laptop.driver.handle(new PathIn.PeerObserved(one.address())));
      laptop.driver.handle(
          new PathIn.PeerDescribed(
              restarted.peer(), restarted.startDelayMillis(), restarted.answers()));
    } else if (event instanceof ControlOutput.PathHinted) {
      laptop.driver.handle(new PathIn.PeerHinted("the box asks for it"));
    } else if (event instanceof ControlOutput.Silent) {
      laptop.link.probe();
    } else if (event instanceof ControlOutput.Gone || event instanceof ControlOutput.Notice) {
      throw new AssertionError(event);
    }
  }

  private void arrived(ControlOutput.SendControl send, int relay) {
    admission.handle(
        new AdmissionInput.Offered(
            send.exchange() + " " + relay,
            ControlPair.LAPTOP,
            ControlPair.LINK_KEY,
            send.sealed(),
            seen(laptop),
            Optional.of(send.session()),
            relay));
  }

  private void said(AdmissionOutput event) {
    if (event instanceof AdmissionOutput.PersistCounter persist) {
      box.later(
          Duration.ofMillis(1),
          () -> admission.handle(new AdmissionInput.CounterPersisted(persist.id())));
    } else if (event instanceof AdmissionOutput.ControlRequested asked) {
      owed = asked;
      box.relayWillBe(asked.relay());
      asked.observed().forEach(one -> box.driver.handle(new PathIn.PeerObserved(one.address())));
      box.driver.handle(
          new PathIn.PeerDescribed(asked.peer().orElseThrow(), ROUND_TRIP_MILLIS + SETTLE_MILLIS));
    } else if (event instanceof AdmissionOutput.SendAnswer answer) {
      String[] words = answer.exchange().split(" ", -1);
      int relay = Integer.parseInt(words[1]);
      box.link.say(
          () ->
              world.rendezvous.answer(
                  relay,
                  () ->
                      control.handle(
                          new ControlInput.Answered(
                              Long.parseLong(words[0]),
                              answer.sealed(),
                              seen(box),
                              relay,
                              new byte[0]))));
      box.relayIs(relay);
    } else if (event instanceof AdmissionOutput.SendHint hint) {
      box.link.say(() -> world.rendezvous.hint(box, hint.relay()));
    } else if (event instanceof AdmissionOutput.Dropped dropped) {
      world.tell("the box is silent: " + dropped.reason());
    }
  }
}
