package org.moshpit.agent.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.util.Arrays;
import java.util.List;
import org.ice4j.Transport;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.RemoteCandidate;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.sansio.TransportAddress;

/** One ice4j agent with one stream of one component. */
final class Ice4jEnd implements AutoCloseable {
  private final LoopbackHarvester harvester = new LoopbackHarvester();
  private final Agent agent;
  private final IceMediaStream stream;
  private final Component component;

  Ice4jEnd(boolean controlling) throws IOException {
    agent = new Agent();
    agent.setControlling(controlling);
    agent.setUseDynamicPorts(false);
    agent.addCandidateHarvester(harvester);
    stream = agent.createMediaStream("session");
    component = agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
  }

  IceDescription description() {
    List<Candidate> candidates =
        component.getLocalCandidates().stream()
            .map(
                c ->
                    new Candidate(
                        CandidateType.HOST,
                        TransportAddress.of(c.getTransportAddress()),
                        c.getPriority(),
                        c.getFoundation()))
            .toList();
    return new IceDescription(agent.getLocalUfrag(), agent.getLocalPassword(), candidates, 1);
  }

  /** What it is bound to. */
  TransportAddress address() {
    return TransportAddress.of(component.getLocalCandidates().get(0).getTransportAddress());
  }

  void start(IceDescription peer) {
    stream.setRemoteUfrag(peer.ufrag());
    stream.setRemotePassword(peer.pwd());
    for (Candidate candidate : peer.candidates()) {
      component.addRemoteCandidate(
          new RemoteCandidate(
              new org.ice4j.TransportAddress(
                  candidate.address().ip(), candidate.address().port(), Transport.UDP),
              component,
              org.ice4j.ice.CandidateType.HOST_CANDIDATE,
              candidate.foundation(),
              candidate.priority(),
              null));
    }
    agent.startConnectivityEstablishment();
  }

  IceProcessingState state() {
    return agent.getState();
  }

  boolean controlling() {
    return agent.isControlling();
  }

  /** Where the nominated pair leads; null before there is one. */
  TransportAddress selectedRemote() {
    CandidatePair pair = component.getSelectedPair();
    return pair == null
        ? null
        : TransportAddress.of(pair.getRemoteCandidate().getTransportAddress());
  }

  void send(byte[] bytes) throws IOException {
    CandidatePair pair = component.getSelectedPair();
    harvester
        .socket()
        .send(
            new DatagramPacket(
                bytes, bytes.length, pair.getRemoteCandidate().getTransportAddress()));
  }

  byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    harvester.socket().receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  @Override
  public void close() {
    agent.free();
  }
}
