package org.moshpit.agent.portmap;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Finds out which protocols a gateway answers, and changes nothing there: PCP's ANNOUNCE, NAT-PMP's
 * question for the address, a search for UPnP. Begins with the first {@link PortMapIn.Gateways},
 * whose first gateway it asks, and says once, when all three have answered or a second is over,
 * which did.
 */
public final class ProbeMachine implements Machine<PortMapIn, Set<PortMappingProtocol>> {
  /** How long an answer is waited for. */
  public static final long LIMIT = TimeUnit.SECONDS.toNanos(1);

  private final Queue<Transmit> transmits = new ArrayDeque<>();
  private final Set<PortMappingProtocol> answered = EnumSet.noneOf(PortMappingProtocol.class);
  private Gateway gateway;
  private TransportAddress server;
  private Asking asking;
  private long deadline;
  private boolean done;
  private boolean told;

  @Override
  public void handle(long now, PortMapIn event) {
    if (event instanceof PortMapIn.Gateways told && gateway == null) {
      begin(now, told);
    } else if (event instanceof PortMapIn.Received received && gateway != null) {
      received(received);
    }
  }

  private void begin(long now, PortMapIn.Gateways told) {
    if (told.gateways().isEmpty()) {
      done = true;
      return;
    }
    gateway = told.gateways().get(0);
    server = new TransportAddress(gateway.router(), NatPmpCodec.PORT);
    deadline = now + LIMIT;
    asking = new Asking(new byte[0], now);
    handleTimeout(now);
  }

  private void received(PortMapIn.Received received) {
    if (!received.query().equals(gateway.query())
        || !received.from().ip().equals(gateway.router())) {
      return;
    }
    byte[] datagram = received.datagram();
    if (received.from().port() != NatPmpCodec.PORT) {
      if (!gateway.isIpv6() && Ssdp.location(datagram, gateway.router()) != null) {
        answered.add(PortMappingProtocol.UPNP);
      }
    } else if (PcpCodec.isAnswer(datagram)) {
      answered.add(PortMappingProtocol.PCP);
    } else if (NatPmpCodec.parse(datagram).orElse(null) instanceof NatPmpCodec.Answer.Address) {
      answered.add(PortMappingProtocol.NAT_PMP);
    }
    done |= answered.size() == PortMappingProtocol.values().length;
  }

  @Override
  public void handleTimeout(long now) {
    if (done || gateway == null) {
      return;
    }
    if (deadline - now <= 0) {
      done = true;
    } else if (asking.next - now <= 0) {
      asking.transmitted(now);
      send(server, PcpCodec.announce(gateway.local()));
      if (!gateway.isIpv6()) {
        send(server, NatPmpCodec.address());
        send(Ssdp.GROUP, Ssdp.search());
        send(new TransportAddress(gateway.router(), Ssdp.PORT), Ssdp.search());
      }
    }
  }

  private void send(TransportAddress to, byte[] datagram) {
    transmits.add(new Transmit(gateway.query(), to, datagram));
  }

  @Override
  public Transmit pollTransmit() {
    return transmits.poll();
  }

  /** The protocols that answered; once. */
  @Override
  public Set<PortMappingProtocol> pollEvent() {
    if (!done || told) {
      return null;
    }
    told = true;
    return Set.copyOf(answered);
  }

  @Override
  public long nextDeadline() {
    if (done || gateway == null) {
      return NO_DEADLINE;
    }
    return asking.isExhausted() || deadline - asking.next < 0 ? deadline : asking.next;
  }
}
