package org.moshpit.common.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTurnsTest {
  private int moves;
  private final EmbeddedChannel channel = new EmbeddedChannel();

  private RequestTurnsTest() {
    channel.freezeTime();
    channel.pipeline().addLast(new RequestTurns(RequestTurnsTest::check, () -> moves++));
  }

  private static Optional<FullHttpResponse> check(HttpRequest head) {
    return head.uri().equals("/no")
        ? Optional.of(answer(HttpResponseStatus.NOT_FOUND, 3))
        : Optional.empty();
  }

  private static FullHttpResponse answer(HttpResponseStatus status, int bytes) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(new byte[bytes]));
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }

  private static HttpRequest head(String path) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
  }

  private void ask(String path) {
    channel.writeInbound(head(path), LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void answer() {
    channel.writeOutbound(answer(HttpResponseStatus.OK, 3));
  }

  private boolean isAskedFor() {
    boolean any = false;
    for (Object one = channel.readInbound(); one != null; one = channel.readInbound()) {
      any = true;
    }
    return any;
  }

  @Test
  void withoutARequestItIsOver() {
    pass(9);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anAnswerBeginsANewTurn() {
    for (int i = 0; i < 5; i++) {
      pass(8);
      ask("/");
      pass(8);
      answer();
    }
    assertThat(channel.isOpen()).isTrue();
    pass(10);
    assertThat(channel.isOpen()).isFalse();
  }

  /** A write without a flush: it is not taken. */
  @ParameterizedTest
  @CsvSource({"0,2", "32768,4", "163840,10", "1000000,10"})
  void anAnswerThatNobodyTakes(int bytes, int seconds) {
    ask("/");
    channel.write(answer(HttpResponseStatus.OK, bytes));
    pass(seconds - 1);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aDaemonThatDoesNotAnswer() {
    ask("/");
    pass(10);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void nothingIsReadUntilTheAnswerIsTaken() {
    ask("/");
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.write(answer(HttpResponseStatus.OK, 3));
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.flush();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  /** Neither the request nor its headers wait anywhere. */
  @Test
  void aSecondRequestWithTheFirstIsNotKept() {
    ask("/");
    isAskedFor();
    ask("/second");
    ask("/no");
    assertThat(isAskedFor()).isFalse();
    assertThat(channel.<Object>readOutbound()).isNull();
    answer();
    assertThat(channel.<HttpResponse>readOutbound().headers().get("connection")).isEqualTo("close");
    assertThat(isAskedFor()).isFalse();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatTheCheckRefusesGetsNoFurtherThanItsHead() {
    channel.writeInbound(head("/no"));
    assertThat(channel.<HttpResponse>readOutbound().status())
        .isEqualTo(HttpResponseStatus.NOT_FOUND);
    channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(isAskedFor()).isFalse();
    ask("/");
    assertThat(isAskedFor()).isTrue();
  }

  /** What comes of it is not read any more. */
  @Test
  void aRefusedRequestWithABodyIsTheLast() {
    HttpRequest head = head("/no");
    head.headers().set("content-length", 5);
    channel.writeInbound(
        head, new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[5])), head("/"));
    assertThat(channel.<HttpResponse>readOutbound().headers().get("connection")).isEqualTo("close");
    assertThat(isAskedFor()).isFalse();
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "content-length, 1025, 413",
    "content-length, 1024, 0",
    "transfer-encoding, chunked, 411",
  })
  void bodies(String name, String text, int status) {
    HttpRequest head = head("/");
    head.headers().set(name, text);
    channel.writeInbound(head);
    assertThat(isAskedFor()).isEqualTo(status == 0);
    HttpResponse refusal = channel.readOutbound();
    assertThat(refusal == null ? 0 : refusal.status().code()).isEqualTo(status);
  }

  @Test
  void whatIsNotUnderstood() {
    HttpRequest head = head("/");
    head.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException("x")));
    channel.writeInbound(head);
    assertThat(channel.<HttpResponse>readOutbound().status().code()).isEqualTo(431);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void continueIsNoAnswer() {
    channel.writeInbound(head("/"));
    channel.writeOutbound(answer(HttpResponseStatus.CONTINUE, 0));
    assertThat(channel.isOpen()).isTrue();
    assertThat(moves).isZero();
  }

  @Test
  void eachMoveIsTold() {
    ask("/");
    assertThat(moves).isEqualTo(1);
    channel.write(answer(HttpResponseStatus.OK, 3));
    assertThat(moves).isEqualTo(2);
    channel.flush();
    assertThat(moves).isEqualTo(3);
  }
}
