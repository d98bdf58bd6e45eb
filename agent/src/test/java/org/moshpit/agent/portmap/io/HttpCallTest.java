package org.moshpit.agent.portmap.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpCallTest {
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(4);

  /** A router that says all this, piece by piece, and then neither goes on nor hangs up. */
  private static HttpCall.Answer get(String... pieces) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, FakeRouter.ADDRESS)) {
      Thread thread = new Thread(() -> serve(server, pieces), "patient-router");
      thread.setDaemon(true);
      thread.start();
      return new HttpCall(FakeRouter.ADDRESS, LIMIT)
          .get(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"));
    }
  }

  private static void serve(ServerSocket server, String... pieces) {
    try (Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      for (String piece : pieces) {
        out.write(piece.getBytes(ISO_8859_1));
        out.flush();
      }
      while (socket.getInputStream().read() >= 0) {
        // what it is asked is nothing to it
      }
    } catch (IOException e) {
      // the client has hung up
    }
  }

  @Test
  void aHeadOfThirtyTwoKilobytesIsNotWaitedFor() {
    String head = "HTTP/1.1 200 OK\r\n" + "X: yyyyyyyyyyyy\r\n".repeat(32 * 1024 / 17);
    assertThatThrownBy(() -> get(head))
        .isInstanceOf(IOException.class)
        .hasMessage("the head of the router's answer is too long");
  }

  @Test
  void whatComesByteByByteIsReadToItsLengthAndNoFurther() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello";
    assertThat(get(answer.split("")).body()).asString(ISO_8859_1).isEqualTo("hello");
    assertThat(get(answer + " and more").status()).isEqualTo(200);
  }

  @Test
  void theEndOfTheHeadIsFoundWhereverThePiecesMeet() throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (int cut = head.length() - 5; cut < head.length(); cut++) {
      assertThat(get(head.substring(0, cut), head.substring(cut)).body()).isEmpty();
    }
  }

  @Test
  void aLongBodyBehindALongHeadIsRead() throws IOException {
    String body = "z".repeat(50_000);
    String head =
        "HTTP/1.1 200 OK\r\nX: " + "y".repeat(8_000) + "\r\nContent-Length: 50000\r\n\r\n";
    assertThat(get(head + body).body()).hasSize(50_000);
  }
}
