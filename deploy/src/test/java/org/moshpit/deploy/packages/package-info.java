/** What {@code deploy/packages} installs, as far as it can be seen without installing it. */
package org.moshpit.deploy.packages;
