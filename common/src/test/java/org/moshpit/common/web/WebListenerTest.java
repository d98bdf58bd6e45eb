package org.moshpit.common.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.metrics.MetricSet;

class WebListenerTest {
  /** Of an answer: more than the kernel takes from who is not read. */
  private static final int HUGE = 8 << 20;

  @TempDir private Path temp;
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Optional<String> problem = Optional.empty();
  private volatile Optional<AccessToken> token = Optional.empty();
  private WebListener web;

  @BeforeEach
  void open() throws IOException {
    MetricSet metrics = new MetricSet();
    metrics.counter("a_total", "A.");
    web =
        WebListener.open(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            new WebListener.Site(loop, metrics, new Health().add(() -> problem), () -> token));
  }

  @AfterEach
  void close() {
    web.close();
    loop.shutdownNow();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.address().getPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void metricsAreInPrometheusTextFormat() throws Exception {
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body()).isEqualTo("# HELP a_total A.\n# TYPE a_total counter\na_total 0\n");
  }

  @Test
  void healthIsRedWithOnePlainLineAndGreenAgain() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    problem = Optional.of("the pit is full");
    assertThat(get("/healthz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").body()).isEqualTo("the pit is full\n");
    problem = Optional.empty();
    assertThat(get("/healthz").body()).isEqualTo("serving\n");
  }

  @Test
  void aLoopThatIsStuckIsRedAndGreenAgain() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    loop.execute(() -> awaitQuietly(hold));
    HttpResponse<String> stuck = get("/healthz");
    assertThat(stuck.statusCode()).isEqualTo(503);
    assertThat(stuck.body()).isEqualTo("the event loop does not answer\n");
    assertThat(get("/metrics").statusCode()).isEqualTo(503);
    hold.countDown();
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void withATokenMetricsAreForThoseWhoKnowItAndHealthForAll() throws Exception {
    Path file = tokenFile("0123456789abcdef\n", "rw-------");
    token = Optional.of(AccessToken.read(file, uid()));
    assertThat(get("/metrics").statusCode()).isEqualTo(401);
    assertThat(get("/metrics").body()).doesNotContain("a_total");
    assertThat(get("/metrics", "Authorization", "Bearer 0123456789abcdeg").statusCode())
        .isEqualTo(401);
    assertThat(get("/metrics", "Authorization", "Bearer 0123456789abcdef").statusCode())
        .isEqualTo(200);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  /** A page of somebody else's may have its own name point to this machine. */
  @ParameterizedTest
  @CsvSource({
    "evil.example,/metrics,421",
    "localhost.evil.example,/metrics,421",
    "localhost:9480,/metrics,200",
    "[::1]:9480,/metrics,200",
    "evil.example,/healthz,200"
  })
  void withoutATokenMetricsAreForThisMachinesOwnNames(String host, String path, int status)
      throws IOException {
    assertThat(statusOf(host, path, "")).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void withATokenAnyNameWillDo() throws IOException {
    token = Optional.of(AccessToken.read(tokenFile("0123456789abcdef", "rw-------"), uid()));
    String sent = "Authorization: Bearer 0123456789abcdef\r\n";
    assertThat(statusOf("box.internal:9480", "/metrics", sent)).startsWith("HTTP/1.1 200");
  }

  private String statusOf(String host, String path, String more) throws IOException {
    try (Socket socket = connect()) {
      String request =
          "GET "
              + path
              + " HTTP/1.1\r\nHost: "
              + host
              + "\r\nConnection: close\r\n"
              + more
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path tokenFile(String content, String mode) throws IOException {
    Path file = temp.resolve("token");
    Files.deleteIfExists(file);
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private long uid() throws IOException {
    return ((Number) Files.getAttribute(temp, "unix:uid")).longValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0123456789abcdef | rw-r--r-- | can be read by others (mode 0644); run: chmod 600",
        "0123456789abcdef | rw-r----- | can be read by others (mode 0640); run: chmod 600",
        "short | rw------- | must hold one line",
        "two words of text | rw------- | must hold one line",
      })
  void aTokenFileThatCannotBe(String content, String mode, String sentence) throws IOException {
    Path file = tokenFile(content, mode);
    assertThatThrownBy(() -> AccessToken.read(file, uid())).hasMessageContaining(sentence);
  }

  /** So that a daemon of another user can read what root keeps. */
  @Test
  void aGroupMayReadATokenFileOfRoots() throws IOException {
    assumeTrue(uid() == 0, "only root has files of root's");
    Path file = tokenFile("0123456789abcdef", "rw-r-----");
    assertThat(AccessToken.read(file, 12345)).isNotNull();
    Path open = tokenFile("0123456789abcdef", "rw-r--r--");
    assertThatThrownBy(() -> AccessToken.read(open, 12345))
        .hasMessageContaining("(mode 0644); run: chmod 640 " + open);
  }

  @Test
  void aTokenFileThatIsALinkOrAPipe() throws Exception {
    Path link =
        Files.createSymbolicLink(temp.resolve("link"), tokenFile("0123456789abcdef", "rw-------"));
    assertThatThrownBy(() -> AccessToken.read(link, uid())).hasMessageContaining("regular file");
    Path pipe = temp.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> AccessToken.read(pipe, uid())).hasMessageContaining("regular file");
  }

  @Test
  void aTokenFileThatIsNotThereOrSomebodyElses() throws IOException {
    assertThatThrownBy(() -> AccessToken.read(temp.resolve("none"), 0))
        .hasMessageContaining("does not exist");
    Path file = tokenFile("0123456789abcdef", "rw-------");
    Files.setAttribute(file, "unix:uid", uid() == 0 ? 12345 : (int) uid());
    assertThatThrownBy(() -> AccessToken.read(file, uid() == 0 ? 54321 : 12345))
        .hasMessageContaining("must belong to");
  }

  @ParameterizedTest
  @CsvSource({"GET,/,404", "GET,/metrics/x,404", "POST,/metrics,405", "HEAD,/healthz,200"})
  void everythingElse(String method, String path, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.address().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(status);
  }

  @Test
  void whatIsNoRequestEndsTheConnection() throws IOException {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write("\u0016\u0003\u0001 rubbish\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void connectionsOfOneSourceAreBoundedAndThoseThatOnlyWaitMakeRoom() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * WebListener.MAX_CONNECTIONS; i++) {
        open.add(connect());
      }
      assertThat(get("/metrics").statusCode()).isEqualTo(200);
      // the client's connection is one, and those before the last 23 have made room
      int stay = WebListener.MAX_OF_ONE_SOURCE - 1;
      for (Socket socket : open.subList(0, open.size() - stay)) {
        socket.setSoTimeout(5_000);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      for (Socket socket : open.subList(open.size() - stay, open.size())) {
        ask(socket);
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    } finally {
      closeAll(open);
    }
  }

  private static void closeAll(List<Socket> open) throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static WebListener serve(BiConsumer<ChannelHandlerContext, Object> answer)
      throws IOException {
    return WebListener.serve(
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
        head -> Optional.empty(),
        () ->
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object request) {
                ReferenceCountUtil.release(request);
                answer.accept(context, request);
              }
            });
  }

  @Test
  void whatIsBeingAnsweredIsNotClosedForOneMore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<Socket> open = new ArrayList<>();
    try (WebListener silent = serve((context, request) -> asked.incrementAndGet())) {
      for (int i = 0; i < WebListener.MAX_OF_ONE_SOURCE; i++) {
        open.add(new Socket(InetAddress.getLoopbackAddress(), silent.address().getPort()));
        ask(open.get(i));
      }
      await().untilAtomic(asked, equalTo(WebListener.MAX_OF_ONE_SOURCE));
      try (Socket oneMore =
          new Socket(InetAddress.getLoopbackAddress(), silent.address().getPort())) {
        oneMore.setSoTimeout(5_000);
        assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
      }
      open.get(0).setSoTimeout(200);
      assertThatThrownBy(() -> open.get(0).getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    } finally {
      closeAll(open);
    }
  }

  /** Before their time is over. */
  @Test
  void whoDoesNotTakeTheAnswerMakesRoom() throws Exception {
    ByteBuf huge = Unpooled.directBuffer(HUGE).writeZero(HUGE);
    List<Socket> open = new ArrayList<>();
    try (WebListener generous =
        serve(
            (context, request) ->
                context.writeAndFlush(
                    new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, huge.retainedDuplicate())))) {
      for (int i = 0; i < WebListener.MAX_CONNECTIONS; i++) {
        Socket socket = new Socket();
        open.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(generous.address());
        ask(socket);
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      try (Socket oneMore = new Socket()) {
        oneMore.connect(generous.address());
        ask(oneMore);
        assertThat(oneMore.getInputStream().readNBytes(HUGE)).hasSize(HUGE);
      }
    } finally {
      closeAll(open);
    }
    assertThat(huge.release(huge.refCnt())).isTrue();
  }

  /** Each is two bytes to send and a hundred times as many to keep. */
  @ParameterizedTest
  @CsvSource({"62,200", "63,431", "3900,431"})
  void headerLinesAreFew(int more, int status) throws IOException {
    try (Socket socket = connect()) {
      String request =
          "GET /healthz HTTP/1.0\r\nHost: localhost\r\nA: b\r\n" + "a:\r\n".repeat(more) + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 " + status);
    }
  }

  @Test
  void whatIsRefusedIsRefusedBeforeItHasAllCome() throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nx"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 405");
    }
  }

  @Test
  void whatIsAskedBeforeTheAnswerIsNotKept() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    loop.execute(() -> awaitQuietly(hold));
    try (Socket socket = connect()) {
      ask(socket, 3);
      hold.countDown();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .containsOnlyOnce("HTTP/1.1 200 OK");
    }
  }

  @Test
  void littleIsReadAtOnce() throws Exception {
    AtomicReference<RecvByteBufAllocator> reads = new AtomicReference<>();
    try (WebListener web =
            serve(
                (context, request) -> {
                  reads.set(context.channel().config().getRecvByteBufAllocator());
                  context.close();
                });
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.address().getPort())) {
      ask(socket);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(reads.get()).isInstanceOf(FixedRecvByteBufAllocator.class);
      assertThat(reads.get().newHandle().guess()).isLessThanOrEqualTo(4096);
      assertThat(((FixedRecvByteBufAllocator) reads.get()).maxMessagesPerRead()).isEqualTo(1);
    }
  }

  private static void ask(Socket socket) throws IOException {
    ask(socket, 1);
  }

  private static void ask(Socket socket, int times) throws IOException {
    String request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(times);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), web.address().getPort());
  }

  @Test
  void anAddressThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  WebListener.serve(
                      List.of((InetSocketAddress) taken.getLocalSocketAddress()),
                      head -> Optional.empty(),
                      ChannelInboundHandlerAdapter::new))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("TCP 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9480", ":9480", "127.0.0.1", "127.0.0.1:", "::1:9480", "h:x", "h:0"})
  void noAddress(String text) {
    assertThatThrownBy(() -> WebAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must ");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1:9480,true", "'[::1]:9480',true", "0.0.0.0:9480,false"})
  void addresses(String text, boolean loopback) {
    assertThat(WebAddress.isLoopback(WebAddress.parse(text))).isEqualTo(loopback);
  }
}
