package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.identity.SshPublicKey;

class AuthorizedKeysTest {
  private static final SshPublicKey K = TestKeys.ed25519();
  private static final SshPublicKey J = TestKeys.ed25519();
  private static final Instant NOW = Instant.parse("2026-01-17T12:00:00Z");

  private static Optional<KeyPolicy> policy(String text) {
    return policy(text, ZoneOffset.UTC);
  }

  private static Optional<KeyPolicy> policy(String text, ZoneId zone) {
    String filled = text.replace("{K}", K.toText()).replace("{J}", J.toText());
    return AuthorizedKeys.parse(filled.getBytes(StandardCharsets.UTF_8)).policy(K, NOW, zone);
  }

  private static KeyPolicy plain() {
    return new KeyPolicy.Allowed(Optional.empty(), false);
  }

  private static KeyPolicy forced(String command) {
    return new KeyPolicy.Allowed(Optional.of(command), false);
  }

  private static String reason(String text) {
    KeyPolicy policy = policy(text).orElseThrow();
    assertThat(policy).isInstanceOf(KeyPolicy.Refused.class);
    return ((KeyPolicy.Refused) policy).reason();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{K}",
        "  \t{K}",
        "{K} comment \"with quote",
        "{K}\r\n",
        "# c\n\n{J}\n{K}\n",
        "junk\n\"\n{K}",
        "pty {K}",
        "restrict,pty {K}",
        "Restrict,PTY {K}",
        "no-pty,pty {K}",
        "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-user-rc {K}",
        "permitopen=\"host:22\",permitopen=\"[::1]:*\",permitlisten=\"8080\",tunnel=\"0\" {K}",
        "expiry-time=\"20260118\" {K}",
        "expiry-time=\"202601171200Z\" {K}",
        "expiry-time=\"20260117120000\" {K}",
        ",,pty, {K}",
        "no-touch-required {K}",
        "verify-required,no-verify-required {K}",
      })
  void opensASession(String text) {
    assertThat(policy(text)).contains(plain());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{J}",
        "# {K}",
        "{J} {K}",
        "pty , {K}",
        "command=\"open {K}",
        "ssh-rsa AAAA {K}",
        "\u0000{K}",
      })
  void isNotThere(String text) {
    assertThat(policy(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "restrict {K}                         | restrict, and a session needs a pty",
        "pty,restrict {K}                     | restrict, and a session needs a pty",
        "pty,no-pty {K}                       | no-pty, and a session needs a pty",
        "from=\"10.0.0.1\" {K}                | from=",
        "cert-authority {K}                   | cert-authority",
        "principals=\"me\" {K}                | principals=",
        "environment=\"A=B\" {K}              | environment=",
        "nonsense {K}                         | unknown option nonsense",
        "pty=\"yes\" {K}                      | unknown option pty",
        "command {K}                          | unknown option command",
        "no-restrict {K}                      | unknown option no-restrict",
        "ptyx {K}                             | unknown option ptyx",
        "command=true {K}                     | command= without a quoted value",
        "command=\"a\"b {K}                   | something after the value of command=",
        "command=\"a\",command=\"b\" {K}      | command= twice",
        "from=\"a\",from=\"b\" {K}            | from= twice",
        "expiry-time=\"20260116\" {K}         | expired",
        "expiry-time=\"20260117115959\" {K}   | expired",
        "expiry-time=\"20270101\",expiry-time=\"20260101\" {K} | expired",
        "expiry-time=\"soon\" {K}             | expiry-time= with a value",
        "expiry-time=\"20260231\" {K}         | a day that does not exist",
        "permitopen=\"host\" {K}              | permitopen= with",
        "permitopen=\"host:0\" {K}            | permitopen= with",
        "tunnel=\"x\" {K}                     | tunnel= with",
      })
  void isRefusedByName(String text, String expected) {
    assertThat(reason(text.replace("\\\"", "\"")))
        .startsWith("Your key's line in authorized_keys ")
        .endsWith(".")
        .contains(expected);
  }

  @Test
  void forcedCommandsAreTakenToTheLetter() {
    assertThat(policy("command=\"echo one\" {K}")).contains(forced("echo one"));
    assertThat(policy("COMMAND=\"\" {K}")).contains(forced(""));
    assertThat(policy("command=\"a \\\"b\\\" \\\\ \\n c,d\t#\" {K}"))
        .contains(forced("a \"b\" \\\\ \\n c,d\t#"));
    assertThat(policy("command=\"echo café\" {K}")).contains(forced("echo café"));
    byte[] latin = ("command=\"echo \u00e9\" " + K.toText()).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(AuthorizedKeys.parse(latin).policy(K, NOW, ZoneOffset.UTC).orElseThrow())
        .isInstanceOf(KeyPolicy.Refused.class);
  }

  @Test
  void verifyRequired() {
    assertThat(policy("verify-required {K}"))
        .contains(new KeyPolicy.Allowed(Optional.empty(), true));
  }

  /** Where sshd goes on to the next line, so do we; nowhere else. */
  @Test
  void theFirstLineThatSshdWouldTakeDecides() {
    assertThat(policy("expiry-time=\"20200101\" {K}\ncommand=\"b\" {K}")).contains(forced("b"));
    assertThat(policy("nonsense {K}\n{K}")).contains(plain());
    assertThat(policy("cert-authority {K}\n{K}")).contains(plain());
    assertThat(policy("command=\"a\" {K}\n{K}")).contains(forced("a"));
    assertThat(reason("no-pty {K}\n{K}")).contains("no-pty");
    assertThat(reason("from=\"x\" {K}\n{K}")).contains("from=");
    assertThat(reason("environment=\"A=B\",command=\"x\" {K}\n{K}")).contains("environment=");
    assertThat(reason("nonsense {K}\nexpiry-time=\"20200101\" {K}")).contains("nonsense");
  }

  @Test
  void filesAreReadInOrder() {
    byte[] first = ("command=\"first\" " + K.toText()).getBytes(StandardCharsets.UTF_8);
    byte[] second = ("command=\"second\" " + K.toText()).getBytes(StandardCharsets.UTF_8);
    assertThat(AuthorizedKeys.parse(first, second).policy(K, NOW, ZoneOffset.UTC))
        .contains(forced("first"));
  }

  @Test
  void timesWithoutZoneAreLocal() {
    ZoneId ahead = ZoneId.of("+02:00");
    assertThat(policy("expiry-time=\"202601171300\" {K}", ahead).orElseThrow())
        .isInstanceOf(KeyPolicy.Refused.class);
    assertThat(policy("expiry-time=\"202601171300Z\" {K}", ahead)).contains(plain());
    assertThat(policy("expiry-time=\"202601171400\" {K}", ahead)).contains(plain());
  }

  @Test
  void listedWhateverTheOptions() {
    for (String text :
        new String[] {"{K}", "from=\"x\" {K}", "nonsense {K}", "cert-authority {K}"}) {
      byte[] file = text.replace("{K}", K.toText()).getBytes(StandardCharsets.UTF_8);
      assertThat(AuthorizedKeys.parse(file).lists(K)).as(text).isTrue();
      assertThat(AuthorizedKeys.parse(file).lists(J)).as(text).isFalse();
    }
  }

  /** Reasons go to a terminal: nothing of the file but letters gets into them. */
  @Test
  void reasonsAreFitForATerminal() {
    assertThat(reason("\u001b[2Jx\u0007 {K}")).matches("[\\x20-\\x7e]+");
    assertThat(reason("a".repeat(5000) + " {K}")).hasSizeLessThan(150);
  }

  @Property(tries = 2000)
  void anyTextIsRead(@ForAll String before, @ForAll String options) {
    byte[] file =
        (before + "\n" + options + " " + K.toText() + "\n" + options)
            .getBytes(StandardCharsets.UTF_8);
    AuthorizedKeys keys = AuthorizedKeys.parse(file);
    assertThat(keys.policy(K, NOW, ZoneOffset.UTC).isPresent()).isEqualTo(keys.lists(K));
    assertThat(keys.lists(J)).isFalse();
  }

  /** Options of the right letters: whatever comes out, a forced command is never lost. */
  @Property(tries = 3000)
  void aForcedCommandIsNeverLost(
      @ForAll @Chars({'p', 't', 'y', ',', '"', '\\', '=', ' ', 'r', 'c'}) String noise) {
    String line = noise + ",command=\"held\" " + K.toText();
    Optional<KeyPolicy> policy =
        AuthorizedKeys.parse(line.getBytes(StandardCharsets.UTF_8)).policy(K, NOW, ZoneOffset.UTC);
    if (policy.orElse(null) instanceof KeyPolicy.Allowed allowed) {
      assertThat(allowed.forcedCommand()).as(line).contains("held");
    }
  }
}
