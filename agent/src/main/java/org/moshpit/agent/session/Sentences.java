package org.moshpit.agent.session;

import java.util.List;
import org.moshpit.common.identity.SshPublicKey;

/** What a laptop tells its person when nothing comes of it. */
final class Sentences {
  private Sentences() {}

  /** The same for an unknown name, an invisible, an offline and a silent box. */
  static String noAnswer(String name, String user) {
    return name
        + " does not answer: there is no such box here, it is offline, or none of your keys is in "
        + user
        + "'s authorized_keys on it. If it is on, its journal says whether your offer came and what"
        + " became of it: journalctl -u moshpit-agent, or journalctl --user -u moshpit-agent,"
        + " there.";
  }

  static String offline(String name, long sinceMillis, long wallMillis) {
    boolean known = sinceMillis > 0 && wallMillis > sinceMillis;
    long millis = known ? wallMillis - sinceMillis : 0;
    String how = known ? " has been offline for " + span(millis) : " is offline";
    // an agent whose rendezvous was away is back within a minute
    String then = known && millis < 120_000 ? " It may be back soon; try again in a minute." : "";
    return name
        + how
        + "; is it switched on and connected, and does its agent run (systemctl status"
        + " moshpit-agent there)?"
        + then;
  }

  static String clocks(String name, long apartMillis) {
    return "this computer's clock and that of " + name + " are " + span(apartMillis) + " apart.";
  }

  private static String span(long millis) {
    long minutes = millis / 60_000;
    if (minutes < 1) {
      return "less than a minute";
    }
    if (minutes < 120) {
      return minutes == 1 ? "a minute" : minutes + " minutes";
    }
    long hours = minutes / 60;
    return hours < 48 ? hours + " hours" : hours / 24 + " days";
  }

  static String hostKeyChanged(String name, SshPublicKey known, SshPublicKey now) {
    return "the host key of "
        + name
        + " has changed: it was "
        + known.fingerprint()
        + ", now it is "
        + now.fingerprint()
        + ". Somebody may be in between. If the box was set up anew, compare with what agent status"
        + " shows there, then: agent forget "
        + name
        + ", and connect again.";
  }

  static String notExpectedKey(String name, String expected, SshPublicKey now) {
    return "the host key of "
        + name
        + " is "
        + now.fingerprint()
        + ", not "
        + expected
        + " as --host-key says; nothing was sent to it.";
  }

  static String badRecord(String name, String why) {
    return "the rendezvous gave a record of "
        + name
        + " that cannot be believed: "
        + why
        + ". Nothing was sent to it; ask whoever runs the rendezvous.";
  }

  static String notTrusted(String name) {
    return "the host key of " + name + " was not confirmed; nothing was sent to it.";
  }

  static String otherVersion(String name, boolean boxIsNewer) {
    return name
        + (boxIsNewer
            ? " speaks only a newer version; update the agent here."
            : " speaks only an older version; update the agent there.");
  }

  static String badAnswer(String name) {
    return "the answer of "
        + name
        + " was altered on the way or is not its own; no session was opened. Try again, and if it"
        + " stays so, do not trust this rendezvous.";
  }

  static String badControlAnswer(String name) {
    return "an answer of " + name + " was altered on the way or is not its own; trying again.";
  }

  static String quota() {
    return "the rendezvous takes no more offers from here for now; try again in a minute.";
  }

  static String linkBreaks() {
    return "the link to the rendezvous breaks whenever an answer is due; try again later.";
  }

  static String tooLate(String name) {
    return "it took too long to reach " + name + "; run it again.";
  }

  static String noKeys() {
    return "there is no SSH key to offer, neither in ~/.ssh nor in ssh-agent; make one with"
        + " ssh-keygen and add its .pub file to ~/.ssh/authorized_keys on the box, or name"
        + " one with -i FILE.";
  }

  static String noSignature(List<String> problems) {
    return problems.isEmpty()
        ? "none of your SSH keys could sign."
        : "none of your SSH keys could sign: " + String.join("; ", problems);
  }

  static String refused(String name, String reason) {
    return name + " refuses: " + (reason.isEmpty() ? "it gives no reason." : reason);
  }
}
