package org.moshpit.agent.path;

import java.time.Duration;
import java.util.ArrayDeque;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Exchanges with the timing of the control machine and the admission machine, and nothing sealed:
 * fast enough for many days.
 */
final class DaysPlainExchanges implements DaysExchanges {
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final long PACE = Duration.ofSeconds(1).toNanos();
  private static final int HINTS = 8;
  private static final long HINTS_WITHIN = Duration.ofSeconds(30).toNanos();
  private static final Duration HINT_PATIENCE = Duration.ofSeconds(1);
  private static final int[] PAUSES = {2, 5, 10, 30, 60};

  /** At the box, as in the admission machine. */
  private static final long BOX_HINT_GAP = Duration.ofSeconds(5).toNanos();

  private final DaysWorld world;
  private final DaysEnd laptop;
  private final DaysEnd box;
  private IceDescription local;
  private IceDescription said;
  private boolean linkUp;
  private boolean linkWasUp;
  private boolean wanted;
  private boolean waiting;
  private boolean asked;
  private int number;
  private int timers;
  private int silences;
  private boolean sent;
  private long sentAt;
  private final ArrayDeque<Long> hints = new ArrayDeque<>();
  private boolean hintedMeanwhile;
  private int owes;
  private int owesRelay;
  private boolean boxHinted;
  private long boxHintedAt;

  DaysPlainExchanges(DaysWorld world) {
    this.world = world;
    laptop = world.laptop;
    box = world.box;
  }

  @Override
  public int count() {
    return number;
  }

  @Override
  public void laptopDescribed(IceDescription ice) {
    local = ice;
    if (waiting && timers == 0) {
      begin();
    }
  }

  @Override
  public void laptopWants(String reason) {
    want(0);
  }

  private void want(long patience) {
    wanted = true;
    if (!asked) {
      waiting = true;
      long now = laptop.driver.now();
      long due = sent ? Math.max(patience, sentAt + PACE - now) : patience;
      wait(Duration.ofNanos(Math.max(0, due)));
    }
  }

  private void wait(Duration pause) {
    int timer = ++timers;
    laptop.later(
        pause,
        () -> {
          if (timer == timers && waiting) {
            begin();
          }
        });
  }

  private void begin() {
    if (!linkUp || local == null) {
      return; // whatever is missing begins it
    }
    waiting = false;
    asked = true;
    wanted = false;
    said = local;
    sent = true;
    sentAt = laptop.driver.now();
    hintedMeanwhile = false;
    int exchange = ++number;
    world.tell("exchange " + exchange + " is asked for");
    IceDescription offered = local;
    laptop.link.say(
        () ->
            world.rendezvous.offer(
                relay -> arrived(exchange, offered, relay), () -> unanswered(exchange)));
    laptop.later(
        SILENCE,
        () -> {
          if (asked && exchange == number) {
            boolean back = hintedMeanwhile;
            unanswered(exchange);
            laptop.link.probe();
            if (back) {
              want(0);
            }
          }
        });
  }

  private void unanswered(int exchange) {
    if (asked && exchange == number) {
      asked = false;
      waiting = true;
      wanted = true;
      silences++;
      world.tell("exchange " + exchange + " is not answered");
      wait(Duration.ofSeconds(PAUSES[Math.min(silences, PAUSES.length) - 1]));
    }
  }

  private void answered(int exchange, IceDescription answer, int relay) {
    if (!asked || exchange != number) {
      return;
    }
    asked = false;
    silences = 0;
    laptop.relayIs(relay);
    TransportAddress seen = world.rendezvous.seen(box);
    if (seen != null) {
      laptop.driver.handle(new PathIn.PeerObserved(seen));
    }
    laptop.driver.handle(new PathIn.PeerDescribed(answer, 20, said.generation()));
    if (wanted) {
      want(0);
    }
  }

  @Override
  public void laptopHinted() {
    long now = laptop.driver.now();
    if (hints.size() == HINTS && now - hints.peek() < HINTS_WITHIN) {
      return;
    }
    if (hints.size() == HINTS) {
      hints.remove();
    }
    hints.add(now);
    hintedMeanwhile |= asked;
    world.tell("the laptop is hinted");
    laptop.driver.handle(new PathIn.PeerHinted("the box asks for it"));
    want(waiting || asked ? 0 : HINT_PATIENCE.toNanos());
  }

  @Override
  public void laptopLinkUp() {
    boolean back = linkWasUp && !linkUp;
    linkUp = true;
    linkWasUp = true;
    if (back) {
      silences = 0;
      want(0);
    } else if (waiting) {
      begin();
    }
  }

  @Override
  public void laptopLinkDown() {
    linkUp = false;
    if (asked) {
      asked = false;
      wanted = true;
      waiting = true;
      wait(Duration.ZERO);
    }
  }

  // the box

  private void arrived(int exchange, IceDescription offered, int relay) {
    owes = exchange;
    owesRelay = relay;
    box.relayWillBe(relay);
    TransportAddress seen = world.rendezvous.seen(laptop);
    if (seen != null) {
      box.driver.handle(new PathIn.PeerObserved(seen));
    }
    box.driver.handle(new PathIn.PeerDescribed(offered, 80));
  }

  @Override
  public void boxDescribed(IceDescription ice) {
    if (owes == 0) {
      return;
    }
    int exchange = owes;
    int relay = owesRelay;
    owes = 0;
    box.link.say(() -> world.rendezvous.answer(relay, () -> answered(exchange, ice, relay)));
    box.relayIs(relay);
  }

  @Override
  public void boxWants() {
    long now = box.driver.now();
    if (box.relayNumber() == 0 || (boxHinted && now - boxHintedAt < BOX_HINT_GAP)) {
      return;
    }
    boxHinted = true;
    boxHintedAt = now;
    int relay = box.relayNumber();
    box.link.say(() -> world.rendezvous.hint(box, relay));
  }
}
