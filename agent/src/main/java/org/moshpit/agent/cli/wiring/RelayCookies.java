package org.moshpit.agent.cli.wiring;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.wire.proto.RelayCookie;

/**
 * The cookies that came over the link of now, by relay: one may come before the session that it is
 * for knows its relay's number. For the event loop's thread.
 */
public final class RelayCookies {
  /** More than the rendezvous lets one agent have; beyond them a relay keeps to the link. */
  static final int MAX = 1024;

  private final Map<Integer, RelayCookie> cookies = new HashMap<>();

  /** Keeps one; it replaces an earlier one of its relay. */
  public void keep(RelayCookie cookie) {
    if (cookies.size() < MAX || cookies.containsKey(cookie.getRelay())) {
      cookies.put(cookie.getRelay(), cookie);
    }
  }

  /** That of a relay, if there is one. */
  public Optional<RelayCookie> of(int relay) {
    return Optional.ofNullable(cookies.get(relay));
  }

  /** The relay is no more. */
  public void forget(int relay) {
    cookies.remove(relay);
  }

  /** The link is no more. */
  public void clear() {
    cookies.clear();
  }
}
