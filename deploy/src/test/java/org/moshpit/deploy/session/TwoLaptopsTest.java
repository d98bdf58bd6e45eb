package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Lab;

/** Two laptops on one box at once, on networks of their own and behind one NAT. */
@Tag("lab")
class TwoLaptopsTest {
  @ParameterizedTest
  @CsvSource({"--host, laptop2=cgnat", "--join, laptop2=laptop"})
  void bothGoDirectAndNeitherDisturbsTheOther(String option, String where) {
    try (Lab lab = Lab.populated("home", "cgnat", option, where);
        Session one = Session.open(lab);
        Session other = Session.open(lab, lab.host("laptop2"), "box")) {
      one.awaitPrompt().expectEcho();
      other.awaitPrompt().expectEcho();
      one.awaitPath("direct", Duration.ofSeconds(10));
      other.awaitPath("direct", Duration.ofSeconds(10));
      assertThat(one.exit()).isZero();
      other.expectEcho();
      assertThat(other.exit()).isZero();
    }
  }
}
