package org.moshpit.common.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One connection: a request, the daemon asked on its own thread, an answer, and again. */
final class WebHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** For so long may the daemon's thread not come to it. */
  static final long STUCK_MILLIS = 2000;

  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final WebAnswer STUCK =
      WebAnswer.plain(HttpResponseStatus.SERVICE_UNAVAILABLE, "the event loop does not answer");

  private final WebListener.Site site;

  WebHandler(WebListener.Site site) {
    this.site = site;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    boolean metrics = MetricsDoor.path(request).equals(MetricsDoor.METRICS);
    ask(ctx, head, metrics ? this::metrics : this::health);
  }

  private WebAnswer metrics() {
    return new WebAnswer(HttpResponseStatus.OK, METRICS, site.metrics().text());
  }

  private WebAnswer health() {
    return site.health()
        .problem()
        .map(line -> WebAnswer.plain(HttpResponseStatus.SERVICE_UNAVAILABLE, line))
        .orElseGet(() -> WebAnswer.plain(HttpResponseStatus.OK, "serving"));
  }

  /** Has the daemon's thread answer; if it does not come to that, this thread says so. */
  private void ask(ChannelHandlerContext ctx, boolean head, Supplier<WebAnswer> question) {
    var answered = ctx.executor().<WebAnswer>newPromise();
    var late =
        ctx.executor()
            .schedule(() -> answered.trySuccess(STUCK), STUCK_MILLIS, TimeUnit.MILLISECONDS);
    answered.addListener(
        done -> {
          late.cancel(false);
          WebAnswer answer = answered.isSuccess() ? answered.getNow() : STUCK;
          ctx.writeAndFlush(answer.response(head));
        });
    try {
      site.loop()
          .execute(
              () -> {
                try {
                  answered.trySuccess(question.get());
                } catch (RuntimeException e) {
                  answered.tryFailure(e);
                }
              });
    } catch (RejectedExecutionException e) {
      answered.trySuccess(STUCK);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
