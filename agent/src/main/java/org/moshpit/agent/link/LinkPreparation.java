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
 * first, on threads of its own, and do the rest meanwhile; it serves any number of links.
 */
public final class LinkPreparation {
  private final CompletableFuture<SslContext> tls;
  private final CompletableFuture<LinkKey> key;

  private LinkPreparation(CompletableFuture<SslContext> tls, CompletableFuture<LinkKey> key) {
    this.tls = tls;
    this.key = key;
  }

  /**
   * Begins on two short-lived daemon threads.
   *
   * @param key reads or makes the link key; what it throws, every link's opening throws
   */
  public static LinkPreparation start(Rendezvous rendezvous, Callable<LinkKey> key) {
    return new LinkPreparation(
        onThread("link-tls", () -> LinkTls.client(rendezvous.pins())),
        onThread(
            "link-key",
            () -> {
              LinkKey linkKey = key.call();
              // The first signature of a process loads a hundred classes; not on the event loop.
              byte[] unused = linkKey.sign(new byte[0]);
              return unused.length == LinkKey.SIGNATURE_LENGTH ? linkKey : null;
            }));
  }

  private static <T> CompletableFuture<T> onThread(String name, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable e) {
                // Also a library that cannot be linked: whoever waits must hear of it.
                result.completeExceptionally(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  CompletableFuture<SslContext> tls() {
    return tls;
  }

  CompletableFuture<LinkKey> key() {
    return key;
  }
}
