package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginLocaleCheckTest {
  /** The C library has C.UTF-8 where its file is, as in Debian. */
  private static Finding look(Map<String, String> login, String charset, String... installed) {
    Programs programs =
        (environment, command) -> {
          boolean builtIn = environment.equals(Map.of("LC_ALL", "C.UTF-8"));
          assertThat(builtIn || environment.equals(login)).isTrue();
          List<String> all = List.of(installed);
          if (!command[1].equals("charmap")) {
            return Optional.of(all);
          }
          return Optional.of(
              List.of(!builtIn ? charset : all.contains("C.utf8") ? "UTF-8" : "ANSI_X3.4-1968"));
        };
    return new LoginLocaleCheck(login, programs, false).look().get(0);
  }

  @Test
  void aLoginHasOne() {
    assertThat(look(Map.of("LANG", "en_GB.UTF-8"), "UTF-8"))
        .isEqualTo(Finding.ok("locale of a login", "LANG=en_GB.UTF-8"));
  }

  @Test
  void withoutOneItIsTheLaptopsOrTheOneThatIsAlwaysThere() {
    assertThat(look(Map.of(), "ANSI_X3.4-1968", "C", "C.utf8", "POSIX"))
        .isEqualTo(
            Finding.ok(
                "locale of a login", "no LANG, LC_CTYPE or LC_ALL; sessions fall back to C.UTF-8"));
  }

  @Test
  void besideOneThatWillNotDoTheLaptopsHasTo() {
    Finding found = look(Map.of("LANG", "C"), "ANSI_X3.4-1968", "C", "C.utf8", "POSIX");
    assertThat(found.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(found.said()).isEqualTo("LANG=C; only laptops with C.UTF-8 can connect");
    assertThat(found.remedy()).isEqualTo("Put LANG=C.UTF-8 into /etc/default/locale.");
  }

  /** What systemd starts has systemd's locale, C.UTF-8 unless it was told another. */
  @Test
  void underSystemdTheLocaleIsSystemdsUnlessALoginHasOne() {
    Map<String, String> seen = new HashMap<>();
    Programs programs =
        (environment, command) -> {
          if (command[0].equals("systemctl")) {
            return Optional.of(List.of("PATH=/bin", "LANG=C.UTF-8", "LC_FOO"));
          }
          seen.putAll(environment);
          return Optional.of(
              List.of(environment.getOrDefault("LANG", "").equals("C.UTF-8") ? "UTF-8" : "ANSI"));
        };
    assertThat(new LoginLocaleCheck(Map.of(), programs, true).look())
        .containsExactly(Finding.ok("locale of a login", "LANG=C.UTF-8"));
    assertThat(seen).isEqualTo(Map.of("LANG", "C.UTF-8"));
    assertThat(new LoginLocaleCheck(Map.of("LANG", "C"), programs, true).look().get(0).said())
        .startsWith("LANG=C");
  }

  @Test
  void theOneToSetIsOneThatIsThere() {
    assertThat(look(Map.of("LANG", "xx_YY.UTF-8"), "ANSI_X3.4-1968", "C", "de_DE.utf8").remedy())
        .contains("LANG=de_DE.UTF-8");
  }

  @Test
  void withoutAnyNoSessionComesAbout() {
    Finding found = look(Map.of("LC_ALL", "C"), "ANSI_X3.4-1968", "C", "POSIX", "de_DE.iso88591");
    assertThat(found.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(found.said()).isEqualTo("LC_ALL=C; no UTF-8 locale is installed");
    assertThat(found.remedy()).startsWith("localedef ");
  }

  @Test
  void whatTheLibraryHasBuiltInNeedNotBeListed() {
    Programs programs =
        (environment, command) -> Optional.of(List.of(environment.isEmpty() ? "C" : "UTF-8"));
    assertThat(new LoginLocaleCheck(Map.of(), programs, false).look().get(0).level())
        .isEqualTo(Finding.Level.OK);
  }

  @Test
  void withoutTheProgramItIsNotKnown() {
    Finding found =
        new LoginLocaleCheck(Map.of(), (environment, command) -> Optional.empty(), false)
            .look()
            .get(0);
    assertThat(found.level()).isEqualTo(Finding.Level.WARNING);
  }

  @Test
  void theRealProgramIsAsked() {
    Programs programs = Programs.ofThisHost();
    assertThat(programs.ask(Map.of("LC_ALL", "C"), "locale", "charmap"))
        .contains(List.of("ANSI_X3.4-1968"));
    assertThat(programs.ask(Map.of(), "no-such-program")).isEmpty();
    assertThat(programs.ask(Map.of(), "false")).isEmpty();
  }
}
