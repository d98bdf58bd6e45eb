/**
 * The control socket of a running rendezvous, {@code STATE/control.sock}: one request, one answer,
 * each a line of JSON. Only root and the user the daemon runs as are listened to (SO_PEERCRED).
 *
 * <pre>
 * {"command": "invite", "name": "", "role": "both", "sees": [], "uses": 1, "expires": 86400000}
 * {"command": "agents"}
 * {"command": "revoke", "name": "attic"}
 *
 * {"ok": true, "url": "moshpit://…"}
 * {"ok": true, "agents": […]}            as printed by agents --json
 * {"ok": true, "name": "attic"}
 * {"ok": false, "error": "One sentence."}
 * </pre>
 */
package org.moshpit.rendezvous.control;
