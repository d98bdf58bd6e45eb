package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.ThisUser;

class ServerWatchTest {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventExecutor loop = group.next();
  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private Process process;

  @BeforeEach
  void process() throws IOException {
    process = new ProcessBuilder("sleep", "100").start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private ServerWatch watch(long graceMillis) throws InterruptedException, ExecutionException {
    return loop.submit(
            () ->
                new ServerWatch(
                    loop,
                    new ServerProcess(
                        RunningProcess.of(process.pid()).orElseThrow(), (int) ThisUser.uid()),
                    graceMillis,
                    ended::add))
        .get();
  }

  @Test
  void noticesTheEnd() throws InterruptedException, ExecutionException {
    ServerWatch watch = watch(1000);
    process.destroyForcibly().waitFor();
    assertThat(ended.poll(10, TimeUnit.SECONDS)).contains("has ended");
    assertThat(watch.isOver()).isTrue();
  }

  @Test
  void aClosedPortMakesItLookAtOnce() throws InterruptedException, ExecutionException {
    ServerWatch watch = watch(1000);
    process.destroyForcibly().waitFor();
    loop.submit(watch::portUnreachable).get();
    assertThat(ended.poll()).isNotNull();
  }

  @Test
  void aServerWithoutItsPortIsEnded() throws InterruptedException, ExecutionException {
    ServerWatch watch = watch(1000);
    loop.submit(watch::portUnreachable).get();
    assertThat(ended.poll(10, TimeUnit.SECONDS)).contains("port");
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void endsItOnRequest() throws InterruptedException, ExecutionException {
    ServerWatch watch = watch(60_000);
    loop.submit(watch::end).get();
    assertThat(ended.poll(10, TimeUnit.SECONDS)).contains("request");
    assertThat(process.waitFor()).isEqualTo(128 + 15);
  }

  @Test
  void killsWhatDoesNotListen() throws IOException, InterruptedException, ExecutionException {
    process.destroyForcibly();
    process =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done").start();
    process.getInputStream().read();
    ServerWatch watch = watch(100);
    loop.submit(watch::end).get();
    assertThat(ended.poll(10, TimeUnit.SECONDS)).contains("request");
    assertThat(process.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void forgettingLeavesItAlone() throws InterruptedException, ExecutionException {
    ServerWatch watch = watch(100);
    loop.submit(watch::forget).get();
    loop.submit(watch::end).get();
    loop.submit(watch::portUnreachable).get();
    assertThat(ended).isEmpty();
    assertThat(process.isAlive()).isTrue();
  }
}
