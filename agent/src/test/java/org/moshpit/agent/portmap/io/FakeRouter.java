package org.moshpit.agent.portmap.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.moshpit.common.sansio.TransportAddress;

/** An HTTP server on loopback that answers each request as it is told to. */
final class FakeRouter implements AutoCloseable {
  static final InetAddress ADDRESS = TransportAddress.parseIp("127.0.0.1");

  private final ServerSocket server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final UnaryOperator<String> answers;

  /**
   * @param answers from a request, whole, to an answer, whole; null: drips header bytes for ever
   */
  FakeRouter(UnaryOperator<String> answers) throws IOException {
    this.answers = answers;
    server = new ServerSocket(0, 8, ADDRESS);
    Thread thread = new Thread(this::serve, "fake-router");
    thread.setDaemon(true);
    thread.start();
  }

  URI location() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/desc.xml");
  }

  List<String> requests() {
    return requests;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket);
      } catch (IOException e) {
        // the client hung up, or the test is over
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    String request = read(socket.getInputStream());
    requests.add(request);
    String answer = answers.apply(request);
    OutputStream out = socket.getOutputStream();
    if (answer == null) {
      out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(ISO_8859_1));
      while (true) {
        out.write('x');
        Thread.onSpinWait();
      }
    }
    out.write(answer.getBytes(UTF_8));
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder all = new StringBuilder();
    while (true) {
      int end = all.indexOf("\r\n\r\n");
      if (end >= 0) {
        int at = all.indexOf("Content-Length: ");
        int length = at < 0 ? 0 : Integer.parseInt(all.substring(at + 16, all.indexOf("\r\n", at)));
        if (all.length() >= end + 4 + length) {
          return all.toString();
        }
      }
      int next = in.read();
      if (next < 0) {
        throw new IOException("cut off");
      }
      all.append((char) next);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
