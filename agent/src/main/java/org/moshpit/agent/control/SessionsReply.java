package org.moshpit.agent.control;

import static org.moshpit.agent.control.JsonReader.map;
import static org.moshpit.agent.control.JsonReader.number;
import static org.moshpit.agent.control.JsonReader.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moshpit.agent.config.UserError;

/**
 * The daemon's answer to {@code sessions}, and to {@code kill}: those that are being ended.
 *
 * @param sessions the oldest first
 */
public record SessionsReply(List<SessionEntry> sessions) {
  /** Copies the list. */
  public SessionsReply {
    sessions = List.copyOf(sessions);
  }

  /**
   * Reads one.
   *
   * @throws UserError exit 1, with the daemon's own sentence if it sent one
   */
  public static SessionsReply parse(String line) {
    return JsonReader.read(
        line,
        reply -> {
          List<SessionEntry> sessions = new ArrayList<>();
          for (Object session : JsonReader.list(reply.get("sessions"))) {
            sessions.add(entry(map(session)));
          }
          return new SessionsReply(sessions);
        });
  }

  /** The sessions as an array on one line. */
  public String json() {
    JsonLine json = new JsonLine();
    write(json, sessions);
    return json.toString();
  }

  static void write(JsonLine json, List<SessionEntry> sessions) {
    json.array();
    sessions.forEach(session -> session.write(json));
    json.endArray();
  }

  private static SessionEntry entry(Map<String, Object> fields) {
    return new SessionEntry(
        text(fields, "id"),
        text(fields, "user"),
        text(fields, "peer"),
        text(fields, "key"),
        text(fields, "path"),
        Instant.parse(text(fields, "since")),
        time(fields.get("heard")),
        time(fields.get("ends")),
        (int) number(fields, "port"),
        fields.get("pid") instanceof Number pid ? pid.longValue() : null);
  }

  private static Instant time(Object text) {
    return text == null ? null : Instant.parse((String) text);
  }
}
