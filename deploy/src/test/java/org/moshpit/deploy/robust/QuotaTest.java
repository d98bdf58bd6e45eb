package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.NotDeliveredReason;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;
import org.moshpit.deploy.lab.Shell;

/** What one agent can ask of the rendezvous: peers that ask too much against the real one. */
@Tag("lab")
@Tag("alone")
class QuotaTest {
  private static final int DATAGRAM = 1200;

  @TempDir static Path directory;
  private static final EventLoopGroup group = EventLoops.create("quota", 1);
  private static final EventLoop loop = group.next();
  private static Launchers programs;

  @BeforeAll
  static void start() throws Exception {
    programs = new Launchers(directory);
    programs.startRendezvous();
  }

  @AfterAll
  static void stop() {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    programs.stop();
  }

  /** An agent's link, driven by the test. */
  private static final class Peer implements PersistentLink.Listener {
    final List<ServerFrame> heard = new CopyOnWriteArrayList<>();
    final CompletableFuture<Welcome> up = new CompletableFuture<>();
    private final PersistentLink link;

    Peer(String name, Mode mode) {
      AgentPaths paths = new AgentPaths(programs.config(name), programs.state(name));
      Enrollment enrollment = Enrollment.require(paths);
      link =
          new PersistentLink(
              loop,
              enrollment.rendezvous(),
              LinkPreparation.start(
                  enrollment.rendezvous(),
                  () -> LinkKey.fromPem(Files.readString(paths.linkKey()))),
              new LinkPurpose.LogIn(enrollment.name(), mode),
              new Random(1),
              this);
      loop.execute(link::start);
      up.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void up(Welcome welcome) {
      up.complete(welcome);
    }

    @Override
    public void frame(ServerFrame frame) {
      heard.add(frame);
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      up.completeExceptionally(new AssertionError(failure.sentence()));
    }

    ServerFrame await(Predicate<ServerFrame> wanted) {
      return org.awaitility.Awaitility.await()
          .atMost(Launchers.LONG)
          .until(() -> heard.stream().filter(wanted).findFirst().orElse(null), f -> f != null);
    }

    void send(ClientFrame.Builder frame) {
      ClientFrame built = frame.build();
      loop.execute(() -> link.send(built));
    }

    void offer(long exchange, String to) {
      send(
          ClientFrame.newBuilder()
              .setOffer(
                  Offer.newBuilder()
                      .setExchange(exchange)
                      .setName(to)
                      .setSealed(ByteString.copyFrom(new byte[200]))));
    }

    void stop() {
      loop.submit(link::stop).syncUninterruptibly();
    }
  }

  @Test
  void offersBeyondTheQuotaAreSaidToThePerson() throws Exception {
    String enrolled = programs.enroll("attic");
    String hostKey = enrolled.replaceFirst("(?s).*(SHA256:[A-Za-z0-9+/]+).*", "$1");
    programs.enroll("lap", "--role", "laptop", "--sees", "attic");
    programs.start(programs.agent("attic", "run")).awaitOutput("registered at");
    Path key = directory.resolve("key");
    Shell.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()), "")
        .orFail();

    Peer flood = new Peer("lap", Mode.VISITOR);
    // all that is allowed at once, and then on, so that nothing is ever left for anybody
    for (int i = 1; i <= 200; i++) {
      flood.offer(i, "nobody");
    }
    int[] next = {1000};
    ScheduledFuture<?> more =
        loop.scheduleAtFixedRate(
            () -> flood.offer(next[0]++, "nobody"), 20, 20, TimeUnit.MILLISECONDS);
    flood.await(
        frame ->
            frame.hasNotDelivered()
                && frame.getNotDelivered().getReason() == NotDeliveredReason.OFFER_QUOTA);
    List<String> connect =
        programs.agent("lap", "connect", "--host-key", hostKey, "-i", key.toString(), "attic");
    Shell.Result ended =
        Shell.run(
            List.of(
                "env",
                "TERM=xterm",
                "LC_ALL=C.UTF-8",
                "script",
                "-qec",
                String.join(" ", connect),
                "/dev/null"),
            "");
    more.cancel(false);
    flood.stop();
    assertThat(ended.out())
        .contains("agent: the rendezvous takes no more offers from here for now; try again");
    assertThat(ended.exit()).isEqualTo(12);
  }

  @Test
  void aRelayCarriesSoMuchAndNoMore() throws Exception {
    programs.enroll("sink");
    programs.enroll("pump", "--sees", "sink");
    Peer box = new Peer("sink", Mode.BOX);
    Peer laptop = new Peer("pump", Mode.VISITOR);
    laptop.offer(1, "sink");
    ByteString exchange = box.await(ServerFrame::hasOffered).getOffered().getExchange();
    box.send(
        ClientFrame.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setExchange(exchange)
                    .setSealed(ByteString.copyFrom(new byte[100]))
                    .setSession(ByteString.copyFrom(new byte[16]))
                    .setAdmitted(true)));
    int relay = laptop.await(ServerFrame::hasAnswered).getAnswered().getRelay();
    assertThat(relay).isNotZero();
    box.await(frame -> true);

    // two megabytes a second for three seconds, eight times what one end may send
    ClientFrame.Builder datagram =
        ClientFrame.newBuilder()
            .setDatagram(
                Datagram.newBuilder()
                    .setRelay(relay)
                    .setPayload(ByteString.copyFrom(new byte[DATAGRAM])));
    long begin = System.nanoTime();
    int[] sent = {0};
    ScheduledFuture<?> pump =
        loop.scheduleAtFixedRate(
            () -> {
              for (int i = 0; i < 18; i++, sent[0]++) {
                laptop.send(datagram);
              }
            },
            0,
            10,
            TimeUnit.MILLISECONDS);
    await().atMost(Launchers.LONG).until(() -> System.nanoTime() - begin > 3_000_000_000L);
    pump.cancel(false);
    // a word that comes after them, by the same way
    laptop.offer(2, "sink");
    box.await(frame -> frame.hasOffered() && !frame.getOffered().getExchange().equals(exchange));
    double seconds = (System.nanoTime() - begin) / 1e9;
    long carried = box.heard.stream().filter(ServerFrame::hasDatagram).count() * DATAGRAM;
    long allowed = (512 << 10) + (long) (seconds * (256 << 10));
    assertThat((long) sent[0] * DATAGRAM).isGreaterThan(2 * allowed);
    assertThat(carried).isBetween(512L << 10, allowed);
    laptop.stop();
    box.stop();
  }
}
