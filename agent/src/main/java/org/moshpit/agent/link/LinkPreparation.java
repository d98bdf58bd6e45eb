package org.moshpit.agent.link;

import io.netty.handler.ssl.SslContext;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.LinkTls;

/**
 * What every link needs and what takes long in a young process: the TLS context (about 130 ms with
 * BoringSSL, most of it loading the library) and the link key with its first signature. Begin it
 * first and do the rest meanwhile; it serves any number of links.
 */
public final class LinkPreparation {
  private final CompletableFuture<SslContext> tls;
  private final CompletableFuture<LinkKey> key;
  private final ReturnNonce returnNonce;

  private LinkPreparation(
      CompletableFuture<SslContext> tls, CompletableFuture<LinkKey> key, ReturnNonce returnNonce) {
    this.tls = tls;
    this.key = key;
    this.returnNonce = returnNonce;
  }

  /**
   * Begins on a short-lived daemon thread, one thing after the other: dialling goes on beside it,
   * and the key is not wanted before two round trips.
   *
   * @param key reads or makes the link key; what it throws, every link's opening throws
   */
  public static LinkPreparation start(Rendezvous rendezvous, Callable<LinkKey> key) {
    return start(rendezvous, key, ReturnNonce.NONE);
  }

  /**
   * The same.
   *
   * @param returnNonce lets links log in without waiting for the rendezvous' greeting
   */
  public static LinkPreparation start(
      Rendezvous rendezvous, Callable<LinkKey> key, ReturnNonce returnNonce) {
    LinkPreparation preparation =
        new LinkPreparation(new CompletableFuture<>(), new CompletableFuture<>(), returnNonce);
    Thread thread =
        new Thread(
            () -> {
              complete(preparation.tls, () -> LinkTls.client(rendezvous.pins()));
              complete(preparation.key, () -> warmedUp(key.call()));
            },
            "link-preparation");
    thread.setDaemon(true);
    thread.start();
    return preparation;
  }

  /** The first signature of a process loads a hundred classes; not on the event loop. */
  private static LinkKey warmedUp(LinkKey key) {
    byte[] unused = key.sign(new byte[0]);
    return unused.length == LinkKey.SIGNATURE_LENGTH ? key : null;
  }

  private static <T> void complete(CompletableFuture<T> result, Callable<T> work) {
    try {
      result.complete(work.call());
    } catch (Throwable e) {
      // Also a library that cannot be linked: whoever waits must hear of it.
      result.completeExceptionally(e);
    }
  }

  CompletableFuture<SslContext> tls() {
    return tls;
  }

  CompletableFuture<LinkKey> key() {
    return key;
  }

  ReturnNonce returnNonce() {
    return returnNonce;
  }
}
