package org.moshpit.rendezvous.page.web;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.moshpit.rendezvous.page.LoginPage;

/** One connection, one request at a time. */
final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final long STUCK_MILLIS = 2000;
  private static final PageAnswer STUCK =
      PageAnswer.plain(HttpResponseStatus.SERVICE_UNAVAILABLE, "the event loop does not answer");

  private final PageDoor door;
  private final PageFiles files;
  private final Consumer<Promise<String>> page;

  /**
   * @param page renders the page and completes its promise, on any thread
   */
  PageHandler(PageDoor door, PageFiles files, Consumer<Promise<String>> page) {
    this.door = door;
    this.files = files;
    this.page = page;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      send(ctx, PageAnswer.plain(HttpResponseStatus.BAD_REQUEST, "not a request"), false, false);
      return;
    }
    boolean head = request.method().equals(HttpMethod.HEAD);
    boolean keep = HttpUtil.isKeepAlive(request);
    if (wantsPage(request)) {
      Promise<String> rendered = ctx.executor().newPromise();
      rendered.addListener(
          done ->
              send(
                  ctx,
                  rendered.isSuccess()
                      ? PageAnswer.html(HttpResponseStatus.OK, rendered.getNow())
                      : STUCK,
                  head,
                  keep));
      ctx.executor().schedule(() -> rendered.cancel(false), STUCK_MILLIS, TimeUnit.MILLISECONDS);
      page.accept(rendered);
    } else {
      send(ctx, answer(request, head), head, keep);
    }
  }

  private boolean wantsPage(FullHttpRequest request) {
    boolean read =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return read
        && request.uri().equals("/")
        && door.isHost(request.headers())
        && door.admits(request.headers());
  }

  private PageAnswer answer(FullHttpRequest request, boolean head) {
    if (!door.isHost(request.headers())) {
      return PageAnswer.plain(
          HttpResponseStatus.MISDIRECTED_REQUEST, "ask for it as localhost or by a number");
    }
    boolean form = request.uri().equals("/login") && door.asks();
    if (form && request.method().equals(HttpMethod.POST)) {
      return login(request);
    }
    if (!head && !request.method().equals(HttpMethod.GET)) {
      return PageAnswer.plain(HttpResponseStatus.METHOD_NOT_ALLOWED, form ? "POST" : "GET or HEAD")
          .with(HttpHeaderNames.ALLOW, form ? "POST" : "GET, HEAD");
    }
    if (form) {
      return redirect();
    }
    return switch (request.uri()) {
      // only without the token: with it this is not reached
      case "/" -> unauthorized(false);
      case "/page.css" -> files.style();
      case "/page.js" -> files.script();
      default -> PageAnswer.plain(HttpResponseStatus.NOT_FOUND, "there is only /");
    };
  }

  private PageAnswer login(FullHttpRequest request) {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (PageDoor.isFromElsewhere(request.headers())
        || !type.startsWith("application/x-www-form-urlencoded")) {
      return PageAnswer.plain(HttpResponseStatus.FORBIDDEN, "that is not this page's form");
    }
    return door.isToken(request.content().toString(StandardCharsets.UTF_8))
        ? redirect().with(HttpHeaderNames.SET_COOKIE, door.setCookie())
        : unauthorized(true);
  }

  private static PageAnswer unauthorized(boolean wrong) {
    return PageAnswer.html(HttpResponseStatus.UNAUTHORIZED, LoginPage.of(wrong))
        .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
  }

  private static PageAnswer redirect() {
    return PageAnswer.seeOther("/");
  }

  private static void send(
      ChannelHandlerContext ctx, PageAnswer answer, boolean head, boolean keep) {
    var written = ctx.writeAndFlush(answer.response(head, keep));
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
