package org.moshpit.agent.control;

/** The status as the JSON contract has it. */
final class StatusJson {
  private StatusJson() {}

  static void write(JsonLine json, AgentStatus status) {
    json.object()
        .member("registered", status.registered())
        .member("problem", status.problem())
        .member("observed", status.observed())
        .member("mapping", status.mapping())
        .member("filtering", status.filtering())
        .member("allocation", status.allocation())
        .member("hostKey", status.hostKey())
        .member("name", status.name())
        .member("rendezvous", status.rendezvous())
        .name("sessions")
        .array();
    for (SessionStatus session : status.sessions()) {
      json.object()
          .member("id", session.id())
          .member("user", session.user())
          .member("peer", session.peer())
          .member("path", session.path())
          .member("remote", session.remote())
          .member("rttMillis", session.rttMillis())
          .member("since", session.since())
          .member("roams", session.roams())
          .member("reason", session.reason())
          .member("receivedBytes", session.receivedBytes())
          .member("sentBytes", session.sentBytes())
          .member("port", session.port())
          .member("pid", session.pid())
          .endObject();
    }
    json.endArray().endObject();
  }
}
