package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoinUrlTest {
  private static final String PIN = "sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  private static final String TOKEN = "AAECAwQFBgcICQoLDA0ODw";

  @Test
  void parsesEveryPart() throws Exception {
    JoinUrl url =
        JoinUrl.parse(
            " moshpit://Pit.Example:443/?pin="
                + PIN
                + "&at=192.0.2.1:3478&future=1&at=[2001:db8::1]:9&token="
                + TOKEN
                + "\n");

    assertThat(url.host()).isEqualTo(new HostPort("pit.example", 443));
    assertThat(url.pins()).containsExactly(SpkiPin.parse(PIN));
    assertThat(url.at())
        .containsExactly(new HostPort("192.0.2.1", 3478), new HostPort("2001:db8::1", 9));
    assertThat(url.token().bytes())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  }

  @ParameterizedTest
  @CsvSource({
    "moshpit://pit.example/?token=%s, pit.example, 3478",
    "moshpit://pit.example?token=%s, pit.example, 3478",
    "MOSHPIT://192.0.2.7:1/?token=%s, 192.0.2.7, 1",
    "moshpit://[2001:db8::7]/?token=%s, 2001:db8::7, 3478",
    "moshpit://[2001:db8::7]:99/?token=%s, 2001:db8::7, 99",
    "moshpit://pit/?pin=sha256%%3AAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8&token=%s, pit, 3478",
  })
  void hostsAndPorts(String text, String host, int port) throws Exception {
    assertThat(JoinUrl.parse(text.formatted(TOKEN)).host()).isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://pit/?token=%s | starts with moshpit://",
        "moshpit://pit/?pin=" + PIN + " | no token",
        "moshpit://pit/?token=AAAA | token is damaged",
        "moshpit://pit/?token=%s&token=%s | two tokens",
        "moshpit://pit/?pin=sha256:short&token=%s | pin is damaged",
        "moshpit://pit/?pin=sha1:x&token=%s | pin is damaged",
        "moshpit:///?token=%s | names no host",
        "moshpit://pit:99999/?token=%s | names no host",
        "moshpit://pit:x/?token=%s | names no host",
        "moshpit://[2001:db8::1/?token=%s | names no host",
        "moshpit://1.2.3.400/?token=%s | names no host",
        "moshpit://pit/down/?token=%s | a path",
        "moshpit://pit/?tok en=%s | a space",
        "moshpit://pit/?token=%%4 | damaged at a '%%'",
        "moshpit://pit/?at=:1&token=%s | names no host",
      })
  void refusesWithOneSentence(String text, String part) {
    assertThatThrownBy(() -> JoinUrl.parse(text.formatted(TOKEN, TOKEN)))
        .isInstanceOf(JoinUrl.InvalidException.class)
        .hasMessageContaining(part.formatted())
        .hasMessageEndingWith(".")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(TOKEN).doesNotContain("\n"));
  }

  @Test
  void theTokenIsNotInTheText() throws Exception {
    JoinUrl url = JoinUrl.parse("moshpit://pit/?pin=" + PIN + "&token=" + TOKEN);

    assertThat(url.format()).isEqualTo("moshpit://pit/?pin=" + PIN + "&token=" + TOKEN);
    assertThat(url.toString()).isEqualTo("moshpit://pit/?pin=" + PIN);
    assertThat(url.token().toString()).doesNotContain(TOKEN);
  }

  @Test
  void withoutAPinTheTokenComesFirst() throws Exception {
    JoinUrl url = JoinUrl.parse("moshpit://pit.example/?token=" + TOKEN);

    assertThat(url.format()).isEqualTo("moshpit://pit.example/?token=" + TOKEN);
    assertThat(url.toString()).isEqualTo("moshpit://pit.example/");
  }

  @Test
  void withoutPinItStillFormatsToWhatItParses() throws Exception {
    JoinUrl url = JoinUrl.parse("moshpit://pit/?token=" + TOKEN);

    assertThat(JoinUrl.parse(url.format())).isEqualTo(url);
  }

  @Property
  void formatsToWhatItParses(@ForAll("urls") JoinUrl url) throws Exception {
    assertThat(JoinUrl.parse(url.format())).isEqualTo(url);
  }

  @Property(tries = 2000)
  void anyTextIsAUrlOrASentence(@ForAll String tail) {
    for (String text : List.of(tail, "moshpit://" + tail, "moshpit://pit/?" + tail)) {
      try {
        JoinUrl.parse(text);
      } catch (JoinUrl.InvalidException e) {
        assertThat(e).hasMessageEndingWith(".");
      }
    }
  }

  @Provide
  static Arbitrary<JoinUrl> urls() {
    Arbitrary<HostPort> hosts =
        Combinators.combine(
                Arbitraries.of("pit.example", "a", "192.0.2.9", "2001:db8::9", "x-1.y_2.z"),
                Arbitraries.integers().between(1, 65535))
            .as(HostPort::new);
    Arbitrary<SpkiPin> pins =
        Arbitraries.bytes().array(byte[].class).ofSize(32).map(SpkiPin::ofHash);
    Arbitrary<JoinUrl.Token> tokens =
        Arbitraries.bytes().array(byte[].class).ofSize(16).map(JoinUrl.Token::new);
    return Combinators.combine(hosts, pins.list().ofMaxSize(3), hosts.list().ofMaxSize(3), tokens)
        .as(JoinUrl::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'%s'", "\"%s\"", "  '%s' \r", "' %s '"})
  void aPairOfQuotesAroundItIsDropped(String pasted) throws Exception {
    String url = "moshpit://pit/?pin=" + PIN + "&token=" + TOKEN;
    assertThat(JoinUrl.parse(pasted.formatted(url)).format()).isEqualTo(url);
  }

  @Test
  void oneThatIsCutInHalfSaysSoAndBlamesNoShell() {
    assertThatThrownBy(() -> JoinUrl.parse("moshpit://pit/?pin=" + PIN))
        .isInstanceOfSatisfying(JoinUrl.InvalidException.class, e -> assertThat(e.isCut()).isTrue())
        .hasMessage("The join URL has no token, so it is not whole; copy it again.");
  }
}
