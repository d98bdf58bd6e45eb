package org.moshpit.rendezvous.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.Role;

/** What an operator asks of a rendezvous, running or not. */
public sealed interface ControlRequest {
  /** A join URL. */
  record Invite(String name, Role role, SortedSet<String> sees, int uses, long millis)
      implements ControlRequest {}

  /** Who there is. */
  record Agents() implements ControlRequest {}

  /** The end of an agent. */
  record Revoke(String name) implements ControlRequest {}

  /** The same as the core's input. */
  default CoreInput toCore(long request) {
    if (this instanceof Invite invite) {
      return new CoreInput.InviteAsked(
          request, invite.name(), invite.role(), invite.sees(), invite.uses(), invite.millis());
    }
    if (this instanceof Revoke revoke) {
      return new CoreInput.RevokeAsked(request, revoke.name());
    }
    return new CoreInput.AgentsAsked(request);
  }

  /** One line of JSON, without its end. */
  default String toJson() {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
      json.writeStartObject();
      if (this instanceof Invite invite) {
        json.writeStringField("command", "invite");
        json.writeStringField("name", invite.name());
        json.writeStringField("role", invite.role().name().toLowerCase(Locale.ROOT));
        json.writeArrayFieldStart("sees");
        for (String seen : invite.sees()) {
          json.writeString(seen);
        }
        json.writeEndArray();
        json.writeNumberField("uses", invite.uses());
        json.writeNumberField("expires", invite.millis());
      } else if (this instanceof Revoke revoke) {
        json.writeStringField("command", "revoke");
        json.writeStringField("name", revoke.name());
      } else {
        json.writeStringField("command", "agents");
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes every character", e);
    }
    return line.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IOException if it is not JSON, or no request
   */
  static ControlRequest parse(String line) throws IOException {
    String command = "";
    String name = "";
    String role = "both";
    SortedSet<String> sees = new TreeSet<>();
    int uses = 1;
    long millis = 0;
    try (JsonParser json = new JsonFactory().createParser(line)) {
      expect(json, JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "command" -> command = text(json);
          case "name" -> name = text(json);
          case "role" -> role = text(json);
          case "uses" -> uses = json.getIntValue();
          case "expires" -> millis = json.getLongValue();
          case "sees" -> {
            while (json.nextToken() == JsonToken.VALUE_STRING) {
              sees.add(json.getText());
            }
          }
          default -> json.skipChildren();
        }
      }
    }
    return switch (command) {
      case "invite" -> new Invite(name, role(role), sees, uses, millis);
      case "agents" -> new Agents();
      case "revoke" -> new Revoke(name);
      default -> throw new IOException("unknown command");
    };
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.nextToken() != token) {
      throw new IOException("not an object");
    }
  }

  private static String text(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new IOException("not a string");
    }
    return json.getText();
  }

  private static Role role(String text) throws IOException {
    for (Role role : Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(text)) {
        return role;
      }
    }
    throw new IOException("no role: " + text);
  }
}
