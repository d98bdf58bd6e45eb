package org.moshpit.common.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * One request at a time: nothing more is read until the answer, one message, has been taken, and
 * what was read with it waits. From one such turn to the next may be ten seconds, however many
 * bytes come meanwhile; then the connection is closed.
 */
final class RequestTurns extends ChannelDuplexHandler {
  /** Requests of one packet; no browser and no scraper sends a second before the first answer. */
  static final int MAX_WAITING = 64;

  private final long nanos;
  private final Runnable atEachAnswer;
  private final Queue<Object> waiting = new ArrayDeque<>();
  private boolean busy;
  private Future<?> end;

  /**
   * Begins the first turn when it is added.
   *
   * @param nanos from one turn to the next
   * @param atEachAnswer called when an answer has been taken; on the channel's thread
   */
  RequestTurns(long nanos, Runnable atEachAnswer) {
    this.nanos = nanos;
    this.atEachAnswer = atEachAnswer;
  }

  /** Whether a request waits for its answer. */
  boolean isBusy() {
    return busy;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    begin(ctx);
  }

  private void begin(ChannelHandlerContext ctx) {
    stop();
    end = ctx.executor().schedule(() -> ctx.close(), nanos, TimeUnit.NANOSECONDS);
  }

  private void stop() {
    if (end != null) {
      end.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object request) {
    if (!busy) {
      ask(ctx, request);
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(request);
    } else {
      ReferenceCountUtil.release(request);
      ctx.close();
    }
  }

  private void ask(ChannelHandlerContext ctx, Object request) {
    busy = true;
    ctx.channel().config().setAutoRead(false);
    begin(ctx);
    ctx.fireChannelRead(request);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object answer, ChannelPromise promise) {
    promise.addListener(
        written -> {
          if (written.isSuccess() && ctx.channel().isActive()) {
            answered(ctx);
          }
        });
    ctx.write(answer, promise);
  }

  private void answered(ChannelHandlerContext ctx) {
    busy = false;
    atEachAnswer.run();
    Object next = waiting.poll();
    if (next == null) {
      begin(ctx);
      ctx.channel().config().setAutoRead(true);
    } else {
      // not from within the write: sixty requests must not be sixty calls deep
      busy = true;
      ctx.executor().execute(() -> ask(ctx, next));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    ctx.fireChannelInactive();
  }
}
