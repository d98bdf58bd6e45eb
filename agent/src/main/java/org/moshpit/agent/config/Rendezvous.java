package org.moshpit.agent.config;

import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.SpkiPin;

/**
 * Which rendezvous, and how to know it: a join URL less its token.
 *
 * @param host where it is, as a person named it
 * @param pins the keys it may present; empty: its certificate must verify by WebPKI for {@code
 *     host}
 * @param at more addresses of the same one
 */
public record Rendezvous(HostPort host, List<SpkiPin> pins, List<HostPort> at) {
  /** Copies the lists. */
  public Rendezvous {
    pins = List.copyOf(pins);
    at = List.copyOf(at);
  }

  /** The rendezvous a join URL leads to. */
  public static Rendezvous of(JoinUrl url) {
    return new Rendezvous(url.host(), url.pins(), url.at());
  }

  /** Every address, in the order to try them, none twice. */
  public List<HostPort> addresses() {
    List<HostPort> all = new ArrayList<>();
    all.add(host);
    for (HostPort alternative : at) {
      if (!all.contains(alternative)) {
        all.add(alternative);
      }
    }
    return all;
  }

  /** The host for a person. */
  @Override
  public String toString() {
    return host.toString();
  }
}
