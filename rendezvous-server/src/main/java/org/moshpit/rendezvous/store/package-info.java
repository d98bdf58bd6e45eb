/**
 * What the rendezvous remembers across restarts, behind one interface.
 *
 * <p>The embedded store is one file, {@code STATE/registry.mv}, an MVStore of these maps, with
 * {@code STATE/registry.gen} beside it, the number of the latest commit; {@code STATE/lock} is held
 * while it is open. Every value ends in the CRC-32 of what stands before.
 *
 * <pre>
 * meta        realm → 32 bytes; boot → int64; generation → int64, the number of the commit
 * agents      name → link key, agent id, stun key, role, sees, enrolled
 * revoked     link key (hex) → name, time
 * invites     SHA-256 of the token (hex) → name, role, sees, uses left, expiry
 * admissions  box SPACE agent → time
 * records     box → serial, record
 * seen        name → time
 * </pre>
 *
 * <p>Byte strings and texts have a length of two bytes before them, times are Unix milliseconds in
 * eight bytes, integers are big-endian. The store version of the MVStore is the format's: 1.
 */
package org.moshpit.rendezvous.store;
