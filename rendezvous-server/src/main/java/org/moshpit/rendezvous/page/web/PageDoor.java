package org.moshpit.rendezvous.page.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.moshpit.common.web.AccessToken;
import org.moshpit.common.web.OwnHost;

/** Who may see the page. Safe for any thread. */
final class PageDoor {
  private static final String COOKIE = "moshpit-page=";
  private static final int SECRET = 32;
  private static final int MAX_COOKIES = 64;

  private final Optional<AccessToken> token;
  private final byte[] cookie;

  /**
   * @param token without which nobody is let in; empty: only this machine reaches the page
   * @param random makes the cookie
   */
  PageDoor(Optional<AccessToken> token, SecureRandom random) {
    this.token = token;
    byte[] secret = new byte[SECRET];
    random.nextBytes(secret);
    cookie = HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether there is a token to ask for. */
  boolean asks() {
    return token.isPresent();
  }

  /** Whether a request may see the page; takes as long whatever is wrong with it. */
  boolean admits(HttpHeaders headers) {
    if (token.isEmpty()) {
      return true;
    }
    boolean bearer = token.get().isIn(headers.get(HttpHeaderNames.AUTHORIZATION));
    return hasCookie(headers.getAll(HttpHeaderNames.COOKIE)) || bearer;
  }

  private boolean hasCookie(List<String> lines) {
    boolean found = false;
    int seen = 0;
    for (String line : lines) {
      for (String part : line.split(";", MAX_COOKIES)) {
        String one = part.strip();
        if (one.startsWith(COOKIE) && seen++ < MAX_COOKIES) {
          byte[] value = one.substring(COOKIE.length()).getBytes(StandardCharsets.ISO_8859_1);
          found |= MessageDigest.isEqual(cookie, value);
        }
      }
    }
    return found;
  }

  /**
   * Whether the form's token is the one.
   *
   * @param form the body, {@code application/x-www-form-urlencoded}
   */
  boolean isToken(String form) {
    String given;
    try {
      List<String> values =
          new QueryStringDecoder(form, StandardCharsets.UTF_8, false, 8)
              .parameters()
              .getOrDefault("token", List.of());
      given = values.size() == 1 ? values.get(0).strip() : "";
    } catch (IllegalArgumentException e) {
      given = "";
    }
    return token.isPresent() && token.get().isIn("Bearer " + given);
  }

  /** What a browser is given after its login; over with the browser, or with this process. */
  String setCookie() {
    return COOKIE
        + new String(cookie, StandardCharsets.US_ASCII)
        + "; Path=/; HttpOnly; SameSite=Strict";
  }

  /** Whether the name it was reached by can be meant; with a token, any. */
  boolean isHost(HttpHeaders headers) {
    return asks() || OwnHost.isMeant(headers);
  }

  /** Whether a browser says that another site's page sent this. */
  static boolean isFromElsewhere(HttpHeaders headers) {
    String site = headers.get("sec-fetch-site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      return true;
    }
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    String host = headers.get(HttpHeaderNames.HOST);
    // without the scheme: in front of this may be something that speaks TLS
    return origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(host);
  }
}
