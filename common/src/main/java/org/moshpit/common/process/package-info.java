/**
 * What the system tells a daemon: SIGHUP, whether its stderr is the journal, who holds a lock, and
 * whom a process runs as; and one question to another process.
 */
package org.moshpit.common.process;
