package org.moshpit.rendezvous.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.rendezvous.core.AgentView;
import org.moshpit.rendezvous.core.CoreCommand;

/** The core's answer to an operator as a line of JSON. */
public final class ControlAnswer {
  private static final JsonFactory JSON = new JsonFactory();

  private final Supplier<JoinAddress> address;

  /** Answers for a rendezvous that agents reach there, which may change. */
  public ControlAnswer(Supplier<JoinAddress> address) {
    this.address = address;
  }

  /** The line, without its end. */
  public String of(CoreCommand command) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      if (command instanceof CoreCommand.Invited invited) {
        json.writeBooleanField("ok", true);
        json.writeStringField(
            "url", address.get().url(new JoinUrl.Token(invited.token().toArray())).format());
      } else if (command instanceof CoreCommand.Listed listed) {
        json.writeBooleanField("ok", true);
        json.writeFieldName("agents");
        write(json, listed.agents());
      } else if (command instanceof CoreCommand.Revoked revoked) {
        json.writeBooleanField("ok", true);
        json.writeStringField("name", revoked.name());
      } else if (command instanceof CoreCommand.Failed failed) {
        error(json, failed.sentence());
      } else {
        throw new IllegalArgumentException("no answer: " + command);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes every character", e);
    }
    return line.toString();
  }

  /** A failure as a line, without its end. */
  public static String error(String sentence) {
    return error(sentence, 1);
  }

  /**
   * The same with what a command is to end with.
   *
   * @param exit its exit code; 1, a failure, is not mentioned
   */
  public static String error(String sentence, int exit) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      error(json, sentence);
      if (exit != 1) {
        json.writeNumberField("exit", exit);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes every character", e);
    }
    return line.toString();
  }

  private static void error(JsonGenerator json, String sentence) throws IOException {
    json.writeBooleanField("ok", false);
    json.writeStringField("error", sentence);
  }

  private static void write(JsonGenerator json, List<AgentView> agents) throws IOException {
    json.writeStartArray();
    for (AgentView agent : agents) {
      json.writeStartObject();
      json.writeStringField("name", agent.name());
      json.writeStringField("key", fingerprint(agent));
      json.writeBooleanField("online", agent.online());
      address(json, agent.observed());
      json.writeArrayFieldStart("sockets");
      for (AgentView.SessionSocket socket : agent.sockets()) {
        json.writeStartObject();
        json.writeStringField("session", socket.session().hex());
        address(json, socket.observed());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("mapping", agent.nat().mapping());
      json.writeStringField("filtering", agent.nat().filtering());
      json.writeStringField("allocation", agent.nat().allocation());
      if (agent.sinceMillis() == 0) {
        json.writeNullField("since");
      } else {
        json.writeStringField("since", Instant.ofEpochMilli(agent.sinceMillis()).toString());
      }
      json.writeStringField("role", agent.role().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void address(JsonGenerator json, TransportAddress observed) throws IOException {
    if (observed == null) {
      json.writeNullField("observed");
    } else {
      json.writeStringField("observed", observed.toString());
    }
  }

  private static String fingerprint(AgentView agent) {
    return "SHA256:"
        + Base64.getEncoder().withoutPadding().encodeToString(agent.linkKey().sha256().toArray());
  }
}
