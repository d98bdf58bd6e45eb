package org.moshpit.common.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LineExchangeTest {
  @TempDir private Path temp;
  private Path socket;
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws IOException {
    socket = temp.resolve("s");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  /** What was asked, once there was an answer. */
  private CompletableFuture<String> answers(String answer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (SocketChannel asked = server.accept()) {
            ByteBuffer question = ByteBuffer.allocate(100);
            asked.read(question);
            asked.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            return new String(question.array(), 0, question.position(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return "";
          }
        });
  }

  @Test
  void aLineForALine() throws IOException {
    CompletableFuture<String> asked = answers("änswer\nmore");
    UserPrincipal own = Files.getOwner(temp);
    assertThat(LineExchange.ask(socket, Set.of(own), "question", 7)).isEqualTo("änswer");
    assertThat(asked.join()).isEqualTo("question\n");
  }

  @Test
  void aLongerLineIsNoAnswerAndNoneIsNone() {
    answers("answer!\n");
    assertThatThrownBy(() -> LineExchange.ask(socket, Set.of(), "question", 6))
        .hasMessage("an answer of more than 6 bytes");
    answers("answer");
    assertThatThrownBy(() -> LineExchange.ask(socket, Set.of(), "question", 6))
        .hasMessage("no answer");
  }

  @Test
  void aStrangerIsToldNothing() throws IOException {
    CompletableFuture<String> asked = answers("answer\n");
    UserPrincipal other =
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("54321");
    assertThatThrownBy(() -> LineExchange.ask(socket, Set.of(other), "question", 6))
        .isInstanceOf(LineExchange.StrangerException.class);
    assertThat(asked.join()).isEmpty();
  }

  @Test
  void whoSaysNothingIsNotWaitedFor() {
    Duration moment = Duration.ofMillis(10);
    assertThatThrownBy(() -> LineExchange.ask(socket, Set.of(), "question", 6, moment))
        .isInstanceOf(LineExchange.LateException.class);
  }

  @Test
  void nobody() throws IOException {
    server.close();
    assertThatThrownBy(() -> LineExchange.ask(socket, Set.of(), "question", 6))
        .isInstanceOf(LineExchange.NobodyException.class);
    assertThatThrownBy(() -> LineExchange.ask(temp.resolve("t"), Set.of(), "question", 6))
        .isInstanceOf(LineExchange.NobodyException.class);
  }
}
