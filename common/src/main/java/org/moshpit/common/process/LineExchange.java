package org.moshpit.common.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.net.ExtendedSocketOptions;

/**
 * One question and one answer, a line each, with whoever listens at a Unix socket. Who that is the
 * kernel says; what it says is another matter. Any thread; blocks for {@link #PATIENCE_SECONDS} at
 * most.
 */
public final class LineExchange {
  /** How long all of it may take. */
  public static final int PATIENCE_SECONDS = 5;

  private static final int PIECE = 8192;

  private LineExchange() {}

  /**
   * Asks.
   *
   * @param trusted whom it must run as, by the kernel's word (SO_PEERCRED of unix(7)), or it is
   *     told nothing; empty: anybody
   * @param line the question, without its end
   * @param limit the most bytes of an answer
   * @return the answer, without its end
   * @throws NobodyException if there is no connection to be had; why is its cause
   * @throws StrangerException if it runs as somebody else
   * @throws LateException if the time is over
   * @throws IOException if there is no answer, or a longer one
   */
  public static String ask(Path socket, Set<UserPrincipal> trusted, String line, int limit)
      throws IOException {
    return ask(socket, trusted, line, limit, Duration.ofSeconds(PATIENCE_SECONDS));
  }

  static String ask(
      Path socket, Set<UserPrincipal> trusted, String line, int limit, Duration within)
      throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread patience = patience(channel, late, within);
      try {
        connect(channel, socket);
        UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!trusted.isEmpty() && !trusted.contains(peer)) {
          throw new StrangerException(peer);
        }
        ByteBuffer question = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (question.hasRemaining()) {
          channel.write(question);
        }
        return line(channel, limit);
      } finally {
        patience.interrupt();
      }
    } catch (IOException e) {
      if (late.get()) {
        throw new LateException(e);
      }
      throw e;
    }
  }

  private static void connect(SocketChannel channel, Path socket) throws IOException {
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (ClosedChannelException e) {
      throw e; // for it was late
    } catch (IOException e) {
      throw new NobodyException(e);
    }
  }

  /**
   * The first line, without its end; bytes that are no UTF-8 become U+FFFD.
   *
   * @throws IOException if there is none, or it has more bytes than the limit
   */
  static String line(ReadableByteChannel channel, int limit) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    while (channel.read(piece) >= 0) {
      piece.flip();
      while (piece.hasRemaining()) {
        byte next = piece.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        if (line.size() == limit) {
          throw new IOException("an answer of more than " + limit + " bytes");
        }
        line.write(next);
      }
      piece.clear();
    }
    throw new IOException("no answer");
  }

  /** A blocking channel has no timeout but to be closed. */
  private static Thread patience(SocketChannel channel, AtomicBoolean late, Duration within) {
    Thread patience =
        new Thread(
            () -> {
              try {
                TimeUnit.NANOSECONDS.sleep(within.toNanos());
                late.set(true);
                channel.close();
              } catch (InterruptedException | IOException e) {
                return; // it was in time, or is closed
              }
            },
            "patience");
    patience.setDaemon(true);
    patience.start();
    return patience;
  }

  /** Nobody listens, or not for this user. */
  public static final class NobodyException extends IOException {
    private static final long serialVersionUID = 1;

    NobodyException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Somebody listens who is not to be asked. */
  public static final class StrangerException extends IOException {
    private static final long serialVersionUID = 1;

    StrangerException(UserPrincipal peer) {
      super(peer.getName());
    }

    /** The user's name, or number. */
    public String user() {
      return getMessage();
    }
  }

  /** The time is over. */
  public static final class LateException extends IOException {
    private static final long serialVersionUID = 1;

    LateException(IOException cause) {
      super("no answer in time", cause);
    }
  }
}
