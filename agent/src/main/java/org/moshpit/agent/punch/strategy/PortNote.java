package org.moshpit.agent.punch.strategy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one end tells the other about its ports while they look for each other: always the whole of
 * it, so that a lost one is made good by the next. It travels over the relay, authenticated like a
 * check. The address it speaks of is not in it: that is the sealed one.
 *
 * @param number grows with each change, from 1; the end that reads it ignores older ones
 * @param heard the highest number heard from the other end
 * @param kind how the ports are chosen
 * @param allowed the strategies that end may use, bits as of {@link BulkLimits#mask}
 * @param span where they lie, if they are scattered and that is known; else null
 * @param base the last port seen, if they are stepped and it is fresh; else 0
 * @param step from one to the next, −64 to 64; 0 if unknown
 * @param meetings in each of these ranges lies the port of a socket that has sent to the other end;
 *     at most {@link #MAX_MEETINGS}
 */
public record PortNote(
    int number,
    int heard,
    PortKind kind,
    int allowed,
    PortRange span,
    int base,
    int step,
    List<PortRange> meetings) {
  /** More sockets than that nobody sandwiches. */
  public static final int MAX_MEETINGS = 8;

  private static final int FIXED_LENGTH = 2 + 2 + 1 + 1 + 4 + 2 + 1 + 1;

  /** Copies the list and checks the ranges. */
  public PortNote {
    Objects.requireNonNull(kind);
    meetings = List.copyOf(meetings);
    if (number < 0 || number > 0xffff || heard < 0 || heard > 0xffff) {
      throw new IllegalArgumentException("number " + number + ", heard " + heard);
    }
    if (allowed < 0
        || allowed > 0xff
        || base < 0
        || base > 0xffff
        || Math.abs(step) > 64
        || meetings.size() > MAX_MEETINGS) {
      throw new IllegalArgumentException("base " + base + ", step " + step);
    }
  }

  boolean allows(Strategy.Name name) {
    return (allowed & name.bit()) != 0;
  }

  /** As it goes on the wire: docs/protocol.md. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(FIXED_LENGTH + 4 * meetings.size());
    out.putShort((short) number).putShort((short) heard).put((byte) kind.code());
    out.put((byte) allowed);
    put(out, span);
    out.putShort((short) base).put((byte) step).put((byte) meetings.size());
    meetings.forEach(range -> put(out, range));
    return out.array();
  }

  /** From bytes a peer sent, which may be anything; empty if they are none of this. */
  public static Optional<PortNote> fromBytes(byte[] bytes) {
    if (bytes.length < FIXED_LENGTH) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int number = in.getShort() & 0xffff;
    int heard = in.getShort() & 0xffff;
    Optional<PortKind> kind = PortKind.ofCode(in.get() & 0xff);
    int allowed = in.get() & 0xff;
    int low = in.getShort() & 0xffff;
    int high = in.getShort() & 0xffff;
    int base = in.getShort() & 0xffff;
    int step = in.get();
    int count = in.get() & 0xff;
    boolean sound =
        kind.isPresent()
            && isRangeOrNone(low, high)
            && Math.abs(step) <= 64
            && count <= MAX_MEETINGS
            && in.remaining() == 4 * count;
    if (!sound) {
      return Optional.empty();
    }
    List<PortRange> meetings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int from = in.getShort() & 0xffff;
      int to = in.getShort() & 0xffff;
      if (from == 0 || to < from) {
        return Optional.empty();
      }
      meetings.add(new PortRange(from, to));
    }
    PortRange span = low == 0 ? null : new PortRange(low, high);
    return Optional.of(
        new PortNote(number, heard, kind.get(), allowed, span, base, step, meetings));
  }

  private static boolean isRangeOrNone(int low, int high) {
    return low == 0 ? high == 0 : high >= low;
  }

  private static void put(ByteBuffer out, PortRange range) {
    out.putShort((short) (range == null ? 0 : range.low()));
    out.putShort((short) (range == null ? 0 : range.high()));
  }
}
