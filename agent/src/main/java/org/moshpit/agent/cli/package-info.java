/**
 * The commands of {@code agent}, and the wiring of everything beneath them.
 *
 * <p>Only the command that was asked for is loaded: a class that another command needs costs the
 * person who types {@code agent connect} time. A failure leaves as {@link
 * org.moshpit.agent.config.UserError}; {@link org.moshpit.agent.cli.Failures} turns it into one
 * sentence on stderr and an exit code.
 */
package org.moshpit.agent.cli;
