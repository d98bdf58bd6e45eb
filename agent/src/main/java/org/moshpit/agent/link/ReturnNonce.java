package org.moshpit.agent.link;

import java.util.Optional;

/**
 * The nonce a rendezvous gave for the next login, so that this need not wait for its greeting. One
 * is good for one login; none costs a round trip and nothing else. On the event loop, and quick.
 */
public interface ReturnNonce {
  /** There never is one. */
  ReturnNonce NONE =
      new ReturnNonce() {
        @Override
        public Optional<byte[]> take() {
          return Optional.empty();
        }

        @Override
        public void keep(byte[] nonce) {
          // every login waits for the greeting
        }
      };

  /** The nonce, which from now on is used; 32 bytes. */
  Optional<byte[]> take();

  /** The one for the next time, 32 bytes. */
  void keep(byte[] nonce);
}
