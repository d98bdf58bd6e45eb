/** What a real home router's own programs do for a session. */
package org.moshpit.deploy.nat;
