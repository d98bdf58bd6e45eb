/** The units of {@code deploy/systemd}, in a container that boots a real systemd. */
package org.moshpit.deploy.systemd;
