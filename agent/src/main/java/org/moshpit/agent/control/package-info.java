/**
 * The running daemon's control socket {@code STATE/agent.sock}, both ends.
 *
 * <p>A stream of lines, each one JSON object of at most 64 KiB, UTF-8. A client asks, the daemon
 * answers each question with one line:
 *
 * <pre>
 * {"request":"status"}                      {"status":{…}}
 * {"request":"sessions"}                    {"sessions":[…]}
 * {"request":"kill","session":"BEGINNING"}  {"sessions":[…]}   what is being ended
 * {"request":"kill","key":"SHA256:…"}       {"sessions":[…]}
 * anything else                             {"error":"SENTENCE"}
 * </pre>
 *
 * <p>The kernel tells who asks (SO_PEERCRED): root and the daemon's own user see and end all
 * sessions, others their own. The directory is 0700 and the socket 0600 all the same; so that
 * others can ask, the machine's root agent has a second one, {@code /run/moshpit/agent.sock}.
 *
 * <p>A command asks its user's agent and root's beside it ({@link LocalAgents}), and before it says
 * anything it has the kernel tell who listens there, too: one's own agent runs as oneself or root,
 * root's as root.
 */
package org.moshpit.agent.control;
