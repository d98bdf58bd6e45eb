package org.moshpit.common.web;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/** What a site says to a request by its head alone: path, method, name and token. */
@FunctionalInterface
public interface HeadCheck {
  /**
   * Asked before anything of the request is kept; on the listener's thread.
   *
   * @param head one that was understood
   * @return the answer to one that is refused; empty: it is for the connection's handler
   */
  Optional<FullHttpResponse> refusal(HttpRequest head);
}
