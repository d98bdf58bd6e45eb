package org.moshpit.rendezvous.page.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.web.AccessToken;
import org.moshpit.rendezvous.page.Surveys;

/** The listener on loopback, asked byte by byte. */
class PageServerTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

  @TempDir private Path temp;
  private final ExecutorService core = Executors.newSingleThreadExecutor();
  private final AtomicInteger surveys = new AtomicInteger();
  private final Semaphore stuck = new Semaphore(1);
  private PageServer page;

  private void open(boolean token) throws IOException {
    Optional<AccessToken> wanted = Optional.empty();
    if (token) {
      Path file = temp.resolve("token");
      Files.writeString(file, TOKEN + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      long uid = ((Number) Files.getAttribute(temp, "unix:uid")).longValue();
      wanted = Optional.of(AccessToken.read(file, uid));
    }
    page =
        PageServer.open(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            wanted,
            "pit.example",
            answer ->
                core.execute(
                    () -> {
                      stuck.acquireUninterruptibly();
                      stuck.release();
                      surveys.incrementAndGet();
                      answer.accept(new Surveys().agent("attic", true, null, "none").survey());
                    }),
            System::nanoTime,
            () -> Surveys.NOON);
  }

  @AfterEach
  void close() {
    page.close();
    core.shutdownNow();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** All that comes until the connection ends. */
  private String say(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes(text));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String ask(String line, String headers, String body) throws IOException {
    return say(
        line
            + " HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n"
            + headers
            + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
            + "\r\n"
            + body);
  }

  private String get(String path) throws IOException {
    return ask("GET " + path, "", "");
  }

  private String login(String headers, String body) throws IOException {
    return ask("POST /login", FORM + headers, body);
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  private String cookie() throws IOException {
    Matcher cookie =
        Pattern.compile(
                "set-cookie: (moshpit-page=[0-9a-f]{64}); Max-Age=43200; Path=/; HttpOnly;"
                    + " SameSite=Strict\r\n")
            .matcher(login("", "token=" + TOKEN));
    assertThat(cookie.find()).isTrue();
    return cookie.group(1);
  }

  @Test
  void thePageWithItsHeaders() throws IOException {
    open(false);
    String answer = get("/");
    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains(
            "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self';"
                + " connect-src 'self'; form-action 'self'; base-uri 'none';"
                + " frame-ancestors 'none'\r\n",
            "x-content-type-options: nosniff\r\n",
            "referrer-policy: no-referrer\r\n",
            "cache-control: no-store\r\n",
            "<h1>Rendezvous pit.example</h1>",
            ">attic</th>");
    assertThat(get("/page.css")).contains("content-type: text/css", "prefers-color-scheme: dark");
    assertThat(get("/page.js")).contains("content-type: text/javascript", "'use strict'");
  }

  @Test
  void headHasNoBody() throws IOException {
    open(false);
    String answer = ask("HEAD /", "", "");
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    assertThat(answer).containsPattern("content-length: \\d{4,}\r\n");
  }

  @Test
  void whoMayCome() throws IOException {
    open(true);
    String cookie = cookie();
    String wrong = cookie.substring(0, cookie.length() - 1) + (cookie.endsWith("0") ? "1" : "0");
    Object[][] table = {
      {"", 401},
      {"Authorization: Bearer " + TOKEN + "\r\n", 200},
      {"Authorization: bearer\r\n", 401},
      {"Authorization: Bearer " + TOKEN + "0\r\n", 401},
      {"Authorization: Bearer\r\n", 401},
      {"Authorization: Basic " + TOKEN + "\r\n", 401},
      {"Cookie: " + cookie + "\r\n", 200},
      {"Cookie: a=b; " + cookie + "; c=d\r\n", 200},
      {"Cookie: " + wrong + "\r\n", 401},
      {"Cookie: moshpit-page=\r\n", 401},
      {"Cookie: moshpit-page=" + TOKEN + "\r\n", 401},
      {"Cookie: x" + cookie + "\r\n", 401},
    };
    for (Object[] row : table) {
      String answer = ask("GET /", (String) row[0], "");
      assertThat(status(answer)).as(row[0].toString()).isEqualTo(row[1]);
      assertThat(answer.contains("attic")).as(row[0].toString()).isEqualTo(row[1].equals(200));
    }
    // never in a URL, whatever else is sent
    assertThat(get("/?token=" + TOKEN)).startsWith("HTTP/1.1 404").doesNotContain("attic");
    assertThat(get("/login?token=" + TOKEN)).startsWith("HTTP/1.1 404").doesNotContain("cookie");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | token=0123456789abcdef | 303",
        "'' | token=0123456789abcdef%20 | 303",
        "'' | token=0123456789abcdee | 401",
        "'' | token= | 401",
        "'' | '' | 401",
        "'' | token=%zz | 401",
        "'' | token=0123456789abcdef&token=0123456789abcdef | 401",
        "Origin: http://localhost:1 | token=0123456789abcdef | 303",
        "Origin: https://localhost:1 | token=0123456789abcdef | 303",
        "Origin: http://evil.example | token=0123456789abcdef | 403",
        "Origin: null | token=0123456789abcdef | 403",
        "Sec-Fetch-Site: cross-site | token=0123456789abcdef | 403",
        "Sec-Fetch-Site: same-origin | token=0123456789abcdef | 303",
      })
  void logins(String header, String body, int status) throws IOException {
    open(true);
    String answer = login(header.isEmpty() ? "" : header + "\r\n", body);
    assertThat(status(answer)).isEqualTo(status);
    assertThat(answer.contains("set-cookie")).isEqualTo(status == 303);
    assertThat(answer.contains("That is not the token.")).isEqualTo(status == 401);
  }

  @Test
  void withoutATokenThereIsNoLoginAndTheNameMustBeALoopbacks() throws IOException {
    open(false);
    assertThat(status(login("", "token=x"))).isEqualTo(405);
    Object[][] table = {
      {"localhost", 200},
      {"LOCALHOST:9481", 200},
      {"127.0.0.1:9481", 200},
      {"[::1]:9481", 200},
      {"127.9.4.81:9481", 200},
      {"rebound.example:9481", 421},
      {"127.0.0.1.evil.example", 421},
      {"localhost.evil.example", 421},
      {"", 421},
    };
    for (Object[] row : table) {
      String answer = say("GET / HTTP/1.1\r\nHost: " + row[0] + "\r\nConnection: close\r\n\r\n");
      assertThat(status(answer)).as(row[0].toString()).isEqualTo(row[1]);
    }
    assertThat(status(say("GET / HTTP/1.0\r\n\r\n"))).isEqualTo(421);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /../../etc/passwd, 404",
    "GET /%2e%2e/page.css, 404",
    "GET //page.css, 404",
    "GET /page.css/, 404",
    "GET http://localhost/, 404",
    "PUT /, 405",
    "DELETE /page.css, 405",
    "OPTIONS *, 405",
    "CONNECT a:1, 405",
    "TRACE /, 405",
    "POST /, 405",
  })
  void nothingElseIsThere(String line, int status) throws IOException {
    open(false);
    assertThat(status(ask(line, "", ""))).isEqualTo(status);
  }

  @Test
  void tooMuchOfARequestEndsIt() throws IOException {
    open(true);
    String huge = "x".repeat(9000);
    ended(431, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + huge + "\r\n\r\n");
    ended(400, "GET /" + huge + " HTTP/1.1\r\n\r\n");
    ended(413, "POST /login HTTP/1.1\r\nConnection: close\r\nContent-Length: 9000\r\n\r\n" + huge);
    ended(400, "POST /login HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\ntoken");
    // less is not too much, in however many packets
    assertThat(status(ask("GET /", "X: " + huge.substring(1500) + "\r\n", ""))).isEqualTo(401);
  }

  /** At once; the answer is lost where the kernel resets for what was not read. */
  private void ended(int status, String request) throws IOException {
    long begin = System.nanoTime();
    try {
      assertThat(status(say(request))).isEqualTo(status);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageMatching("Connection reset|Broken pipe");
    }
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void requestsAreAnsweredInTurn() throws IOException {
    open(false);
    String keep = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (Socket socket = connect()) {
      for (String path : List.of("/", "/no", "/page.css", "/")) {
        socket.getOutputStream().write(bytes("GET " + path + keep));
        assertThat(answer(socket.getInputStream()))
            .startsWith(path.equals("/no") ? "HTTP/1.1 404 " : "HTTP/1.1 200 ");
      }
    }
  }

  /** The head of one answer; its body is passed over. */
  private static String answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    Matcher length = Pattern.compile("content-length: (\\d+)").matcher(head);
    assertThat(length.find()).isTrue();
    in.skipNBytes(Integer.parseInt(length.group(1)));
    return head.toString();
  }

  @Test
  void manyWhoAskAtOnceAreOneSurvey() throws IOException {
    open(false);
    List<Socket> all = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        all.add(connect());
      }
      for (Socket socket : all) {
        socket.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      }
      for (Socket socket : all) {
        assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      }
      assertThat(surveys).hasValueBetween(1, 3);
    } finally {
      for (Socket socket : all) {
        socket.close();
      }
    }
  }

  /** So that the cookie goes to no other port of localhost. */
  @Test
  void anotherAddressOfLoopbackIsAsGood() throws IOException {
    open(true);
    String form = "token=" + TOKEN;
    String answer =
        say(
            "POST /login HTTP/1.1\r\nHost: 127.9.4.81:9481\r\nOrigin: http://127.9.4.81:9481\r\n"
                + "Sec-Fetch-Site: same-origin\r\nConnection: close\r\n"
                + FORM
                + "Content-Length: "
                + form.length()
                + "\r\n\r\n"
                + form);
    assertThat(status(answer)).isEqualTo(303);
  }

  @Test
  void aCoreThatIsStuckIsSaidAndForgotten() throws IOException {
    open(false);
    stuck.acquireUninterruptibly();
    assertThat(status(get("/"))).isEqualTo(503);
    assertThat(status(get("/"))).isEqualTo(503);
    stuck.release();
    assertThat(status(get("/"))).isEqualTo(200);
  }
}
