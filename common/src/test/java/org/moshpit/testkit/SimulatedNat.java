package org.moshpit.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.moshpit.common.sansio.TransportAddress;

/**
 * A NAT between two segments. It is a router: it takes one hop from what passes. It forgets by
 * time; {@link #reboot} makes it forget at once.
 */
public final class SimulatedNat {
  private record MappingKey(TransportAddress inside, Object scope) {}

  private record Flow(TransportAddress inside, TransportAddress remote) {}

  private record Tuple(int outerPort, TransportAddress remote) {}

  private final Simulation simulation;
  private final Segment outside;
  private final Segment inside;
  private final PortAllocator ports;
  private final Map<MappingKey, NatMapping> mappings = new HashMap<>();
  private final Map<Integer, List<NatMapping>> byPort = new HashMap<>();
  private final Map<Flow, NatMapping> flows = new HashMap<>();
  private final Map<Tuple, Long> poison = new HashMap<>();
  private final Map<Integer, TransportAddress> forwarded = new HashMap<>();
  private NatBehaviour behaviour;
  private InetAddress ip;
  private long poisonings;

  SimulatedNat(Simulation simulation, NatBehaviour behaviour, Segment outside, InetAddress ip) {
    this.simulation = simulation;
    this.behaviour = behaviour;
    this.outside = outside;
    this.ip = ip;
    ports = new PortAllocator(simulation.randomness());
    inside = new Segment(outside.network(), false);
    inside.gateway(this::outbound);
    outside.attach(ip, this::inbound);
  }

  /** Where the hosts behind it are. */
  public Segment inside() {
    return inside;
  }

  /** Its outer address. */
  public InetAddress ip() {
    return ip;
  }

  /** How often an unsolicited packet took a tuple. */
  public long poisonings() {
    return poisonings;
  }

  /** How many mappings live now. */
  public int liveMappings() {
    long now = simulation.now();
    return (int) byPort.values().stream().flatMap(List::stream).filter(m -> m.lives(now)).count();
  }

  /** Forgets everything, as a restart of the router does. */
  public void reboot() {
    mappings.clear();
    byPort.clear();
    flows.clear();
    poison.clear();
    forwarded.clear();
  }

  /** Forgets everything and has a new outer address. */
  public void readdress(String newIp) {
    reboot();
    outside.detach(ip);
    ip = TransportAddress.parseIp(newIp);
    outside.attach(ip, this::inbound);
  }

  /** Whoever sends to a host's port here, on the same number, arrives there: a mapped port. */
  public TransportAddress forward(TransportAddress to) {
    forwarded.put(to.port(), to);
    return new TransportAddress(ip, to.port());
  }

  /** Behaves otherwise from now on; existing mappings stay. */
  public void behave(NatBehaviour changed) {
    behaviour = changed;
  }

  private void outbound(Packet packet) {
    if (packet.ttl() <= 1 || behaviour.blocksUdp()) {
      return;
    }
    Packet forwarded = packet.afterHops(1);
    boolean toMyself = packet.destination().ip().equals(ip);
    if (toMyself && !behaviour.hairpin()) {
      return;
    }
    NatMapping mapping = mappingFor(packet.source(), packet.destination());
    if (mapping == null) {
      return; // no port is left
    }
    mapping.sent(simulation.now(), packet.destination());
    Packet translated = forwarded.from(new TransportAddress(ip, mapping.port()));
    if (toMyself) {
      inbound(translated);
    } else {
      outside.carry(translated);
    }
  }

  private void inbound(Packet packet) {
    if (behaviour.blocksUdp()) {
      return;
    }
    long now = simulation.now();
    int port = packet.destination().port();
    for (NatMapping mapping : byPort.getOrDefault(port, List.of())) {
      if (mapping.lives(now) && mapping.admits(now, packet.source())) {
        if (behaviour.refreshedInbound()) {
          mapping.refreshed(now, packet.source());
        }
        if (packet.ttl() > 1) {
          inside.carry(packet.afterHops(1).to(mapping.inside()));
        }
        return;
      }
    }
    TransportAddress host = forwarded.get(port);
    if (host != null) {
      if (packet.ttl() > 1) {
        inside.carry(packet.afterHops(1).to(host));
      }
    } else if (behaviour.poisonable()) {
      poisonings++;
      poison.put(new Tuple(port, packet.source()), now + behaviour.timeout().toNanos());
    }
  }

  private NatMapping mappingFor(TransportAddress source, TransportAddress remote) {
    long now = simulation.now();
    Flow flow = new Flow(source, remote);
    NatMapping mapping = flows.get(flow);
    if (mapping != null && mapping.contacted(now, remote)) {
      return mapping;
    }
    MappingKey key = new MappingKey(source, behaviour.mapping().scope(remote));
    IntPredicate taken = port -> isTaken(port, remote, null);
    mapping = mappings.get(key);
    if (mapping == null || !mapping.lives(now)) {
      mapping = create(key, ports.allocate(behaviour, source.port(), taken));
    } else if (isTaken(mapping.port(), remote, mapping)) {
      // and what is sent to others from now on goes with it, as in the kernel
      mapping = create(key, ports.elsewhere(behaviour, taken));
    }
    flows.put(flow, mapping);
    return mapping;
  }

  private NatMapping create(MappingKey key, int port) {
    if (port == PortAllocator.NONE) {
      return null;
    }
    NatMapping mapping = new NatMapping(key.inside(), port, behaviour, simulation.now());
    byPort.computeIfAbsent(port, p -> new ArrayList<>()).removeIf(m -> !m.lives(simulation.now()));
    byPort.get(port).add(mapping);
    mappings.put(key, mapping);
    return mapping;
  }

  /**
   * A port that is kept serves several hosts, as in connection tracking, as long as no tuple is
   * doubled. Of other ports each is one mapping's; where the kernel draws one twice, for different
   * destinations, it is by chance.
   *
   * @param own the mapping that has the port already, or null
   */
  private boolean isTaken(int port, TransportAddress remote, NatMapping own) {
    long now = simulation.now();
    Long poisoned = poison.get(new Tuple(port, remote));
    boolean shared =
        behaviour.allocation() == Allocation.PRESERVING
            && behaviour.mapping() == Dependence.ENDPOINT_INDEPENDENT;
    return (poisoned != null && poisoned - now > 0)
        || byPort.getOrDefault(port, List.of()).stream()
            .anyMatch(m -> m != own && (shared ? m.contacted(now, remote) : m.lives(now)));
  }
}
