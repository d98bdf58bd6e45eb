package org.moshpit.common.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.ServerFrame;

/**
 * Frames ↔ messages, one per channel. A length over {@link Link#MAX_FRAME} is refused before a byte
 * of the frame is kept, and so is one over {@link Link#MAX_STRANGER_FRAME} on a link that has not
 * logged in. After {@link Malformed} everything that comes in is thrown away.
 *
 * @param <I> what comes in: the other end's frames
 */
public final class FrameCodec<I extends MessageLite> extends ByteToMessageCodec<MessageLite> {
  private static final int MAX_LENGTH_BYTES = 3;

  private final Parser<I> parser;
  private final Function<I, String> limits;
  private int maxFrame = Link.MAX_FRAME;
  private boolean skipsLarger;
  private int toSkip;
  private boolean broken;

  private FrameCodec(Parser<I> parser, Function<I, String> limits) {
    super(MessageLite.class);
    this.parser = parser;
    this.limits = limits;
  }

  /** For the rendezvous' end: {@link ClientFrame} in, any message out. */
  public static FrameCodec<ClientFrame> forServer() {
    return new FrameCodec<>(ClientFrame.parser(), LinkLimits::violation);
  }

  /**
   * For the rendezvous' end of a link that has not logged in: until {@link #loggedIn}, frames over
   * {@link Link#MAX_STRANGER_FRAME} are refused.
   */
  public static FrameCodec<ClientFrame> forStranger() {
    FrameCodec<ClientFrame> codec = forServer();
    codec.maxFrame = Link.MAX_STRANGER_FRAME;
    return codec;
  }

  /**
   * What follows on this link is not heard until another login: larger frames, which an agent may
   * say right behind its login, are read past. On the event loop.
   */
  public void loginAgain() {
    skipsLarger = true;
  }

  /**
   * The link has logged in: frames of any size are taken, also those behind the login. On the event
   * loop.
   */
  public void loggedIn() {
    maxFrame = Link.MAX_FRAME;
  }

  /** For an agent's end: {@link ServerFrame} in, any message out. */
  public static FrameCodec<ServerFrame> forClient() {
    return new FrameCodec<>(ServerFrame.parser(), LinkLimits::violation);
  }

  @Override
  protected void encode(ChannelHandlerContext ctx, MessageLite message, ByteBuf out)
      throws IOException {
    int size = message.getSerializedSize();
    if (size == 0 || size > Link.MAX_FRAME) {
      throw new IllegalArgumentException("a frame of " + size + " bytes");
    }
    out.ensureWritable(size + MAX_LENGTH_BYTES);
    int rest = size;
    while (rest >= 0x80) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
    CodedOutputStream coded = CodedOutputStream.newInstance(new ByteBufOutputStream(out), size);
    message.writeTo(coded);
    coded.flush();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (toSkip > 0) {
      int skipped = Math.min(toSkip, in.readableBytes());
      in.skipBytes(skipped);
      toSkip -= skipped;
      return;
    }
    int start = in.readerIndex();
    int length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
      if (!in.isReadable()) {
        in.readerIndex(start);
        return;
      }
      int b = in.readByte();
      length |= (b & 0x7f) << (7 * i);
      if (b >= 0) {
        frame(in, start, length, out);
        return;
      }
    }
    reject(in, "length of more than three bytes", out);
  }

  private void frame(ByteBuf in, int start, int length, List<Object> out) {
    if (length == 0 || length > Link.MAX_FRAME) {
      reject(in, "frame length out of range", out);
      return;
    }
    if (length > maxFrame) {
      if (skipsLarger) {
        toSkip = length;
      } else {
        reject(in, "a frame too long before the login", out);
      }
      return;
    }
    if (in.readableBytes() < length) {
      in.readerIndex(start);
      return;
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    try {
      I message = parser.parseFrom(bytes);
      String violation = limits.apply(message);
      if (violation == null) {
        out.add(message);
      } else {
        reject(in, violation, out);
      }
    } catch (InvalidProtocolBufferException e) {
      reject(in, "not a message", out);
    }
  }

  private void reject(ByteBuf in, String reason, List<Object> out) {
    broken = true;
    in.skipBytes(in.readableBytes());
    out.add(new Malformed(reason));
  }
}
