package org.moshpit.common.web;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.function.Supplier;

/** Who may see {@code /metrics} and {@code /healthz}; everything else is not there. */
final class MetricsDoor implements HeadCheck {
  static final String METRICS = "/metrics";
  private static final String HEALTH = "/healthz";

  private final Supplier<Optional<AccessToken>> token;

  /**
   * @param token without which there are no metrics; empty: anybody who reaches it has them
   */
  MetricsDoor(Supplier<Optional<AccessToken>> token) {
    this.token = token;
  }

  /** What is asked for. */
  static String path(HttpRequest head) {
    int query = head.uri().indexOf('?');
    return query < 0 ? head.uri() : head.uri().substring(0, query);
  }

  @Override
  public Optional<FullHttpResponse> refusal(HttpRequest head) {
    return answer(head).map(answer -> answer.response(head.method().equals(HttpMethod.HEAD)));
  }

  private Optional<WebAnswer> answer(HttpRequest head) {
    if (!head.method().equals(HttpMethod.HEAD) && !head.method().equals(HttpMethod.GET)) {
      return no(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET or HEAD");
    }
    return switch (path(head)) {
      case HEALTH -> Optional.empty();
      case METRICS -> metrics(head);
      default -> no(HttpResponseStatus.NOT_FOUND, "/metrics or /healthz");
    };
  }

  private Optional<WebAnswer> metrics(HttpRequest head) {
    Optional<AccessToken> wanted = token.get();
    if (wanted.isPresent()) {
      return wanted.get().isIn(head.headers().get(HttpHeaderNames.AUTHORIZATION))
          ? Optional.empty()
          : no(HttpResponseStatus.UNAUTHORIZED, "a bearer token is wanted");
    }
    return OwnHost.isMeant(head.headers())
        ? Optional.empty()
        : no(
            HttpResponseStatus.MISDIRECTED_REQUEST,
            "ask for it as localhost or by a number, or set a token");
  }

  private static Optional<WebAnswer> no(HttpResponseStatus status, String line) {
    return Optional.of(WebAnswer.plain(status, line));
  }
}
