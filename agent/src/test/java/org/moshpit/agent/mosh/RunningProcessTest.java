package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class RunningProcessTest {
  @Test
  void findsTheStartTimeBehindAnyName() {
    String rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21";
    assertThat(RunningProcess.startTimeIn("7 (mosh-server)" + rest)).contains(4711L);
    assertThat(RunningProcess.startTimeIn("7 (a) Z 1 (b)" + rest)).contains(4711L);
    assertThat(RunningProcess.startTimeIn("7 (x)" + rest.replace(" S ", " Z "))).isEmpty();
    assertThat(RunningProcess.startTimeIn("7 (x) S 1 2")).isEmpty();
    assertThat(RunningProcess.startTimeIn("")).isEmpty();
  }

  @Test
  void anEndedProcessIsNotAlive() throws IOException, InterruptedException {
    Process sleep = new ProcessBuilder("sleep", "100").start();
    RunningProcess running = RunningProcess.of(sleep.pid()).orElseThrow();
    assertThat(running.alive()).isTrue();
    assertThat(running.terminate()).isTrue();
    sleep.waitFor();
    assertThat(running.alive()).isFalse();
    assertThat(running.terminate()).isFalse();
    assertThat(running.kill()).isFalse();
    assertThat(RunningProcess.of(sleep.pid())).isEmpty();
  }

  @Test
  void anotherProcessOfTheSameNumberIsLeftAlone() throws IOException, InterruptedException {
    Process sleep = new ProcessBuilder("sleep", "100").start();
    try {
      RunningProcess now = RunningProcess.of(sleep.pid()).orElseThrow();
      RunningProcess earlier = new RunningProcess(now.pid(), now.startTime() - 1);
      assertThat(earlier.alive()).isFalse();
      assertThat(earlier.kill()).isFalse();
      assertThat(now.alive()).isTrue();
    } finally {
      sleep.destroyForcibly().waitFor();
    }
  }
}
