package org.moshpit.common.seal;

/** What opening a sealed message gave. */
public sealed interface Opened {
  /** It is authentic; the payload is still to be checked. */
  record Payload(byte[] bytes) implements Opened {}

  /** It is not. Whatever follows in the same exchange is lost too. */
  record Failed(SealFailure reason) implements Opened {}
}
