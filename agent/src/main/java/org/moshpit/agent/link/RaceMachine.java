package org.moshpit.agent.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.link.RaceMachine.Input;
import org.moshpit.agent.link.RaceMachine.Output;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Dials every address of a rendezvous and keeps the first that proves itself (after RFC 8305, with
 * TLS as part of the race). Families alternate; the next attempt starts 200 ms after the one
 * before, or at once when one fails. While an attempt has its TCP connection it gets 2 s alone for
 * TLS, so that a far rendezvous is not made to do a second handshake for nothing.
 *
 * <pre>
 * RACING -- Secured ----------------------------------------- WON   (Won, Abandon of the others)
 * RACING -- every attempt failed, and NoMoreAddresses came -- LOST  (Lost)
 * RACING -- Expired ----------------------------------------- LOST  (Lost, Abandon of all)
 * </pre>
 */
final class RaceMachine implements Machine<Input, Output> {
  /** What happens. */
  sealed interface Input {}

  /** Addresses of one name became known. */
  record Resolved(List<TransportAddress> addresses) implements Input {}

  /** No further Resolved will come. */
  record NoMoreAddresses() implements Input {}

  /** An attempt has its TCP connection. */
  record Connected(int attempt) implements Input {}

  /** An attempt's TLS is done and its key is right. */
  record Secured(int attempt) implements Input {}

  /** An attempt ended. */
  record Failed(int attempt) implements Input {}

  /** The time for all of it is over. */
  record Expired() implements Input {}

  /** What to do. */
  sealed interface Output {}

  /** Connect to this address; report under this number. */
  record Dial(int attempt, TransportAddress address) implements Output {}

  /** Close this attempt; nothing more is expected of it. */
  record Abandon(int attempt) implements Output {}

  /** This attempt is the link. */
  record Won(int attempt) implements Output {}

  /** There is no link. */
  record Lost() implements Output {}

  private static final long STAGGER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long TLS_ALONE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int MAX_ADDRESSES = 16;

  private final Queue<Output> out = new ArrayDeque<>();
  private final List<TransportAddress> waiting = new ArrayList<>();
  private final Set<TransportAddress> known = new HashSet<>();
  private final Map<Integer, Boolean> running = new HashMap<>();
  private int attempts;
  private boolean complete;
  private boolean over;
  private boolean lastWasIpv6;
  private long next;

  @Override
  public void handle(long now, Input event) {
    if (over) {
      return;
    }
    if (event instanceof Resolved resolved) {
      for (TransportAddress address : resolved.addresses()) {
        if (known.size() < MAX_ADDRESSES && known.add(address)) {
          waiting.add(address);
        }
      }
      if (running.isEmpty()) {
        dialNext(now);
      }
    } else if (event instanceof NoMoreAddresses) {
      complete = true;
    } else if (event instanceof Connected connected) {
      if (running.replace(connected.attempt(), true) != null) {
        next = now + TLS_ALONE_NANOS;
      }
    } else if (event instanceof Failed failed) {
      if (running.remove(failed.attempt()) != null) {
        dialNext(now);
      }
    } else if (event instanceof Secured secured) {
      if (running.remove(secured.attempt()) != null) {
        out.add(new Won(secured.attempt()));
        finish();
      }
      return;
    } else {
      out.add(new Lost());
      finish();
      return;
    }
    if (complete && running.isEmpty() && waiting.isEmpty()) {
      out.add(new Lost());
      finish();
    }
  }

  private void dialNext(long now) {
    if (waiting.isEmpty()) {
      return;
    }
    int choice = 0;
    if (attempts > 0) {
      for (int i = 0; i < waiting.size(); i++) {
        if (waiting.get(i).isIpv6() != lastWasIpv6) {
          choice = i;
          break;
        }
      }
    }
    TransportAddress address = waiting.remove(choice);
    lastWasIpv6 = address.isIpv6();
    int attempt = attempts++;
    running.put(attempt, false);
    next = now + (running.containsValue(true) ? TLS_ALONE_NANOS : STAGGER_NANOS);
    out.add(new Dial(attempt, address));
  }

  private void finish() {
    over = true;
    running.keySet().stream().sorted().forEach(attempt -> out.add(new Abandon(attempt)));
    running.clear();
    waiting.clear();
  }

  @Override
  public void handleTimeout(long now) {
    if (!over && !waiting.isEmpty() && now - next >= 0) {
      dialNext(now);
    }
  }

  /** Always null: the sockets are the driver's. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public Output pollEvent() {
    return out.poll();
  }

  @Override
  public long nextDeadline() {
    return over || waiting.isEmpty() ? NO_DEADLINE : next;
  }
}
