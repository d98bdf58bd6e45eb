package org.moshpit.rendezvous.page.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One connection, one request at a time, of those that {@link PageCheck} leaves. */
final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final long STUCK_MILLIS = 2000;
  private static final PageAnswer STUCK =
      PageAnswer.plain(HttpResponseStatus.SERVICE_UNAVAILABLE, "the event loop does not answer");

  private final PageDoor door;
  private final Consumer<Promise<String>> page;

  /**
   * @param page renders the page and completes its promise, on any thread
   */
  PageHandler(PageDoor door, Consumer<Promise<String>> page) {
    this.door = door;
    this.page = page;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (request.method().equals(HttpMethod.POST)) {
      ctx.writeAndFlush(login(request).response(false));
    } else {
      show(ctx, request.method().equals(HttpMethod.HEAD));
    }
  }

  private void show(ChannelHandlerContext ctx, boolean head) {
    Promise<String> rendered = ctx.executor().newPromise();
    var late =
        ctx.executor().schedule(() -> rendered.cancel(false), STUCK_MILLIS, TimeUnit.MILLISECONDS);
    rendered.addListener(
        done -> {
          late.cancel(false);
          PageAnswer answer =
              rendered.isSuccess()
                  ? PageAnswer.html(HttpResponseStatus.OK, rendered.getNow())
                  : STUCK;
          ctx.writeAndFlush(answer.response(head));
        });
    page.accept(rendered);
  }

  private PageAnswer login(FullHttpRequest request) {
    return door.isToken(request.content().toString(StandardCharsets.UTF_8))
        ? PageAnswer.seeOther("/").with(HttpHeaderNames.SET_COOKIE, door.logIn())
        : PageCheck.unauthorized(true);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
