package org.moshpit.rendezvous.io;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.moshpit.common.wire.SpkiPin;

/**
 * What new links are presented, and by which key. Links keep what they were presented. On the event
 * loop.
 */
final class PresentedTls {
  private SslContext context;
  private SpkiPin pin;

  PresentedTls(SslContext context, SpkiPin pin) {
    this.context = context;
    this.pin = pin;
  }

  /** For the next link. */
  SslHandler handler(Channel channel) {
    return context.newHandler(channel.alloc());
  }

  /** The key that the next link is presented. */
  SpkiPin pin() {
    return pin;
  }

  /** From the next link on. BoringSSL's old one is freed with the last link that has it. */
  void replace(SslContext next, SpkiPin nextPin) {
    SslContext before = context;
    context = next;
    pin = nextPin;
    ReferenceCountUtil.release(before);
  }
}
