/**
 * mosh-server and mosh-client, the real ones, on real terminals: a session without a network in
 * between ({@link org.moshpit.deploy.mosh.LoopbackSession}), driven in tmux.
 */
package org.moshpit.deploy.mosh;
