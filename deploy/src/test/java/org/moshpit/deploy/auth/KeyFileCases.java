package org.moshpit.deploy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Texts of authorized_keys: by hand, each with a thought behind it, and generated from a seed.
 * {@code K} stands for the key asked for, {@code J} for another one.
 */
final class KeyFileCases {
  private static final List<String> OPTIONS =
      List.of(
          "pty",
          "no-pty",
          "PTY",
          "restrict",
          "Restrict",
          "port-forwarding",
          "no-port-forwarding",
          "no-agent-forwarding",
          "no-X11-forwarding",
          "no-user-rc",
          "no-touch-required",
          "verify-required",
          "cert-authority",
          "command=\"echo one\"",
          "Command=\"echo 'two words'\"",
          "command=\"echo \\\"quoted\\\"\"",
          "command=\"echo a\\\\b\"",
          "command=\"echo a,b\"",
          "command=\"echo $SSH_ORIGINAL_COMMAND\"",
          "command=\"\"",
          "command=echo",
          "command",
          "expiry-time=\"20991231\"",
          "expiry-time=\"209912312359\"",
          "expiry-time=\"20991231235959Z\"",
          "expiry-time=\"20200101\"",
          "expiry-time=\"20200101Z\"",
          "expiry-time=\"never\"",
          "expiry-time=\"2099123\"",
          "expiry-time=20991231",
          "expiry-time=\"20990231\"",
          "permitopen=\"127.0.0.1:80\"",
          "permitopen=\"[::1]:*\"",
          "permitopen=\"nowhere\"",
          "permitlisten=\"8080\"",
          "permitlisten=\"localhost:0\"",
          "tunnel=\"0\"",
          "tunnel=\"any\"",
          "tunnel=\"x\"",
          "from=\"127.0.0.1\"",
          "from=\"192.0.2.7\"",
          "principals=\"root\"",
          "environment=\"A=B\"",
          "environment=\"=\"",
          "no-restrict",
          "no-such-option",
          "ptyx",
          "x-pty",
          "no-command=\"true\"",
          "pty=\"yes\"",
          "\"pty\"",
          "",
          "command=\"open");

  private static final List<String> BY_HAND =
      List.of(
          "K",
          "  \t K",
          "K a comment, with \"quotes\" and # signs",
          "K\r",
          "K\n",
          "# K",
          "",
          "J",
          "J\nK",
          "J K",
          "junk\n\"\nK",
          "restrict K",
          "restrict,pty K",
          "pty,restrict K",
          "no-pty,pty K",
          "pty,no-pty K",
          "RESTRICT,PTY,COMMAND=\"echo Caps\" K",
          ",K",
          ",, K",
          ",pty, K",
          "pty,, K",
          "pty , K",
          "pty, pty K",
          "pty,command=\"echo spaced out\",no-user-rc K",
          "command=\"echo tab\tbed\" K",
          "command=\"echo \\\\\\\"deep\\\\\\\"\" K",
          "command=\"echo caf\u00e9\" K",
          "command=\"echo one\",command=\"echo two\" K",
          "command=\"echo one\",command=\"echo two\" K\nK",
          "command=\"echo first\" K\ncommand=\"echo second\" K",
          "expiry-time=\"20200101\" K\ncommand=\"echo second\" K",
          "expiry-time=\"20991231\",expiry-time=\"20200101\" K",
          "expiry-time=\"20200101\",expiry-time=\"20991231\" K",
          "nonsense K\ncommand=\"echo second\" K",
          "cert-authority K\ncommand=\"echo second\" K",
          "principals=\"a\" K\nK",
          "no-pty K\nK",
          "from=\"203.0.113.9\" K\nK",
          "environment=\"A=B\",command=\"echo held\" K\nK",
          "environment=\"A=B\" K",
          "environment=\"bad\" K",
          "from=\"127.0.0.1\" K",
          "from=\"!127.0.0.1,*\" K",
          "tunnel=\"0\" K",
          "permitopen=\"host:22\",permitlisten=\"80\" K",
          "permitopen=\"22\" K",
          "command=\"echo unterminated K",
          "command=\"echo x\"y K",
          "command=\"echo x\"K",
          "ssh-rsa K",
          "ssh-ed25519 K",
          "ssh-ed25519 ssh-ed25519 K",
          "K\u0000J",
          "\u0000K",
          "verify-required K",
          "no-verify-required K",
          "no-touch-required K");

  private KeyFileCases() {}

  static List<String> byHand() {
    return BY_HAND;
  }

  static String generated(Random random) {
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      lines.add(line(random));
    }
    return String.join("\n", lines) + (random.nextBoolean() ? "\n" : "");
  }

  private static String line(Random random) {
    StringBuilder line = new StringBuilder();
    line.append(random.nextInt(8) == 0 ? " \t" : "");
    int count = Math.max(0, random.nextInt(5) - 1);
    for (int i = 0; i < count; i++) {
      line.append(i == 0 ? "" : random.nextInt(25) == 0 ? ", " : ",");
      line.append(OPTIONS.get(random.nextInt(OPTIONS.size())));
    }
    line.append(count == 0 ? "" : random.nextInt(10) == 0 ? "\t " : " ");
    line.append(random.nextInt(12) == 0 ? "J" : "K");
    line.append(random.nextInt(4) == 0 ? " somebody@somewhere" : "");
    line.append(random.nextInt(12) == 0 ? "\r" : "");
    return line.toString();
  }

  /** The file's bytes, with the keys in their places. Only whole words are places. */
  static String fill(String text, String key, String other) {
    return text.replaceAll("(?<![A-Za-z0-9])K(?![A-Za-z0-9])", key)
        .replaceAll("(?<![A-Za-z0-9])J(?![A-Za-z0-9])", other);
  }
}
