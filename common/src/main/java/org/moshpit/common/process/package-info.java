/**
 * What the system tells a daemon: SIGHUP, whether its stderr is the journal, and who holds a lock.
 */
package org.moshpit.common.process;
