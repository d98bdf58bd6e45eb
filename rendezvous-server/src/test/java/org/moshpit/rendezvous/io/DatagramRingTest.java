package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatagramRingTest {
  private final DatagramRing ring = new DatagramRing();

  @Test
  void theOldestOfARelayGivesWayToItsNewest() {
    for (int i = 0; i < DatagramRing.PER_RELAY + 3; i++) {
      ring.add(1, payload(i));
    }

    assertThat(ring.poll()).isEqualTo(new DatagramRing.Entry(1, payload(3)));
    assertThat(ring.dropped()).isEqualTo(3);
  }

  @Test
  void aFloodDelaysNoOtherRelay() {
    for (int i = 0; i < 100; i++) {
      ring.add(1, payload(i));
    }
    ring.add(2, payload(7));

    List<Integer> order = new ArrayList<>();
    for (DatagramRing.Entry e = ring.poll(); e != null; e = ring.poll()) {
      order.add(e.relay());
    }
    assertThat(order).hasSize(DatagramRing.PER_RELAY + 1);
    assertThat(order.subList(0, 2)).containsExactly(1, 2);
    assertThat(ring.bytes()).isZero();
  }

  @Test
  void bytesAreBoundedWhateverTheRelays() {
    ByteString large = ByteString.copyFrom(new byte[1500]);
    for (int relay = 1; relay <= 2000; relay++) {
      ring.add(relay, large);
    }

    assertThat(ring.bytes()).isLessThanOrEqualTo(DatagramRing.MAX_BYTES);
    assertThat(ring.dropped()).isGreaterThan(1000);
  }

  @Test
  void aForgottenRelayLeavesNothing() {
    ring.add(1, payload(1));
    ring.add(2, payload(2));
    ring.forget(1);
    ring.forget(9);

    assertThat(ring.poll()).isEqualTo(new DatagramRing.Entry(2, payload(2)));
    assertThat(ring.poll()).isNull();
    assertThat(ring.bytes()).isZero();
  }

  private static ByteString payload(int n) {
    return ByteString.copyFrom(new byte[] {(byte) n});
  }
}
