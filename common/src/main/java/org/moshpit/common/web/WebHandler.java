package org.moshpit.common.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One connection: a request, the daemon asked on its own thread, an answer, and again. */
final class WebHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** For so long may the daemon's thread not come to it. */
  static final long STUCK_MILLIS = 2000;

  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final Answer STUCK =
      new Answer(HttpResponseStatus.SERVICE_UNAVAILABLE, PLAIN, "the event loop does not answer\n");

  private final WebListener.Site site;

  private record Answer(HttpResponseStatus status, String type, String text) {}

  WebHandler(WebListener.Site site) {
    this.site = site;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    boolean keep = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
    if (!request.decoderResult().isSuccess()) {
      send(ctx, plain(HttpResponseStatus.BAD_REQUEST, "not a request"), false, false);
      return;
    }
    if (!head && !request.method().equals(HttpMethod.GET)) {
      send(ctx, plain(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET or HEAD"), false, keep);
      return;
    }
    String path = request.uri().replaceFirst("\\?.*", "");
    switch (path) {
      case "/healthz" -> ask(ctx, head, keep, this::health);
      case "/metrics" -> {
        Optional<AccessToken> token = site.token().get();
        String sent = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (token.isPresent() && !token.get().isIn(sent)) {
          send(ctx, plain(HttpResponseStatus.UNAUTHORIZED, "a bearer token is wanted"), head, keep);
        } else if (token.isEmpty() && !OwnHost.isMeant(request.headers())) {
          send(
              ctx,
              plain(
                  HttpResponseStatus.MISDIRECTED_REQUEST,
                  "ask for it as localhost or by a number, or set a token"),
              head,
              keep);
        } else {
          ask(
              ctx,
              head,
              keep,
              () -> new Answer(HttpResponseStatus.OK, METRICS, site.metrics().text()));
        }
      }
      default -> send(ctx, plain(HttpResponseStatus.NOT_FOUND, "/metrics or /healthz"), head, keep);
    }
  }

  private Answer health() {
    return site.health()
        .problem()
        .map(line -> plain(HttpResponseStatus.SERVICE_UNAVAILABLE, line))
        .orElseGet(() -> plain(HttpResponseStatus.OK, "serving"));
  }

  private static Answer plain(HttpResponseStatus status, String line) {
    return new Answer(status, PLAIN, line + "\n");
  }

  /** Has the daemon's thread answer; if it does not come to that, this thread says so. */
  private void ask(
      ChannelHandlerContext ctx, boolean head, boolean keep, Supplier<Answer> question) {
    var answered = ctx.executor().<Answer>newPromise();
    answered.addListener(
        done -> {
          send(ctx, answered.isSuccess() ? answered.getNow() : STUCK, head, keep);
        });
    ctx.executor().schedule(() -> answered.trySuccess(STUCK), STUCK_MILLIS, TimeUnit.MILLISECONDS);
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

  private static void send(ChannelHandlerContext ctx, Answer answer, boolean head, boolean keep) {
    byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            answer.status(),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    if (answer.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    if (!keep) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    var written = ctx.writeAndFlush(response);
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
