package org.moshpit.agent.path;

/** What holds in every simulated run, whatever happens in it. The names stand in failures. */
enum Invariant {
  /** One datagram of the application leaves directly once at most; changes of state join up. */
  ONE_PATH("at most one selected path"),

  /** Only checks go to an address that has not answered one. */
  PROVEN("no application datagram to an address that has not been proven"),

  /** Of a limited size, and in a limited number a minute to one address, by who names it. */
  UNPROVEN("bounded bytes to an address that has not been proven"),

  /** An answer to a check is not longer than it, and there is one at most. */
  ANSWERS("no more and no longer answers than checks"),

  /** Many packets go only where both the peer and the rendezvous say that the peer is. */
  AIM("many packets only where peer and rendezvous see the peer"),

  /** In an hour, to one host, retries included. */
  HOUR("budgets never exceeded: 2048 probes of a host in an hour"),

  /** In any second. */
  SECOND("budgets never exceeded: 400 probes in a second"),

  /** At any router, in half a minute. */
  FLOWS("budgets never exceeded: 2048 new flows in 30 s at a router"),

  /** From the end of a punch of many flows to the beginning of the next. */
  PAUSE("budgets never exceeded: 20 s between two punches of many flows"),

  /** Neither from a session that was ended nor from a socket that was given up. */
  CLOSED("nothing sent after close");

  final String words;

  Invariant(String words) {
    this.words = words;
  }
}
