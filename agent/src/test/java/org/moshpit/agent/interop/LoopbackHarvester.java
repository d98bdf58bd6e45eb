package org.moshpit.agent.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.socket.IceUdpSocketWrapper;
import org.ice4j.socket.MultiplexingDatagramSocket;

/** Gives an ice4j component one host candidate on loopback, which ice4j's own harvester avoids. */
final class LoopbackHarvester extends AbstractCandidateHarvester {
  private MultiplexingDatagramSocket socket;

  /** The candidate's socket, which hands out whatever is not STUN. */
  DatagramSocket socket() {
    return socket;
  }

  @Override
  public Collection<LocalCandidate> harvest(Component component) {
    try {
      socket = new MultiplexingDatagramSocket(0, InetAddress.getLoopbackAddress());
      HostCandidate candidate = new HostCandidate(new IceUdpSocketWrapper(socket), component);
      component.addLocalCandidate(candidate);
      candidate.getStunStack().addSocket(candidate.getStunSocket(null));
      return List.of(candidate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isHostHarvester() {
    return true;
  }
}
