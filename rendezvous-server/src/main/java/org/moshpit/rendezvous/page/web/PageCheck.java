package org.moshpit.rendezvous.page.web;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import org.moshpit.common.web.HeadCheck;
import org.moshpit.rendezvous.page.LoginPage;

/** Answers all but the page itself and the form that was sent, by the head alone. */
final class PageCheck implements HeadCheck {
  private final PageDoor door;
  private final PageFiles files;

  PageCheck(PageDoor door, PageFiles files) {
    this.door = door;
    this.files = files;
  }

  @Override
  public Optional<FullHttpResponse> refusal(HttpRequest head) {
    return answer(head).map(answer -> answer.response(head.method().equals(HttpMethod.HEAD)));
  }

  private Optional<PageAnswer> answer(HttpRequest head) {
    if (!door.isHost(head.headers())) {
      return plain(
          HttpResponseStatus.MISDIRECTED_REQUEST, "ask for it as localhost or by a number");
    }
    boolean form = head.uri().equals("/login") && door.asks();
    if (form && head.method().equals(HttpMethod.POST)) {
      return login(head);
    }
    if (!head.method().equals(HttpMethod.HEAD) && !head.method().equals(HttpMethod.GET)) {
      return plain(HttpResponseStatus.METHOD_NOT_ALLOWED, form ? "POST" : "GET or HEAD")
          .map(answer -> answer.with(HttpHeaderNames.ALLOW, form ? "POST" : "GET, HEAD"));
    }
    if (form) {
      return Optional.of(PageAnswer.seeOther("/"));
    }
    return switch (head.uri()) {
      case "/" -> door.admits(head.headers()) ? Optional.empty() : Optional.of(unauthorized(false));
      case "/page.css" -> Optional.of(files.style());
      case "/page.js" -> Optional.of(files.script());
      default -> plain(HttpResponseStatus.NOT_FOUND, "there is only /");
    };
  }

  private static Optional<PageAnswer> login(HttpRequest head) {
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    return PageDoor.isFromElsewhere(head.headers())
            || !type.startsWith("application/x-www-form-urlencoded")
        ? plain(HttpResponseStatus.FORBIDDEN, "that is not this page's form")
        : Optional.empty();
  }

  /**
   * The form that asks for the token.
   *
   * @param wrong whether one was given that is not the one
   */
  static PageAnswer unauthorized(boolean wrong) {
    return PageAnswer.html(HttpResponseStatus.UNAUTHORIZED, LoginPage.of(wrong))
        .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
  }

  private static Optional<PageAnswer> plain(HttpResponseStatus status, String line) {
    return Optional.of(PageAnswer.plain(status, line));
  }
}
