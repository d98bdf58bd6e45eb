package org.moshpit.agent.link;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.ServerFrame;

/**
 * One question to the rendezvous, for commands that do nothing else meanwhile: a link on an event
 * loop of its own, closed again. Blocks; what goes wrong is a {@link UserError}, most often exit
 * 12.
 */
public final class LinkCall {
  private static final long LIMIT_SECONDS = 30;

  private LinkCall() {}

  /**
   * An enrollment that holds, and what the link told beside it.
   *
   * @param answer the rendezvous' own
   * @param remote the address that answered
   * @param clockOffsetMillis how far the rendezvous' clock is ahead of this one
   */
  public record Enrollment(Enrolled answer, TransportAddress remote, long clockOffsetMillis) {}

  /** Enrolls this agent's key under a name, or, if the name is empty, under the invite's. */
  public static Enrollment enroll(
      Rendezvous rendezvous, LinkPreparation preparation, LinkPurpose.EnrollAs purpose) {
    CompletableFuture<Enrollment> answer = new CompletableFuture<>();
    LinkClient[] link = new LinkClient[1];
    return run(
        rendezvous,
        preparation,
        purpose,
        opened -> link[0] = opened,
        answer,
        new LinkClient.Listener() {
          @Override
          public void enrolled(Enrolled enrolled) {
            answer.complete(
                new Enrollment(enrolled, link[0].remote(), link[0].clock().aheadMillis()));
          }

          @Override
          public void frame(ServerFrame frame) {
            // nothing else was asked
          }

          @Override
          public void down(LinkFailure failure) {
            answer.completeExceptionally(
                failure instanceof LinkFailure.WrongPin pin
                    ? pin.asErrorOfJoinUrl()
                    : failure.asError());
          }
        });
  }

  /**
   * Logs in as a visitor, asks, and waits for the frame that answers.
   *
   * @param name as enrolled
   */
  public static ServerFrame ask(
      Rendezvous rendezvous,
      LinkPreparation preparation,
      String name,
      ClientFrame question,
      Predicate<ServerFrame> isAnswer) {
    CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
    return run(
        rendezvous,
        preparation,
        new LinkPurpose.LogIn(name, Mode.VISITOR),
        link -> link.send(question),
        answer,
        new LinkClient.Listener() {
          @Override
          public void frame(ServerFrame frame) {
            if (isAnswer.test(frame)) {
              answer.complete(frame);
            }
          }

          @Override
          public void down(LinkFailure failure) {
            answer.completeExceptionally(failure.asError());
          }
        });
  }

  private static <T> T run(
      Rendezvous rendezvous,
      LinkPreparation preparation,
      LinkPurpose purpose,
      Consumer<LinkClient> opened,
      CompletableFuture<T> answer,
      LinkClient.Listener listener) {
    EventLoopGroup group = EventLoops.create("link", 1);
    try {
      EventLoop loop = group.next();
      loop.execute(
          () -> {
            LinkClient client = LinkClient.open(loop, rendezvous, preparation, purpose, listener);
            opened.accept(client);
            answer.whenComplete((value, problem) -> loop.execute(client::close));
          });
      return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UserError error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new LinkFailure.Unreachable(rendezvous, "it does not answer").asError();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError(ExitCode.INTERRUPTED, "interrupted", e);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1_000);
    }
  }
}
