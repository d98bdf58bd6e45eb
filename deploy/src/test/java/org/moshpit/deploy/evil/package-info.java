/**
 * What a rendezvous can do to its agents when it lies as well as it can: {@link
 * org.moshpit.deploy.evil.EvilRendezvous} speaks the protocol and bends it as a test says, the real
 * launchers of box and laptop run against it in namespaces. And the converse: what strangers can do
 * to an honest rendezvous with garbage.
 */
package org.moshpit.deploy.evil;
