package org.moshpit.deploy.documents;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What stands in the documents for something of the reader's own. Host names are no placeholders:
 * {@code /etc/hosts} of the lab has them.
 */
final class Placeholders {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Well-formed values of nothing that exists, for those who only parse. */
  static Placeholders wellFormed() {
    String key = "SHA256:" + "A".repeat(43);
    Placeholders all = new Placeholders();
    all.joinUrl("moshpit://pit.example/?token=AAAAAAAAAAAAAAAAAAAAAA");
    all.name("den");
    all.session("5f01");
    all.hostKey(key);
    all.userKey(key);
    return all;
  }

  void joinUrl(String url) {
    values.put("'moshpit://…'", "'" + url + "'");
  }

  /** An agent that can be invited and revoked. */
  void name(String name) {
    values.put(" NAME", " " + name);
  }

  /** A session, or the beginning of its name. */
  void session(String id) {
    values.put(" 5f01", " " + id);
  }

  void hostKey(String fingerprint) {
    values.put("--host-key SHA256:…", "--host-key " + fingerprint);
  }

  void userKey(String fingerprint) {
    values.put("--key SHA256:…", "--key " + fingerprint);
  }

  String fill(String command) {
    String filled = command;
    for (Map.Entry<String, String> one : values.entrySet()) {
      filled = filled.replace(one.getKey(), one.getValue());
    }
    if (filled.contains("…")) {
      throw new AssertionError("nothing is known for the placeholder in `" + command + "`");
    }
    return filled;
  }
}
