/** What must go on when something else does not: daemons killed, links cut, clocks wrong. */
package org.moshpit.deploy.robust;
