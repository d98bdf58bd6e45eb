package org.moshpit.agent.control;

import java.util.List;
import java.util.Objects;

/**
 * The status of the agent asked first, with the sessions of all that were asked.
 *
 * @param status the user's own agent's or, where they have none, root's
 * @param system root's agent's, asked beside the user's own; null: there is none, or it is {@code
 *     status}
 * @param notes what else is to be known of it, such as who did not answer: whole sentences
 */
public record LocalStatus(AgentStatus status, AgentStatus system, List<String> notes) {
  /** Copies the list. */
  public LocalStatus {
    Objects.requireNonNull(status);
    notes = List.copyOf(notes);
  }

  /** As the JSON contract has it, on one line. */
  public String json() {
    JsonLine json = new JsonLine();
    StatusJson.write(json, status, system);
    return json.toString();
  }
}
