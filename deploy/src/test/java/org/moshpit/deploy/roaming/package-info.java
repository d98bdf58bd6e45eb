/** Sessions whose network, or whose processes, change under them; and a person who types on. */
package org.moshpit.deploy.roaming;
