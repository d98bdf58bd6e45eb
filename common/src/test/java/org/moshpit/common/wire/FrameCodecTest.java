package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.EncoderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Ping;
import org.moshpit.common.wire.proto.Publish;
import org.moshpit.common.wire.proto.ServerFrame;

class FrameCodecTest {
  private static final ClientFrame PING =
      ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(5)).build();

  @Test
  void bytesOnTheWire() {
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());
    agent.writeOutbound(PING);
    ByteBuf out = agent.readOutbound();

    assertThat(HexFormat.of().formatHex(bytes(out))).isEqualTo("041a020805");
  }

  @Test
  void aLengthOfTwoBytes() {
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());
    agent.writeOutbound(publish(200));
    byte[] out = bytes(agent.readOutbound());

    // 200 + field header 3 + message header 3 = 206
    assertThat(HexFormat.of().formatHex(out, 0, 2)).isEqualTo("ce01");
    assertThat(in(out)).containsExactly(publish(200));
  }

  private static EmbeddedChannel stranger(FrameCodec<ClientFrame> codec, ClientFrame... frames) {
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());
    agent.writeOutbound((Object[]) frames);
    EmbeddedChannel server = new EmbeddedChannel(codec);
    for (ByteBuf out = agent.readOutbound(); out != null; out = agent.readOutbound()) {
      for (byte b : bytes(out)) {
        server.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
      }
    }
    return server;
  }

  @Test
  void aStrangersFrameIsShort() {
    int most = Link.MAX_STRANGER_FRAME - 6; // two headers of three bytes
    assertThat(drain(stranger(FrameCodec.forStranger(), publish(most), PING)))
        .containsExactly(publish(most), PING);
    assertThat(drain(stranger(FrameCodec.forStranger(), publish(most + 1), PING)))
        .containsExactly(new Malformed("a frame too long before the login"));
  }

  @Test
  void aLongerOneIsRefusedBeforeAByteOfItIsKept() {
    EmbeddedChannel server = new EmbeddedChannel(FrameCodec.forStranger());
    server.writeInbound(Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, 0x08}));

    assertThat(drain(server)).containsExactly(new Malformed("a frame too long before the login"));
  }

  @Test
  void behindALoginThatWasNotHeardLongFramesAreReadPast() {
    FrameCodec<ClientFrame> codec = FrameCodec.forStranger();
    codec.loginAgain();

    assertThat(drain(stranger(codec, publish(5000), PING, publish(3000), PING)))
        .containsExactly(PING, PING);
  }

  @Test
  void afterTheLoginTheyAreTaken() {
    FrameCodec<ClientFrame> codec = FrameCodec.forStranger();
    codec.loginAgain();
    codec.loggedIn();

    assertThat(drain(stranger(codec, publish(5000)))).containsExactly(publish(5000));
  }

  @Test
  void oneByteAtATime() {
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());
    agent.writeOutbound(PING, publish(300), PING);
    EmbeddedChannel server = new EmbeddedChannel(FrameCodec.forServer());
    for (ByteBuf out = agent.readOutbound(); out != null; out = agent.readOutbound()) {
      for (byte b : bytes(out)) {
        server.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
      }
    }

    assertThat(drain(server)).containsExactly(PING, publish(300), PING);
  }

  @ParameterizedTest
  @CsvSource({
    "00, frame length out of range",
    "818004, frame length out of range",
    "ffff7f, frame length out of range",
    "808080, length of more than three bytes",
    "ffffffffff, length of more than three bytes",
    "01ff, not a message",
    "0200, not a message",
    "021a05, not a message",
    "02f801, not a message",
    "03f80101, empty or unknown frame",
    "0322011a, not a message",
    "022200, record size",
    "04120208ff, not a message",
  })
  void refusals(String hex, String reason) {
    assertThat(in(HexFormat.of().parseHex(hex + "041a020805")))
        .containsExactly(new Malformed(reason));
  }

  @Test
  void theLargestLengthIsAcceptedAndOneMoreIsNot() {
    byte[] largest = HexFormat.of().parseHex("808004");

    assertThat(in(largest)).isEmpty();
    assertThat(in(HexFormat.of().parseHex("818004"))).hasSize(1);
  }

  @Test
  void nothingComesAfterARefusal() {
    EmbeddedChannel server = new EmbeddedChannel(FrameCodec.forServer());
    server.writeInbound(Unpooled.wrappedBuffer(new byte[] {0}));
    server.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("041a020805")));

    assertThat(drain(server)).containsExactly(new Malformed("frame length out of range"));
  }

  @Test
  void anOversizedFrameIsTheCallersBug() {
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());

    assertThatThrownBy(() -> agent.writeOutbound(publish(Link.MAX_FRAME)))
        .isInstanceOf(EncoderException.class);
  }

  @Property(tries = 2000)
  void garbageIsFramesOrOneRefusal(@ForAll @Size(max = 400) byte[] garbage) {
    atMostOneRefusalLast(in(garbage));
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());
    agent.writeInbound(Unpooled.wrappedBuffer(garbage));
    atMostOneRefusalLast(drain(agent));
  }

  @Property(tries = 1000)
  void framedGarbageNeverThrows(@ForAll @Size(min = 1, max = 127) byte[] garbage) {
    byte[] framed = new byte[garbage.length + 1];
    framed[0] = (byte) garbage.length;
    System.arraycopy(garbage, 0, framed, 1, garbage.length);
    atMostOneRefusalLast(in(framed));
  }

  @Test
  void everyCorpusEntryIsFramesOrOneRefusal() throws IOException {
    try (var stream = FrameCodecTest.class.getResourceAsStream("frames.hex")) {
      List<String> lines =
          new String(stream.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#") && !line.isBlank())
              .toList();
      assertThat(lines).hasSizeGreaterThan(20);
      for (String line : lines) {
        String hex = line.substring(line.indexOf(' ') + 1);
        List<Object> out = in(HexFormat.of().parseHex(hex));
        atMostOneRefusalLast(out);
        boolean refused = !out.isEmpty() && out.get(out.size() - 1) instanceof Malformed;
        assertThat(refused).as(line).isEqualTo(line.startsWith("refused"));
      }
    }
  }

  @Test
  void serverFramesReachTheAgent() {
    ServerFrame frame =
        ServerFrame.newBuilder()
            .setDatagram(Datagram.newBuilder().setRelay(1).setPayload(ByteString.copyFromUtf8("x")))
            .build();
    EmbeddedChannel server = new EmbeddedChannel(FrameCodec.forServer());
    server.writeOutbound(frame);
    EmbeddedChannel agent = new EmbeddedChannel(FrameCodec.forClient());
    agent.writeInbound(server.<ByteBuf>readOutbound());

    assertThat(drain(agent)).containsExactly(frame);
  }

  private static ClientFrame publish(int size) {
    return ClientFrame.newBuilder()
        .setPublish(Publish.newBuilder().setRecord(ByteString.copyFrom(new byte[size])))
        .build();
  }

  private static void atMostOneRefusalLast(List<Object> out) {
    for (int i = 0; i < out.size() - 1; i++) {
      assertThat(out.get(i)).isNotInstanceOf(Malformed.class);
    }
  }

  private static List<Object> in(byte[] bytes) {
    EmbeddedChannel server = new EmbeddedChannel(FrameCodec.forServer());
    server.writeInbound(Unpooled.wrappedBuffer(bytes));
    return drain(server);
  }

  private static List<Object> drain(EmbeddedChannel channel) {
    List<Object> out = new ArrayList<>();
    for (Object o = channel.readInbound(); o != null; o = channel.readInbound()) {
      out.add(o);
    }
    return out;
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }
}
