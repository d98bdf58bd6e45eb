package org.moshpit.agent.punch;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.TransactionId;

/**
 * Measures the round trip over the relay: a question that only the peer can answer, under the
 * credentials that both ends told each other sealed. An indication, as notes are, and never a
 * request: whoever carries it could else send it on to a socket, where it would pass for a check.
 *
 * <p>A question is answered once, and with as many bytes as it has itself.
 */
public final class RelayEcho {
  private static final int MAX_ASKED = 16;
  private static final byte QUESTION = 1;
  private static final byte ANSWER = 2;
  private static final int LENGTH = 1 + 4;

  /** What something heard over the relay is. */
  public sealed interface Heard {
    /** A question of the peer's, for the first time: take {@code answer} to it. */
    record Question(byte[] answer) implements Heard {}

    /** The answer to the question of that number. */
    record Answer(int number, long rttNanos) implements Heard {}

    /** No echo, or none that proves anything. */
    record Nothing() implements Heard {}
  }

  private record Asked(TransactionId id, long at) {}

  private final SealedPairs pairs;
  private final Map<Integer, Asked> asked = new LinkedHashMap<>();
  private int lastAsked;

  /** Proves, and tells what is proven, by these. */
  public RelayEcho(SealedPairs pairs) {
    this.pairs = pairs;
  }

  /**
   * A question.
   *
   * @param number positive, and larger than any before
   * @return empty as long as the peer is unknown
   */
  public Optional<byte[]> ask(long now, int number) {
    if (number <= lastAsked) {
      throw new IllegalArgumentException(number + " after " + lastAsked);
    }
    lastAsked = number;
    SealedPairs.Pair newest = pairs.newest();
    if (newest == null) {
      return Optional.empty();
    }
    TransactionId id = TransactionId.random(pairs.random());
    asked.put(number, new Asked(id, now));
    if (asked.size() > MAX_ASKED) {
      Iterator<Integer> oldest = asked.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return Optional.of(newest.codec.echo(id, text(QUESTION, number)));
  }

  /** Something that came over the relay, readable and with a right FINGERPRINT. */
  public Heard heard(long now, Parsed parsed) {
    for (SealedPairs.Pair pair : pairs.all()) {
      Optional<byte[]> text = pair.codec.readEcho(parsed);
      if (text.isPresent()) {
        return read(now, pair, parsed.message().transactionId(), text.get());
      }
    }
    return new Heard.Nothing();
  }

  private Heard read(long now, SealedPairs.Pair pair, TransactionId id, byte[] text) {
    if (text.length != LENGTH) {
      return new Heard.Nothing();
    }
    ByteBuffer in = ByteBuffer.wrap(text);
    byte what = in.get();
    int number = in.getInt();
    if (what == QUESTION && number > pair.echoed) {
      pair.echoed = number; // whoever carries it can say it again, but not for us to answer again
      return new Heard.Question(pair.codec.echo(id, text(ANSWER, number)));
    }
    Asked question = what == ANSWER ? asked.get(number) : null;
    if (question == null || !question.id.equals(id)) {
      return new Heard.Nothing();
    }
    asked.remove(number);
    return new Heard.Answer(number, now - question.at);
  }

  private static byte[] text(byte what, int number) {
    return ByteBuffer.allocate(LENGTH).put(what).putInt(number).array();
  }
}
