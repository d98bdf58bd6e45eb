package org.moshpit.agent.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.function.Supplier;

/** Answers one line of a client with one line. Pure but for the supplier. */
final class ControlRequests {
  private final Supplier<AgentStatus> status;

  ControlRequests(Supplier<AgentStatus> status) {
    this.status = status;
  }

  /**
   * The answer, without its newline.
   *
   * @param user whose sessions to show; null: all
   */
  String answer(String line, String user) {
    String request;
    try {
      request = request(line);
    } catch (IOException e) {
      return error("this is not a request");
    }
    if (!"status".equals(request)) {
      return error("this agent does not know that request; it may be older than the command");
    }
    AgentStatus all = status.get();
    JsonLine json = new JsonLine().object().name("status");
    StatusJson.write(json, user == null ? all : all.onlyOf(user));
    return json.endObject().toString();
  }

  static String error(String sentence) {
    return new JsonLine().object().member("error", sentence).endObject().toString();
  }

  private static String request(String line) throws IOException {
    try (JsonParser parser = Json.FACTORY.createParser(line)) {
      String request = null;
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("request") && value == JsonToken.VALUE_STRING) {
          request = parser.getText();
        } else {
          parser.skipChildren();
        }
      }
      return request;
    }
  }

  /** Loaded at the first request: a megabyte that a daemon nobody asks does without. */
  private static final class Json {
    private static final JsonFactory FACTORY =
        JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
            .build();
  }
}
