package org.moshpit.common.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * By which name a browser believes to have come. What needs no token is for this machine; but a
 * page of somebody else's, whose name is made to point to 127.0.0.1, could read it as its own.
 */
public final class OwnHost {
  /** A number is no name that somebody else's name server could point here. */
  private static final Pattern NUMBER_OR_LOCALHOST =
      Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  private OwnHost() {}

  /** Whether that name can be this machine's, whatever a name server says. Any thread. */
  public static boolean isMeant(HttpHeaders headers) {
    String host = headers.get(HttpHeaderNames.HOST);
    return host != null && NUMBER_OR_LOCALHOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
