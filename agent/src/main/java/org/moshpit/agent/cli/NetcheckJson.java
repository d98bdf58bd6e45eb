package org.moshpit.agent.cli;

import java.net.InetAddress;
import java.util.Locale;
import org.moshpit.agent.cli.netcheck.NetcheckResult;
import org.moshpit.agent.control.JsonLine;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.nat.NatFindings.Aspect;
import org.moshpit.common.sansio.TransportAddress;

/** The result of {@code agent netcheck --json}. */
final class NetcheckJson {
  private NetcheckJson() {}

  static String of(NetcheckResult result) {
    NatFindings found = result.main();
    boolean sequential = found.behaviour().allocation() == Allocation.SEQUENTIAL;
    JsonLine line =
        new JsonLine()
            .object()
            .member("rendezvous", result.rendezvous())
            .member("udp", result.udp())
            .member("observed", found.observed())
            .member("mapping", found.behaviour().mapping().word())
            .member("filtering", found.behaviour().filtering().word())
            .member("allocation", found.behaviour().allocation().word())
            .member("step", sequential ? found.ports().step() : null)
            .name("block");
    if (found.behaviour().allocation() == Allocation.BLOCK) {
      line.object()
          .member("low", found.ports().low())
          .member("high", found.ports().high())
          .endObject();
    } else {
      line.value(null);
    }
    line.name("addresses").array();
    for (InetAddress address : found.addresses()) {
      line.value(TransportAddress.text(address));
    }
    line.endArray().name("varies").array();
    for (Aspect aspect : Aspect.values()) {
      if (found.varying().contains(aspect)) {
        line.value(aspect.name().toLowerCase(Locale.ROOT));
      }
    }
    line.endArray();
    if (found.hairpin() == null) {
      line.name("hairpin").value(null);
    } else {
      line.member("hairpin", found.hairpin().booleanValue());
    }
    line.member("lifetimeSeconds", result.lifetimeSeconds()).name("ipv6");
    if (result.ipv6().observed() == null) {
      line.value(null);
    } else {
      line.object()
          .member("observed", result.ipv6().observed())
          .member("filtering", result.ipv6().behaviour().filtering().word())
          .endObject();
    }
    if (result.portMapping() != null) {
      line.name("portMapping").array();
      result.portMapping().forEach(line::value);
      line.endArray();
    }
    line.name("expect").object();
    for (PeerNat peer : PeerNat.values()) {
      line.member(peer.word(), peer.expectation(result).word());
    }
    return line.endObject().endObject().toString();
  }
}
