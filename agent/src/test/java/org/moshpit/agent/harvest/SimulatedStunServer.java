package org.moshpit.agent.harvest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ChangeRequest;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.OtherAddress;
import org.moshpit.common.stun.ResponsePort;
import org.moshpit.common.stun.SocketIdAttribute;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TimeAttribute;
import org.moshpit.common.stun.XorMappedAddress;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedSocket;

/** STUN servers of a rendezvous: two ports on each of its addresses. */
final class SimulatedStunServer {
  static final int PORT = 3478;

  private final byte[] key;
  private final List<SimulatedSocket> sockets = new ArrayList<>();
  private final List<Parsed> requests = new ArrayList<>();
  private final List<TransportAddress> sources = new ArrayList<>();
  private boolean silent;
  private UnaryOperator<TransportAddress> said = UnaryOperator.identity();
  private boolean ignoresResponsePort;

  SimulatedStunServer(byte[] key, SimulatedHost... hosts) {
    this.key = key;
    for (SimulatedHost host : hosts) {
      for (int port : new int[] {PORT, PORT + 1}) {
        int index = sockets.size();
        sockets.add(host.open(port, (from, payload) -> received(index, from, payload)));
      }
    }
  }

  List<TransportAddress> addresses() {
    return sockets.stream().map(SimulatedSocket::address).toList();
  }

  /** Every authentic request so far. */
  List<Parsed> requests() {
    return requests;
  }

  /** Where they came from. */
  List<TransportAddress> sources() {
    return sources;
  }

  void silent(boolean yes) {
    silent = yes;
  }

  /** What it says where it has seen somebody. */
  void sees(UnaryOperator<TransportAddress> said) {
    this.said = said;
  }

  /** As one that does not know RESPONSE-PORT and answers all the same. */
  void ignoresResponsePort() {
    ignoresResponsePort = true;
  }

  private void received(int index, TransportAddress from, byte[] payload) {
    if (!(StunParser.parse(payload) instanceof Parsed request)
        || !request.message().isBinding(StunClass.REQUEST)
        || !request.verifies(key)
        || !request.hasFingerprint()) {
      throw new AssertionError("not an agent's Binding request");
    }
    requests.add(request);
    sources.add(from);
    if (silent) {
      return;
    }
    StunMessage message = request.message();
    String nonce =
        message.first(SocketIdAttribute.class).orElseThrow().socket()
            + "/"
            + message.first(TimeAttribute.class).orElseThrow().unixMillis();
    List<StunAttribute> attributes = new ArrayList<>();
    attributes.add(new XorMappedAddress(said.apply(from)));
    if (!message.has(ResponsePort.class)) {
      attributes.add(new Nonce(nonce));
    }
    int answering = index;
    if (sockets.size() == 4) {
      attributes.add(new OtherAddress(sockets.get(index ^ 3).address()));
    }
    Optional<ChangeRequest> change = message.first(ChangeRequest.class);
    if (change.isPresent()) {
      answering ^= change.get().changePort() ? 1 : 0;
      answering ^= change.get().changeIp() ? 2 : 0;
    }
    byte[] answer =
        StunEncoder.encode(
            new StunMessage(
                StunClass.SUCCESS, StunMessage.BINDING, message.transactionId(), attributes),
            key);
    TransportAddress to =
        message
            .first(ResponsePort.class)
            .filter(port -> !ignoresResponsePort)
            .map(port -> new TransportAddress(from.ip(), port.port()))
            .orElse(from);
    sockets.get(answering).send(to, answer, 0);
  }
}
