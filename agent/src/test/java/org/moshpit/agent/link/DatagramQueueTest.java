package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;

class DatagramQueueTest {
  @Test
  void theOldestGoesFirstWhenItIsFull() {
    DatagramQueue queue = new DatagramQueue();
    for (int i = 1; i <= DatagramQueue.LIMIT + 3; i++) {
      queue.add(ClientFrame.newBuilder().setDatagram(Datagram.newBuilder().setRelay(i)).build());
    }
    assertThat(queue.dropped()).isEqualTo(3);
    for (int i = 4; i <= DatagramQueue.LIMIT + 3; i++) {
      assertThat(queue.poll().getDatagram().getRelay()).isEqualTo(i);
    }
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
  }
}
