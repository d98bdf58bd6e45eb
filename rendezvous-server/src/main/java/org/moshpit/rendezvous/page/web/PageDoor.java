package org.moshpit.rendezvous.page.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.moshpit.common.web.AccessToken;
import org.moshpit.common.web.OwnHost;

/** Who may see the page. On the listener's thread. */
final class PageDoor {
  private static final String COOKIE = "moshpit-page=";
  private static final int SECRET = 32;
  private static final int MAX_COOKIES = 64;

  /** Of a request's cookies of this name: one, or a few where somebody else has set more. */
  private static final int MAX_OF_OURS = 8;

  /** An operator's day; who looks again tomorrow gives the token again. */
  static final Duration LOGIN = Duration.ofHours(12);

  /** Browsers at once; one more ends the oldest login. */
  static final int MAX_LOGINS = 64;

  private record Login(byte[] secret, long until) {}

  private final Optional<AccessToken> token;
  private final SecureRandom random;
  private final LongSupplier nanos;
  private final Deque<Login> logins = new ArrayDeque<>();

  /**
   * @param token without which nobody is let in; empty: only this machine reaches the page
   * @param random makes the cookies
   * @param nanos the monotonic clock
   */
  PageDoor(Optional<AccessToken> token, SecureRandom random, LongSupplier nanos) {
    this.token = token;
    this.random = random;
    this.nanos = nanos;
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
    forgetOld();
    boolean found = false;
    int seen = 0;
    for (String line : lines) {
      for (String part : line.split(";", MAX_COOKIES)) {
        String one = part.strip();
        if (one.startsWith(COOKIE) && seen++ < MAX_OF_OURS) {
          found |= isLogin(one.substring(COOKIE.length()).getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    }
    return found;
  }

  private boolean isLogin(byte[] secret) {
    boolean found = false;
    for (Login login : logins) {
      found |= MessageDigest.isEqual(login.secret(), secret);
    }
    return found;
  }

  /** They stand in the order in which they end. */
  private void forgetOld() {
    long now = nanos.getAsLong();
    while (!logins.isEmpty() && logins.getFirst().until() - now <= 0) {
      logins.removeFirst();
    }
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

  /**
   * One more login, for {@link #LOGIN} or as long as this process lives.
   *
   * @return what the browser is given
   */
  String logIn() {
    forgetOld();
    if (logins.size() == MAX_LOGINS) {
      logins.removeFirst();
    }
    byte[] secret = new byte[SECRET];
    random.nextBytes(secret);
    String cookie = HexFormat.of().formatHex(secret);
    logins.addLast(
        new Login(cookie.getBytes(StandardCharsets.US_ASCII), nanos.getAsLong() + LOGIN.toNanos()));
    return COOKIE
        + cookie
        + "; Max-Age="
        + LOGIN.toSeconds()
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
