/**
 * Where this host can be reached: its own addresses, and what STUN servers see of its sockets.
 *
 * <p>{@link org.moshpit.agent.harvest.ObserverMachine} asks the rendezvous' STUN ports and is a
 * pure machine; {@link org.moshpit.agent.harvest.HostAddresses} reads the interfaces. A request is
 * 136 bytes (144 with CHANGE-REQUEST), so that no answer is larger:
 *
 * <pre>
 * header 20 | USERNAME 4+16, the agent id in hex | SOCKET-ID 4+8 | TIME 4+8 | PADDING 4+36
 *     [| CHANGE-REQUEST 4+4] | MESSAGE-INTEGRITY 4+20 | FINGERPRINT 4+4
 * </pre>
 */
package org.moshpit.agent.harvest;
