package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import org.moshpit.common.sansio.TransportAddress;

/** Whether something accepts a TCP connection. */
interface TcpQuestion {
  /** How a connection came out. */
  enum Answer {
    /** It was accepted. */
    CONNECTED("ok"),
    /** It was turned away. */
    REFUSED("connection refused"),
    /** Nothing came back. */
    SILENT("no answer"),
    /** There is no way there. */
    NO_WAY("no way there from this machine");

    private final String words;

    Answer(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** Connects and closes again, saying nothing; blocks for two seconds at most. */
  Answer connect(TransportAddress address);

  /** From this machine. */
  static TcpQuestion ofThisHost() {
    return address -> {
      try (Socket socket = new Socket()) {
        socket.connect(address.toSocketAddress(), 2_000);
        return Answer.CONNECTED;
      } catch (SocketTimeoutException e) {
        return Answer.SILENT;
      } catch (NoRouteToHostException e) {
        return Answer.NO_WAY;
      } catch (ConnectException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("refused")
            ? Answer.REFUSED
            : message.contains("timed out") ? Answer.SILENT : Answer.NO_WAY;
      } catch (IOException e) {
        return Answer.NO_WAY; // such as: network is unreachable
      }
    };
  }
}
