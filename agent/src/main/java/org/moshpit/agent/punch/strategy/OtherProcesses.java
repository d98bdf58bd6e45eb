package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The other processes of this agent, which make their punches of many flows through the same
 * routers: one of all of them at a time, and pauses between. For the thread of the limits; each
 * call may take the disk for a moment and never throws.
 */
public interface OtherProcesses {
  /** None, or none that can be asked: then this process' own limits are all there is. */
  OtherProcesses NONE =
      new OtherProcesses() {
        @Override
        public Optional<NotNow> begin(long now, InetAddress ip, int checks) {
          return Optional.empty();
        }

        @Override
        public void end(int sent) {}
      };

  /**
   * Begins a punch for all of them, unless one of theirs stands against it. One that is not ended
   * ends by itself after a while, and counts as if it had sent all that it might.
   *
   * @param now nanoseconds, monotonic
   * @param ip where it goes
   * @param checks what it may take
   * @return what stands against it; empty: it has begun
   */
  Optional<NotNow> begin(long now, InetAddress ip, int checks);

  /**
   * Ends what this process has begun.
   *
   * @param sent how many checks it took
   */
  void end(int sent);
}
