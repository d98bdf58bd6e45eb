/**
 * A session's life on either end, from the first offer to the last control message.
 *
 * <p>{@link org.moshpit.agent.session.AdmissionMachine} is the box: it opens offers, decides in the
 * order of the trust model, and answers, or says nothing. {@link
 * org.moshpit.agent.session.ConnectMachine} is the laptop from the first packet to the answer.
 * {@link org.moshpit.agent.session.ControlMachine} is the laptop afterwards: new candidates,
 * repair, the end; the box's side of that is in the AdmissionMachine.
 *
 * <p>Pure: what blocks (reading authorized_keys, signing, starting mosh-server, writing a counter)
 * is a request event with an id, answered by a result event; wall time is an event too. The
 * machines send no datagrams of their own.
 */
package org.moshpit.agent.session;
