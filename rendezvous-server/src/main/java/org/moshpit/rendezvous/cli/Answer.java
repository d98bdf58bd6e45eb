package org.moshpit.rendezvous.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.wire.JoinUrl;

/**
 * An answer of the control socket, or of who looked into the state directory as its owner. Nothing
 * in it steers a terminal, whoever gave it.
 *
 * @param live whether a running daemon gave it
 * @param error the sentence if it is a failure, else null
 * @param exit the exit code then
 * @param url of an invite, or null
 * @param agentsJson the array, written anew in ASCII
 * @param agents the same
 */
record Answer(
    boolean live, String error, int exit, String url, String agentsJson, List<Row> agents) {
  /** Of a sentence, in UTF-16 units. */
  private static final int MAX_SENTENCE = 1000;

  /** The last character that JSON has as it is; DEL is behind it. */
  private static final int LAST_PLAIN = '~';

  private static final JsonFactory JSON = new JsonFactory();

  /** What the table shows of an agent; null where nothing is known. */
  record Row(
      String name,
      String key,
      String role,
      boolean online,
      String observed,
      String mapping,
      String allocation,
      Instant since) {}

  /**
   * Reads a line; what is no answer is an {@link IOException} with a sentence.
   *
   * @param live whether a running daemon gave it
   */
  static Answer parse(String line, boolean live) throws IOException {
    String error = null;
    int exit = ExitException.FAILURE;
    String url = null;
    String agents = null;
    boolean ok = false;
    try (JsonParser json = JSON.createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "ok" -> ok = json.getBooleanValue();
          case "error" -> error = sentence(json.getText());
          case "exit" ->
              exit = json.getIntValue() == ExitException.USAGE ? ExitException.USAGE : exit;
          case "url" -> url = url(json.getText());
          case "agents" -> agents = copy(json);
          default -> json.skipChildren();
        }
      }
    } catch (IOException | JoinUrl.InvalidException e) {
      throw new IOException(
          "The answer of the running rendezvous-server was not understood; is it another version?",
          e);
    }
    if (!ok && error == null) {
      error = "The running rendezvous-server refused without saying why.";
    }
    return new Answer(
        live, ok ? null : error, exit, url, agents, agents == null ? List.of() : rows(agents));
  }

  private static String sentence(String text) {
    String plain = PlainText.marked(text);
    return plain.length() > MAX_SENTENCE ? plain.substring(0, MAX_SENTENCE) + "…" : plain;
  }

  /** The text of a join URL, which has no character but visible ones. */
  private static String url(String text) throws JoinUrl.InvalidException {
    JoinUrl.parse(text);
    return text.strip();
  }

  private static String copy(JsonParser json) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.setHighestNonEscapedChar(LAST_PLAIN);
      out.copyCurrentStructure(json);
    }
    return text.toString();
  }

  private static List<Row> rows(String array) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (JsonParser json = JSON.createParser(array)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        rows.add(row(json));
      }
    }
    return rows;
  }

  private static Row row(JsonParser json) throws IOException {
    String name = "";
    String key = "";
    String observed = null;
    String mapping = null;
    String allocation = null;
    Instant since = null;
    boolean online = false;
    String role = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      String text = value == JsonToken.VALUE_STRING ? json.getText() : null;
      switch (field) {
        case "name" -> name = text;
        case "key" -> key = text;
        case "role" -> role = text;
        case "online" -> online = value == JsonToken.VALUE_TRUE;
        case "observed" -> observed = text;
        case "mapping" -> mapping = text;
        case "allocation" -> allocation = text;
        case "since" -> since = time(text);
        default -> json.skipChildren();
      }
    }
    return new Row(
        Objects.toString(name, ""),
        Objects.toString(key, ""),
        Objects.toString(role, ""),
        online,
        observed,
        mapping,
        allocation,
        since);
  }

  private static Instant time(String text) throws IOException {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IOException("The answer of the running rendezvous-server has no time: " + text, e);
    }
  }
}
