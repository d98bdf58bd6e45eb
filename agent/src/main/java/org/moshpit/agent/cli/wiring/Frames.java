package org.moshpit.agent.cli.wiring;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.moshpit.agent.session.ObservedSocket;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.CloseRelay;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Hint;
import org.moshpit.common.wire.proto.Lookup;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Publish;

/** Between the values of the machines and the frames of the link. Stateless. */
public final class Frames {
  private Frames() {}

  /**
   * An offer, or, with a session, a later control message.
   *
   * @param exchange unique on the link
   * @param name the box
   * @param sockets names of the laptop's sockets
   */
  public static ClientFrame offer(
      long exchange,
      String name,
      byte[] sealed,
      List<Long> sockets,
      long recordSerial,
      Optional<SessionId> session) {
    Offer.Builder offer =
        Offer.newBuilder()
            .setExchange(exchange)
            .setName(name)
            .setSealed(ByteString.copyFrom(sealed))
            .setRecordSerial(recordSerial);
    sockets.forEach(wireId -> offer.addSocket(socket(wireId)));
    session.ifPresent(id -> offer.setSession(ByteString.copyFrom(id.bytes())));
    return ClientFrame.newBuilder().setOffer(offer).build();
  }

  /**
   * The box's answer.
   *
   * @param exchange in hex, as {@link #exchange} gave it
   */
  public static ClientFrame answer(
      String exchange,
      byte[] sealed,
      List<Long> sockets,
      boolean admitted,
      Optional<SessionId> session) {
    Answer.Builder answer =
        Answer.newBuilder()
            .setExchange(ByteString.copyFrom(HexFormat.of().parseHex(exchange)))
            .setSealed(ByteString.copyFrom(sealed))
            .setAdmitted(admitted);
    sockets.forEach(wireId -> answer.addSocket(socket(wireId)));
    session.ifPresent(id -> answer.setSession(ByteString.copyFrom(id.bytes())));
    return ClientFrame.newBuilder().setAnswer(answer).build();
  }

  /** The rendezvous' number of an exchange, in hex. */
  public static String exchange(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** A datagram for the relay; the array is handed over. */
  public static ClientFrame datagram(int relay, byte[] payload) {
    return ClientFrame.newBuilder()
        .setDatagram(
            Datagram.newBuilder()
                .setRelay(relay)
                .setPayload(UnsafeByteOperations.unsafeWrap(payload)))
        .build();
  }

  /** The session is over. */
  public static ClientFrame closeRelay(int relay) {
    return ClientFrame.newBuilder().setCloseRelay(CloseRelay.newBuilder().setRelay(relay)).build();
  }

  /** Asks the laptop for a control exchange. */
  public static ClientFrame hint(int relay, SessionId session) {
    return ClientFrame.newBuilder()
        .setHint(Hint.newBuilder().setRelay(relay).setSession(ByteString.copyFrom(session.bytes())))
        .build();
  }

  /** Asks for a box's record. */
  public static ClientFrame lookup(long request, String name) {
    return ClientFrame.newBuilder()
        .setLookup(Lookup.newBuilder().setRequest(request).setName(name))
        .build();
  }

  /** Publishes the box's own. */
  public static ClientFrame publish(byte[] record) {
    return ClientFrame.newBuilder()
        .setPublish(Publish.newBuilder().setRecord(ByteString.copyFrom(record)))
        .build();
  }

  /** What is known of the NATs here. */
  public static ClientFrame nat(NatBehaviour nat) {
    return ClientFrame.newBuilder()
        .setNat(
            NatReport.newBuilder()
                .setMapping(nat.mapping().word())
                .setFiltering(nat.filtering().word())
                .setAllocation(nat.allocation().word()))
        .build();
  }

  /** Claims an observed address. */
  public static ClientFrame claim(Claim claim) {
    return ClientFrame.newBuilder().setClaim(claim).build();
  }

  /** What the rendezvous says it saw; empty unless it is sound. */
  public static Optional<ObservedSocket> observed(Observed observed) {
    int length = observed.getIp().size();
    if ((length != 4 && length != 16) || observed.getPort() < 1 || observed.getPort() > 65535) {
      return Optional.empty();
    }
    return observed.getSocket().size() == Long.BYTES
        ? Optional.of(
            new ObservedSocket(
                observed.getSocket().asReadOnlyByteBuffer().getLong(),
                TransportAddress.of(observed.getIp().toByteArray(), observed.getPort())))
        : Optional.empty();
  }

  /** The sound ones of several. */
  public static List<ObservedSocket> observed(List<Observed> several) {
    List<ObservedSocket> sound = new ArrayList<>();
    several.forEach(one -> observed(one).ifPresent(sound::add));
    return sound;
  }

  /** The name of a socket in a frame; empty unless it is one. */
  public static OptionalLong socket(ByteString name) {
    return name.size() == Long.BYTES
        ? OptionalLong.of(name.asReadOnlyByteBuffer().getLong())
        : OptionalLong.empty();
  }

  /** A socket's name as it stands in frames: 8 bytes, big-endian. */
  public static ByteString socket(long wireId) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(wireId).flip());
  }
}
