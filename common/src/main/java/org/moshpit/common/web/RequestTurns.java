package org.moshpit.common.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One request at a time, and nothing that waits: its head is checked before anything is kept, and
 * nothing more is read until the answer, one message, has been taken. A second request that came
 * with the first is not kept; after the first answer the connection is closed then, and whoever
 * asks so asks again (RFC 9112 §9.3.2). Right behind the codec.
 *
 * <p>A request may take ten seconds, so may the daemon, and the taking of the answer two, with one
 * more for each 16 kB of it up to ten, however many bytes come meanwhile; then the connection is
 * closed.
 */
final class RequestTurns extends ChannelDuplexHandler {
  /** Of a request: no form here is longer. */
  static final int MAX_BODY = 1024;

  static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long TAKING_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int BYTES_PER_SECOND = 16_384;

  private enum At {
    /** A request, or a part of one, is waited for. */
    REQUEST,
    /** The daemon is asked. */
    DAEMON,
    /** The answer is being taken. */
    ANSWER
  }

  private final HeadCheck check;
  private final Runnable moved;
  private At at = At.REQUEST;
  private boolean dropping;
  private boolean last;
  private Future<?> end;

  /**
   * Begins the first turn when it is added.
   *
   * @param moved called when the connection has got to something else; on the channel's thread
   */
  RequestTurns(HeadCheck check, Runnable moved) {
    this.check = check;
    this.moved = moved;
  }

  /** Whether the daemon is about to answer. */
  boolean isBeingAnswered() {
    return at == At.DAEMON;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    endAfter(ctx, TURN_NANOS);
  }

  private void endAfter(ChannelHandlerContext ctx, long nanos) {
    stop();
    end = ctx.executor().schedule(() -> ctx.close(), nanos, TimeUnit.NANOSECONDS);
  }

  private void stop() {
    if (end != null) {
      end.cancel(false);
    }
  }

  private void go(ChannelHandlerContext ctx, At to, long nanos) {
    at = to;
    endAfter(ctx, nanos);
    moved.run();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      begin(ctx, head);
      return;
    }
    if (dropping) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof LastHttpContent) {
      asked(ctx);
    }
    ctx.fireChannelRead(message);
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    if (last || at != At.REQUEST) {
      last = true;
      dropping = true;
      ReferenceCountUtil.release(head);
      return;
    }
    Optional<FullHttpResponse> refusal = refusal(head);
    dropping = refusal.isPresent();
    last = !HttpUtil.isKeepAlive(head) || dropping && !isWhole(head);
    if (dropping) {
      ReferenceCountUtil.release(head);
      asked(ctx);
      write(ctx, refusal.get(), ctx.newPromise());
      ctx.flush();
    } else {
      ctx.fireChannelRead(head);
    }
  }

  /** Nothing of it is read any more until it is answered. */
  private void asked(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(false);
    go(ctx, At.DAEMON, TURN_NANOS);
  }

  private Optional<FullHttpResponse> refusal(HttpRequest head) {
    if (head.decoderResult().cause() instanceof TooLongHttpHeaderException) {
      return plain(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many headers, or cookies");
    }
    if (!head.decoderResult().isSuccess()) {
      return plain(HttpResponseStatus.BAD_REQUEST, "not a request");
    }
    if (HttpUtil.isTransferEncodingChunked(head)) {
      return plain(HttpResponseStatus.LENGTH_REQUIRED, "a body needs a Content-Length");
    }
    if (HttpUtil.getContentLength(head, 0L) > MAX_BODY) {
      return plain(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "too long");
    }
    return check.refusal(head);
  }

  /** Whether no body follows. */
  private static boolean isWhole(HttpRequest head) {
    return head.decoderResult().isSuccess()
        && !HttpUtil.isTransferEncodingChunked(head)
        && HttpUtil.getContentLength(head, 0L) == 0;
  }

  private static Optional<FullHttpResponse> plain(HttpResponseStatus status, String line) {
    byte[] body = (line + "\n").getBytes(StandardCharsets.US_ASCII);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return Optional.of(response);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse answer
        && answer.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      if (last) {
        HttpUtil.setKeepAlive(answer, false);
      }
      go(ctx, At.ANSWER, takingNanos(answer));
      promise.addListener(
          written -> {
            if (written.isSuccess() && ctx.channel().isActive()) {
              answered(ctx);
            }
          });
    }
    ctx.write(message, promise);
  }

  private static long takingNanos(HttpResponse answer) {
    int bytes = answer instanceof FullHttpResponse full ? full.content().readableBytes() : 0;
    long more = TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
    return Math.min(TURN_NANOS, TAKING_NANOS + more);
  }

  private void answered(ChannelHandlerContext ctx) {
    if (last) {
      ctx.close();
    } else {
      go(ctx, At.REQUEST, TURN_NANOS);
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    ctx.fireChannelInactive();
  }
}
