package org.moshpit.common.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops of the platform's best kind: epoll where there is one, NIO elsewhere. */
public final class EventLoops {
  private EventLoops() {}

  /** Whether this process uses the native epoll transport. */
  public static boolean epoll() {
    return Epoll.isAvailable();
  }

  /**
   * A group of daemon threads.
   *
   * @param name the threads' name prefix
   * @param threads how many, at least 1
   */
  public static EventLoopGroup create(String name, int threads) {
    IoHandlerFactory io = epoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
  }
}
