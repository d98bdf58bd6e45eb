/**
 * Who may come in, and how a person proves who they are: authorized_keys and sshd's policy on the
 * box, keys, ssh-agent and known boxes on the laptop, the box's own keys.
 *
 * <p>Nothing here speaks to the network. Almost everything runs a program (ssh-keygen, ssh, sshd,
 * getent, setpriv) or reads a file and so blocks for milliseconds, at most for the limits that each
 * class names: call it from a worker, never from the event loop.
 *
 * <p>On the box, {@link org.moshpit.agent.auth.Authorizer} is the door. On the laptop, {@link
 * org.moshpit.agent.auth.UserKeys} finds the keys to offer, {@link org.moshpit.agent.auth.Signer}
 * signs with them, {@link org.moshpit.agent.auth.KnownBoxes} remembers the boxes. {@link
 * org.moshpit.agent.auth.BoxIdentity} holds what the box is.
 */
package org.moshpit.agent.auth;
