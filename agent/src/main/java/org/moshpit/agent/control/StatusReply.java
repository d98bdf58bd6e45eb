package org.moshpit.agent.control;

import static org.moshpit.agent.control.JsonReader.map;
import static org.moshpit.agent.control.JsonReader.number;
import static org.moshpit.agent.control.JsonReader.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The daemon's answer to {@code status}.
 *
 * @param json the status alone, on one line
 */
public record StatusReply(AgentStatus status, String json) {
  /**
   * Reads one.
   *
   * @throws UserError exit 1, with the daemon's own sentence if it sent one
   */
  public static StatusReply parse(String line) {
    AgentStatus status = JsonReader.read(line, reply -> status(map(reply.get("status"))));
    JsonLine json = new JsonLine();
    StatusJson.write(json, status);
    return new StatusReply(status, json.toString());
  }

  private static AgentStatus status(Map<String, Object> fields) {
    List<SessionStatus> sessions = new ArrayList<>();
    if (fields.get("sessions") instanceof List<?> list) {
      for (Object session : list) {
        sessions.add(session(map(session)));
      }
    }
    return new AgentStatus(
        Boolean.TRUE.equals(fields.get("registered")),
        fields.get("problem") instanceof String problem ? problem : null,
        address(fields.get("observed")),
        text(fields, "mapping"),
        text(fields, "filtering"),
        text(fields, "allocation"),
        word(fields, "hostKey"),
        word(fields, "name"),
        word(fields, "rendezvous"),
        sessions);
  }

  private static SessionStatus session(Map<String, Object> fields) {
    return new SessionStatus(
        text(fields, "id"),
        text(fields, "user"),
        text(fields, "peer"),
        text(fields, "path"),
        address(fields.get("remote")),
        fields.get("rttMillis") instanceof Number rtt ? rtt.doubleValue() : null,
        Instant.parse(text(fields, "since")),
        number(fields, "roams"),
        fields.get("reason") instanceof String reason ? reason : null,
        count(fields, "receivedBytes"),
        count(fields, "sentBytes"),
        (int) number(fields, "port"),
        count(fields, "pid"));
  }

  /** Null if the daemon is too old to tell. */
  private static String word(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String word ? word : null;
  }

  /** Null if it is not known, or the daemon is too old to tell. */
  private static Long count(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof Number number ? number.longValue() : null;
  }

  private static TransportAddress address(Object text) {
    return text == null ? null : TransportAddress.parse((String) text);
  }
}
