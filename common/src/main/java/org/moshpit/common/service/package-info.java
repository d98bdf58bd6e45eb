/**
 * What a daemon tells whoever started it as a service, after sd_notify(3): one datagram of {@code
 * NAME=VALUE} lines to the AF_UNIX socket that {@code NOTIFY_SOCKET} names.
 *
 * <pre>
 * READY=1            it serves
 * STATUS=one line    for "systemctl status"
 * WATCHDOG=1         it is alive; at least once in WATCHDOG_USEC microseconds
 * STOPPING=1         it is going
 * </pre>
 */
package org.moshpit.common.service;
