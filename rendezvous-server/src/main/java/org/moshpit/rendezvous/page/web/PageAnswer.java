package org.moshpit.rendezvous.page.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One answer, before it is known whether its body is wanted.
 *
 * @param status its status
 * @param type of the body
 * @param body in UTF-8
 * @param more further headers
 */
record PageAnswer(
    HttpResponseStatus status, CharSequence type, String body, Map<CharSequence, String> more) {
  static final String HTML = "text/html; charset=utf-8";

  /** What a browser may do with any of it: load the two files beside it, and nothing else. */
  static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  static PageAnswer html(HttpResponseStatus status, String body) {
    return new PageAnswer(status, HTML, body, Map.of());
  }

  static PageAnswer plain(HttpResponseStatus status, String line) {
    return new PageAnswer(status, "text/plain; charset=utf-8", line + "\n", Map.of());
  }

  PageAnswer with(CharSequence name, String text) {
    Map<CharSequence, String> all = new LinkedHashMap<>(more);
    all.put(name, text);
    return new PageAnswer(status, type, body, all);
  }

  static PageAnswer seeOther(String path) {
    return plain(HttpResponseStatus.SEE_OTHER, "see " + path).with(HttpHeaderNames.LOCATION, path);
  }

  /** The message; to HEAD without the body. */
  FullHttpResponse response(boolean head) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
        .set("x-content-type-options", "nosniff")
        .set("referrer-policy", "no-referrer")
        .set("x-frame-options", "DENY")
        .set("cross-origin-opener-policy", "same-origin")
        .set("cross-origin-resource-policy", "same-origin");
    more.forEach(response.headers()::set);
    return response;
  }
}
