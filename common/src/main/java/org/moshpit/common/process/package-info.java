/** What the system tells a daemon: SIGHUP, and whether its stderr is the journal. */
package org.moshpit.common.process;
