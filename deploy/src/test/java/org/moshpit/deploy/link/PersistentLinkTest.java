package org.moshpit.deploy.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.agent.link.PersistentLink;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

class PersistentLinkTest {
  private record Down(LinkFailure failure, long retryInMillis) {}

  @TempDir Path dir;
  private final EventLoopGroup group = EventLoops.create("test", 1);
  private final EventLoop loop = group.next();
  private Programs programs;

  @BeforeEach
  void start() throws Exception {
    programs = new Programs(dir);
    programs.startRendezvous();
    String url = programs.rendezvous("invite", "--name", "den").out().strip();
    assertThat(programs.agent("den", "enroll", url).exit()).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    programs.stop();
  }

  private PersistentLink link(BlockingQueue<Object> heard) {
    AgentPaths paths = new AgentPaths(programs.config("den"), dir);
    Enrollment enrollment = Enrollment.require(paths);
    return new PersistentLink(
        loop,
        enrollment.rendezvous(),
        LinkPreparation.start(
            enrollment.rendezvous(), () -> LinkKey.fromPem(Files.readString(paths.linkKey()))),
        new LinkPurpose.LogIn(enrollment.name(), Mode.BOX),
        new Random(1),
        new PersistentLink.Listener() {
          @Override
          public void up(Welcome welcome) {
            heard.add(welcome);
          }

          @Override
          public void frame(ServerFrame frame) {
            heard.add(frame);
          }

          @Override
          public void down(LinkFailure failure, long retryInMillis) {
            heard.add(new Down(failure, retryInMillis));
          }
        });
  }

  private static <T> T next(BlockingQueue<Object> heard, Class<T> type) throws Exception {
    Object next = heard.poll(60, TimeUnit.SECONDS);
    assertThat(next).isInstanceOf(type);
    return type.cast(next);
  }

  @Test
  void survivesAKilledRendezvousAndGivesWayToANewerLogin() throws Exception {
    BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    PersistentLink link = link(heard);
    loop.execute(link::start);
    Welcome before = next(heard, Welcome.class);
    assertThat(before.getName()).isEqualTo("den");

    programs.killRendezvous();
    assertThat(next(heard, Down.class).failure()).isInstanceOf(LinkFailure.Lost.class);
    programs.startRendezvous();
    Object after = heard.poll(60, TimeUnit.SECONDS);
    while (after instanceof Down) {
      after = heard.poll(60, TimeUnit.SECONDS);
    }
    assertThat(after).isInstanceOf(Welcome.class);
    Welcome second = (Welcome) after;
    assertThat(second.getEpoch()).isGreaterThan(before.getEpoch());
    assertThat(second.getRegistration()).isEqualTo(before.getRegistration());

    BlockingQueue<Object> newer = new LinkedBlockingQueue<>();
    PersistentLink other = link(newer);
    loop.execute(other::start);
    assertThat(next(newer, Welcome.class).getEpoch()).isGreaterThan(second.getEpoch());
    Down superseded = next(heard, Down.class);
    assertThat(superseded.failure())
        .isInstanceOfSatisfying(
            LinkFailure.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.SUPERSEDED));
    assertThat(superseded.retryInMillis()).isGreaterThanOrEqualTo(300_000);
    assertThat(newer).isEmpty();
  }
}
