package org.moshpit.agent.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moshpit.agent.config.ExitCode;
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
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      parser.nextToken();
      Map<String, Object> reply = object(parser);
      if (reply.get("error") instanceof String sentence) {
        throw new UserError(ExitCode.FAILURE, sentence);
      }
      AgentStatus status = status(map(reply.get("status")));
      JsonLine json = new JsonLine();
      StatusJson.write(json, status);
      return new StatusReply(status, json.toString());
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      throw new UserError(
          ExitCode.FAILURE,
          "the running agent's answer cannot be read; it may be of another version: restart it",
          e);
    }
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
        address(fields.get("observed")),
        text(fields, "mapping"),
        text(fields, "filtering"),
        text(fields, "allocation"),
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
        (int) number(fields, "port"),
        fields.get("pid") instanceof Number pid ? pid.longValue() : null);
  }

  private static String text(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("no " + name);
  }

  private static long number(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("no " + name);
  }

  private static TransportAddress address(Object text) {
    return text == null ? null : TransportAddress.parse((String) text);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    if (value instanceof Map<?, ?>) {
      return (Map<String, Object>) value;
    }
    throw new IllegalArgumentException("not an object");
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("not an object");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return fields;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }
}
