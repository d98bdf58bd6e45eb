package org.moshpit.agent.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.common.sansio.TransportAddress;

/** ice4j's Agent completes with our checks, whichever of the two controls. */
@Timeout(60)
class IceInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @ParameterizedTest
  @EnumSource(IceRole.class)
  void completesAndCarriesDatagramsBothWays(IceRole ours) throws IOException {
    try (PathEndpoint path = new PathEndpoint(ours);
        Ice4jEnd ice4j = new Ice4jEnd(ours == IceRole.CONTROLLED)) {
      connect(path, ice4j);

      assertThat(path.said(PathOut.PathChanged.class))
          .last()
          .satisfies(
              changed -> {
                assertThat(changed.path()).isEqualTo(PathKind.DIRECT);
                assertThat(changed.remote()).isEqualTo(ice4j.address());
              });
      assertThat(ice4j.selectedRemote()).isEqualTo(path.address());
      assertThat(ice4j.controlling()).isEqualTo(ours == IceRole.CONTROLLED);
      carry(path, ice4j);
    }
  }

  /**
   * RFC 8445 §7.3.1.1: both begin as controlling, or both as controlled; one gives way. Once in
   * some thirty times ice4j, having changed its role, goes on waiting although our path is proven;
   * so it has six tries, and on our side every one of them must succeed.
   */
  @ParameterizedTest
  @EnumSource(IceRole.class)
  void aRoleConflictIsSettled(IceRole both) throws IOException {
    boolean settled = false;
    for (int attempt = 1; attempt <= 6 && !settled; attempt++) {
      try (PathEndpoint path = new PathEndpoint(both);
          Ice4jEnd ice4j = new Ice4jEnd(both == IceRole.CONTROLLING)) {
        begin(path, ice4j);
        awaitDirect(path);
        settled = isEstablished(ice4j);
        if (settled) {
          carry(path, ice4j);
        }
      }
    }
    assertThat(settled).isTrue();
  }

  private static boolean isEstablished(Ice4jEnd ice4j) {
    try {
      await().atMost(Duration.ofSeconds(5)).until(() -> ice4j.state().isEstablished());
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  /** Without our candidates, ice4j learns of us by our check alone (RFC 8445 §7.3.1.3). */
  @Test
  void ice4jLearnsOurAddressFromOurCheck() throws IOException {
    try (PathEndpoint path = new PathEndpoint(IceRole.CONTROLLING);
        Ice4jEnd ice4j = new Ice4jEnd(false)) {
      await().atMost(PATIENCE).until(() -> path.description() != null);
      IceDescription known = path.description();
      TransportAddress nowhere = unusedAddress();
      IceDescription misleading =
          new IceDescription(
              known.ufrag(),
              known.pwd(),
              List.of(new Candidate(known.candidates().get(0).type(), nowhere, 100, "9")),
              1);

      path.tell(new PathIn.PeerDescribed(ice4j.description(), 0));
      ice4j.start(misleading);

      awaitBoth(path, ice4j);
      assertThat(ice4j.selectedRemote()).isEqualTo(path.address());
    }
  }

  @Test
  void afterwardsNeitherHoldsItsPort() throws IOException {
    TransportAddress ours;
    TransportAddress theirs;
    try (PathEndpoint path = new PathEndpoint(IceRole.CONTROLLING);
        Ice4jEnd ice4j = new Ice4jEnd(false)) {
      connect(path, ice4j);
      ours = path.address();
      theirs = ice4j.address();
    }

    for (TransportAddress address : List.of(ours, theirs)) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> new DatagramSocket(address.toSocketAddress()).close());
    }
  }

  private static void connect(PathEndpoint path, Ice4jEnd ice4j) {
    begin(path, ice4j);
    awaitBoth(path, ice4j);
  }

  private static void begin(PathEndpoint path, Ice4jEnd ice4j) {
    await().atMost(PATIENCE).until(() -> path.description() != null);
    ice4j.start(path.description());
    path.tell(new PathIn.PeerDescribed(ice4j.description(), 0));
  }

  private static void awaitBoth(PathEndpoint path, Ice4jEnd ice4j) {
    await().atMost(PATIENCE).until(() -> ice4j.state().isEstablished());
    awaitDirect(path);
  }

  private static void awaitDirect(PathEndpoint path) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                path.said(PathOut.PathChanged.class).stream()
                    .anyMatch(changed -> changed.path() == PathKind.DIRECT));
  }

  private static void carry(PathEndpoint path, Ice4jEnd ice4j) throws IOException {
    byte[] there = "\0over the path".getBytes(US_ASCII);
    byte[] back = "and back".getBytes(US_ASCII);

    path.tell(new PathIn.FromApp(there));
    assertThat(ice4j.receive()).isEqualTo(there);

    ice4j.send(back);
    await().atMost(PATIENCE).until(() -> !path.said(PathOut.ToApp.class).isEmpty());
    assertThat(path.said(PathOut.ToApp.class).get(0).bytes()).isEqualTo(back);
  }

  private static TransportAddress unusedAddress() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(TransportAddress.parse("127.0.0.1:0").toSocketAddress())) {
      return TransportAddress.parse("127.0.0.1:" + socket.getLocalPort());
    }
  }
}
