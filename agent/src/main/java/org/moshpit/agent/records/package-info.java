/**
 * Session records on disk: what either end needs to take up a session again after a restart, and
 * nothing else; never a mosh key, never a Noise key.
 *
 * <p>One file per session in {@code STATE/sessions}, named by its id, 0600 in a 0700 directory:
 *
 * <pre>
 * moshpit-session 1
 * role = box                     box | laptop
 * id = 32 hex digits
 * user = ann                     on the box
 * port = 60001                   the negotiated one
 * server-port = 60001            mosh-server's, on loopback; 0 on the laptop
 * pid = 4711                     mosh-server's; 0 while it is being started, and on the laptop
 * pid-start = 123456             its start in the kernel's clock ticks, so that a pid used again is told
 * uid = 1000                     its user's; -1 while there is none
 * since = 1767225600000          Unix milliseconds
 * heard = 5321000                when the laptop was heard, ms since boot; 0 never yet, -1 not known
 * peer = den                     the other end's name at the rendezvous
 * peer-key = 64 hex digits       its link key, or for a box its realm
 * key = SHA256:…                 the person's key
 * secret = base64 of 32 bytes
 * counter = 7                    of the last control message
 * handover = no
 * relay = 31291                  its relay's number at the rendezvous, 0: none
 * check = 8 hex digits           CRC-32 of all lines above, with their line ends
 * </pre>
 *
 * <p>A file is replaced whole (written beside, synced, renamed, directory synced) and deleted when
 * the session ends: whenever the process is killed, the old record stands there or the new one. One
 * that does not read, or is another version's, is set aside as {@code NAME.damaged} and reported
 * once; its mosh-server ends by its own {@code MOSH_SERVER_NETWORK_TMOUT}. Lines that are not known
 * are passed over, so that a line may be added without another version.
 *
 * <p>{@code STATE/format} holds the version of the state directory as a whole.
 */
package org.moshpit.agent.records;
