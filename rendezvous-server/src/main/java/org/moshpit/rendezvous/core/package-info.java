/**
 * What the rendezvous decides: who is enrolled, who is here, which offer goes where, which relay
 * lives. Records in ({@link org.moshpit.rendezvous.core.CoreInput}), commands out ({@link
 * org.moshpit.rendezvous.core.CoreCommand}); protobuf, sockets and the store are the business of
 * {@code rendezvous.io}, which runs every {@code Persist} of a turn to its end before the first
 * {@code Send} of that turn.
 *
 * <p>Pure: no clock, thread, socket or logging; randomness and the checks of other packages are
 * constructor arguments.
 */
package org.moshpit.rendezvous.core;
