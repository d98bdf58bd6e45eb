package org.moshpit.agent.control;

/** The status as the JSON contract has it. */
final class StatusJson {
  private StatusJson() {}

  /** As the daemon answers. */
  static void write(JsonLine json, AgentStatus status) {
    json.object();
    network(json, status);
    sessions(json, status);
    json.endObject();
  }

  /** As the command prints it; {@code system} may be null. */
  static void write(JsonLine json, AgentStatus status, AgentStatus system) {
    json.object();
    network(json, status);
    sessions(json, status);
    if (system == null) {
      json.member("system", (String) null);
    } else {
      json.name("system").object();
      network(json, system);
      json.endObject();
    }
    json.endObject();
  }

  private static void network(JsonLine json, AgentStatus status) {
    json.member("registered", status.registered())
        .member("problem", status.problem())
        .member("observed", status.observed())
        .member("mapping", status.mapping())
        .member("filtering", status.filtering())
        .member("allocation", status.allocation())
        .member("hostKey", status.hostKey())
        .member("name", status.name())
        .member("rendezvous", status.rendezvous());
  }

  private static void sessions(JsonLine json, AgentStatus status) {
    json.name("sessions").array();
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
    json.endArray();
  }
}
