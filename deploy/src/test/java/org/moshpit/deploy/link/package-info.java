/** The agent's link against the real rendezvous, each in a process of its own, on loopback. */
package org.moshpit.deploy.link;
