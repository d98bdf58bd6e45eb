package org.moshpit.rendezvous.io;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.Malformed;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;

/** One link's channel → the driver. Nothing reaches the driver before TLS and ALPN are agreed. */
final class LinkHandler extends ChannelInboundHandlerAdapter {
  private final CoreDriver driver;
  private final SpkiPin presented;
  private final Runnable onLogin;
  private LinkChannel link;

  LinkHandler(CoreDriver driver, SpkiPin presented, Runnable onLogin) {
    this.driver = driver;
    this.presented = presented;
    this.onLogin = onLogin;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess() && LinkTls.agreed(ctx.pipeline().get(SslHandler.class))) {
        link = driver.connected(ctx.channel(), presented, onLogin);
      } else {
        ctx.close();
      }
    } else if (event instanceof IdleStateEvent) {
      gone(ctx, "silent for too long");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (link == null) {
      ctx.close();
    } else if (message instanceof ClientFrame frame) {
      driver.received(link, frame);
    } else if (message instanceof Malformed malformed) {
      driver.broken(link, malformed.reason());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (link != null) {
      link.drain();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone(ctx, "closed");
  }

  /** TLS garbage, resets: the link is gone, and nobody wants to read why. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    gone(ctx, "failed");
  }

  private void gone(ChannelHandlerContext ctx, String reason) {
    if (link != null) {
      driver.disconnected(link, reason);
      link = null;
    }
    ctx.close();
  }
}
