/**
 * The network of the rendezvous: TLS listeners, links, the datagrams of relays, and the driver that
 * runs {@link org.moshpit.rendezvous.core.RendezvousCore} on one event loop. Here protobuf ends.
 *
 * <p>All links, the core and the control socket live on one loop; the STUN responder has loops of
 * its own and shares only the table of STUN keys.
 */
package org.moshpit.rendezvous.io;
