package org.moshpit.agent.cli.enroll;

import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The link, which was there a moment ago.
 *
 * @param remote the address it went to
 */
record LinkCheck(TransportAddress remote) implements Check {
  @Override
  public String what() {
    return "rendezvous";
  }

  @Override
  public List<Finding> look() {
    return List.of(Finding.ok(what(), "TCP to " + remote));
  }
}
