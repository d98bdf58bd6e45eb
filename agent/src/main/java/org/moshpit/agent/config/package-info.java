/**
 * What an agent is told: directories, options, and the enrollment it keeps on disk.
 *
 * <p>An option stands over the environment ({@code MOSHPIT_KEY}), that over {@code agent.conf} in
 * the config directory, that over the default. {@code agent.conf} is lines of {@code key = value};
 * {@code #} begins a comment line. The file {@code rendezvous} ({@link
 * org.moshpit.agent.config.Enrollment}) is lines of {@code key=value}, the first of them {@code
 * version=1}:
 *
 * <pre>
 * version=1
 * host=rendezvous.example:3478
 * pins=sha256:…                                       separated by spaces; empty: WebPKI
 * at=192.0.2.1:443                                    more addresses, separated by spaces
 * name=den
 * role=both                                           both | box | laptop
 * realm=64 hex digits
 * agent-id=16 hex digits
 * stun-key=base64 of 32 bytes
 * </pre>
 *
 * <p>What a command cannot do is a {@link org.moshpit.agent.config.UserError}: one sentence and an
 * {@link org.moshpit.agent.config.ExitCode}.
 */
package org.moshpit.agent.config;
