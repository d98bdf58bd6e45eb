package org.moshpit.agent.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers one line of a client with one line. Pure but for the host. */
final class ControlRequests {
  private static final int MAX_SESSION = 32;
  private static final int MAX_KEY = 64;

  private final ControlHost host;

  ControlRequests(ControlHost host) {
    this.host = host;
  }

  /**
   * Who asks.
   *
   * @param user their name
   * @param all whether they see and end everybody's sessions, or only their own
   */
  record Viewer(String user, boolean all) {
    boolean sees(String owner) {
      return all || owner.equals(user);
    }
  }

  /** The answer, without its newline. */
  String answer(String line, Viewer viewer) {
    Map<String, String> asked;
    try {
      asked = members(line);
    } catch (IOException e) {
      return error("this is not a request");
    }
    return switch (asked.getOrDefault("request", "")) {
      case "status" -> status(viewer);
      case "sessions" -> sessions(visible(viewer));
      case "kill" -> kill(asked, viewer);
      default -> error("this agent does not know that request; it may be older than the command");
    };
  }

  private String status(Viewer viewer) {
    AgentStatus all = host.status();
    JsonLine json = new JsonLine().object().name("status");
    StatusJson.write(json, viewer.all() ? all : all.onlyOf(viewer.user()));
    return json.endObject().toString();
  }

  private String kill(Map<String, String> asked, Viewer viewer) {
    String session = asked.get("session");
    String key = asked.get("key");
    boolean fits =
        session == null
            ? key != null && key.length() <= MAX_KEY
            : key == null && !session.isEmpty() && session.length() <= MAX_SESSION;
    if (!fits) {
      return error("this is not a request");
    }
    KillTarget target = new KillTarget(session, key);
    // Of somebody else's session nobody learns whether it is there.
    List<SessionEntry> found = target.among(visible(viewer));
    Optional<String> refusal = target.refusal(found);
    if (refusal.isPresent()) {
      return error(refusal.get());
    }
    host.end(found.stream().map(SessionEntry::id).toList(), viewer.user());
    return sessions(found);
  }

  private List<SessionEntry> visible(Viewer viewer) {
    return host.sessions().stream().filter(entry -> viewer.sees(entry.user())).toList();
  }

  private static String sessions(List<SessionEntry> sessions) {
    JsonLine json = new JsonLine().object().name("sessions");
    SessionsReply.write(json, sessions);
    return json.endObject().toString();
  }

  static String error(String sentence) {
    return new JsonLine().object().member("error", sentence).endObject().toString();
  }

  /** The members that are strings. */
  private static Map<String, String> members(String line) throws IOException {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = Json.FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return members;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          members.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      return members;
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
