package org.moshpit.agent.portmap.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/1.1 request to a router that may be hostile: to one address given as a number, no
 * redirects, no proxy, the answer at most 64 KiB, 8 KiB of them its head, and the whole of it
 * within a deadline that a router dripping bytes cannot move. Blocks.
 */
final class HttpCall {
  static final int MAX_ANSWER = 64 * 1024;

  /** A longer head is not waited for, bytes. */
  static final int MAX_HEAD = 8 * 1024;

  private static final int CHUNK = 4096;
  private static final int END_OF_HEAD = 4;
  private static final int DEFAULT_PORT = 80;

  /** An answer: its status and body. */
  record Answer(int status, byte[] body) {}

  private final InetAddress router;
  private final long deadline;

  /**
   * @param router the only address spoken to
   * @param limitNanos for everything this object is asked for
   */
  HttpCall(InetAddress router, long limitNanos) {
    this.router = router;
    this.deadline = System.nanoTime() + limitNanos;
  }

  Answer get(URI uri) throws IOException {
    return exchange(uri, "GET", "", "");
  }

  Answer post(URI uri, String headers, String body) throws IOException {
    return exchange(uri, "POST", headers, body);
  }

  private Answer exchange(URI uri, String method, String headers, String body) throws IOException {
    byte[] content = body.getBytes(UTF_8);
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String head =
        method
            + " "
            + path
            + query
            + " HTTP/1.1\r\nHost: "
            + uri.getRawAuthority()
            + "\r\nConnection: close\r\n"
            + headers
            + (content.length == 0 ? "" : "Content-Length: " + content.length + "\r\n")
            + "\r\n";
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(router, port), remainingMillis());
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      socket.getOutputStream().write(content);
      return parse(read(socket));
    }
  }

  private int remainingMillis() throws SocketTimeoutException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new SocketTimeoutException("the router took too long");
    }
    return Math.toIntExact(millis);
  }

  /** To the end, or as far as the length it announced. */
  private byte[] read(Socket socket) throws IOException {
    byte[] all = new byte[MAX_ANSWER];
    InputStream in = socket.getInputStream();
    int size = 0;
    int body = -1;
    int wanted = Integer.MAX_VALUE;
    while (size < MAX_ANSWER) {
      socket.setSoTimeout(remainingMillis());
      int count = in.read(all, size, Math.min(CHUNK, MAX_ANSWER - size));
      if (count < 0) {
        return Arrays.copyOf(all, size);
      }
      int searched = Math.max(0, size - END_OF_HEAD + 1);
      size += count;
      if (body < 0) {
        body = endOfHead(all, searched, size);
        if (body > MAX_HEAD || (body < 0 && size >= MAX_HEAD)) {
          throw new IOException("the head of the router's answer is too long");
        }
        if (body >= 0) {
          wanted = announced(new String(all, 0, body - END_OF_HEAD, ISO_8859_1), body);
        }
      }
      if (size >= wanted) {
        return Arrays.copyOf(all, size);
      }
    }
    throw new IOException("the router's answer is too long");
  }

  /** Where the head ends and the body begins, or −1. */
  private static int endOfHead(byte[] bytes, int from, int to) {
    for (int at = from; at + END_OF_HEAD <= to; at++) {
      if (bytes[at] == '\r'
          && bytes[at + 1] == '\n'
          && bytes[at + 2] == '\r'
          && bytes[at + 3] == '\n') {
        return at + END_OF_HEAD;
      }
    }
    return -1;
  }

  /** How long head and body are together; if the head does not say it, longer than anything. */
  private static int announced(String head, int body) {
    String length = header(head, "content-length");
    return length != null && length.matches("\\d{1,6}")
        ? body + Integer.parseInt(length)
        : Integer.MAX_VALUE;
  }

  /** What a router said, whole or as far as it came. */
  static Answer parse(byte[] bytes) throws IOException {
    String text = new String(bytes, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] [1-5]\\d\\d.*")) {
      throw new IOException("the router's answer is not HTTP");
    }
    String head = text.substring(0, end);
    String body = text.substring(end + 4);
    int status = Integer.parseInt(text.substring(9, 12));
    if ("chunked".equalsIgnoreCase(header(head, "transfer-encoding"))) {
      body = unchunked(body);
    }
    return new Answer(status, body.getBytes(ISO_8859_1));
  }

  private static String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return null;
  }

  /** RFC 9112 §7.1. */
  private static String unchunked(String body) throws IOException {
    StringBuilder all = new StringBuilder();
    int at = 0;
    while (true) {
      int line = body.indexOf("\r\n", at);
      String size = line < 0 ? "" : body.substring(at, line).split(";", 2)[0].strip();
      if (!size.matches("[0-9a-fA-F]{1,5}")) {
        throw new IOException("the router's answer is cut off");
      }
      int length = Integer.parseInt(size, 16);
      at = line + 2;
      if (length == 0) {
        return all.toString();
      }
      if (at + length > body.length()) {
        throw new IOException("the router's answer is cut off");
      }
      all.append(body, at, at + length);
      at += length + 2;
    }
  }
}
