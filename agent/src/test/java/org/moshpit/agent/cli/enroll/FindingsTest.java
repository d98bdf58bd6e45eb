package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moshpit.common.text.Screen;

@Timeout(30)
class FindingsTest {
  private interface Look {
    List<Finding> look() throws IOException;
  }

  private static Check check(String what, Look look) {
    return new Check() {
      @Override
      public String what() {
        return what;
      }

      @Override
      public List<Finding> look() throws IOException {
        return look.look();
      }
    };
  }

  private static final List<Finding> SOME =
      List.of(
          Finding.ok("rendezvous", "TCP to 192.0.2.10:3478"),
          Finding.warning("UDP 3479", "no answer", "Open UDP port 3479, there and here."),
          Finding.ok("clock", ""),
          Finding.wrong("mosh-server", "not installed", "apt install mosh"));

  @Test
  void aLineForEachAndBeneathAWrongOneWhatToDo() {
    assertThat(Findings.text(List.of(Findings.Group.of("", SOME)), Screen.PLAIN))
        .isEqualTo(
            """
            CHECKED      FOUND
            rendezvous   ok, TCP to 192.0.2.10:3478
            UDP 3479     no answer
              Open UDP port 3479, there and here.
            clock        ok
            mosh-server  not installed
              apt install mosh
            """);
  }

  @Test
  void whatBelongsToARoleStandsBeneathItsHeading() {
    assertThat(
            Findings.text(
                List.of(
                    Findings.Group.of("", SOME.subList(0, 2)),
                    Findings.Group.of("AS A LAPTOP", SOME.subList(2, 3)),
                    Findings.Group.of("AS A BOX", SOME.subList(3, 4)),
                    Findings.Group.of("AS NOTHING", List.of())),
                Screen.PLAIN))
        .isEqualTo(
            """
            CHECKED      FOUND
            rendezvous   ok, TCP to 192.0.2.10:3478
            UDP 3479     no answer
              Open UDP port 3479, there and here.
            AS A LAPTOP
            clock        ok
            AS A BOX
            mosh-server  not installed
              apt install mosh
            """);
  }

  @Test
  void aNarrowScreenLosesNothingOfWhatIsToBeDone() {
    String text = Findings.text(List.of(Findings.Group.of("", SOME)), new Screen(34, false));
    assertThat(text)
        .contains("UDP 3479     no answer\n  Open UDP port 3479, there and\n  here.\nclock ");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(34));
  }

  @Test
  void coloursOnlyRepeatTheWords() {
    String text = Findings.text(List.of(Findings.Group.of("", SOME)), new Screen(80, true));
    assertThat(text)
        .contains("\u001b[32mok, TCP", "\u001b[33mno answer", "\u001b[31mnot installed")
        .contains("\n  apt install mosh\n");
  }

  @Test
  void allLookAtOnceAndTheOrderStays() {
    CountDownLatch both = new CountDownLatch(2);
    Look meets =
        () -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return List.of(Finding.ok("met", ""));
        };
    Look other = () -> List.of(Finding.ok("a", ""), Finding.ok("b", ""));
    assertThat(Findings.of(List.of(check("x", meets), check("y", other), check("z", meets))))
        .extracting(Finding::what)
        .containsExactly("met", "a", "b", "met");
    assertThat(Findings.of(List.of())).isEmpty();
  }

  @Test
  void whatCannotBeLookedAtKeepsNothingElseFromBeingSaid() {
    Look fails =
        () -> {
          throw new IOException("getent is not installed");
        };
    Look breaks =
        () -> {
          throw new IllegalStateException("a bug");
        };
    Look hangs =
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return List.of();
        };
    List<Finding> found =
        Findings.of(
            List.of(
                check("one", fails),
                check("two", breaks),
                check("three", hangs),
                check("four", () -> List.of(Finding.ok("four", "")))),
            3000);
    assertThat(found)
        .containsExactly(
            Finding.warning("one", "not known: getent is not installed", ""),
            Finding.warning("two", "not known: java.lang.IllegalStateException: a bug", ""),
            Finding.warning("three", "not known: it took too long", ""),
            Finding.ok("four", ""));
  }
}
