package org.moshpit.common.seal;

import java.util.Optional;
import org.moshpit.common.seal.Checked.Malformed;
import org.moshpit.common.seal.proto.ControlRequest;

/**
 * What a later control message asks for: new checks, or the end.
 *
 * @param ice restart the checks with these
 * @param end end the session
 * @param rttMillis laptop to rendezvous and back, 0 if unknown
 */
public record ControlAsk(Optional<SealedIce> ice, boolean end, int rttMillis) {
  /** Asks for new checks. */
  public static ControlAsk restart(SealedIce ice, int rttMillis) {
    return new ControlAsk(Optional.of(ice), false, rttMillis);
  }

  /** Asks for the end. */
  public static ControlAsk ending() {
    return new ControlAsk(Optional.empty(), true, 0);
  }

  /** The bytes whose hash the MAC covers. */
  public byte[] encode() {
    ControlRequest.Builder request =
        ControlRequest.newBuilder().setEnd(end).setRttMillis(rttMillis);
    ice.ifPresent(description -> request.setIce(description.write()));
    return request.build().toByteArray();
  }

  static ControlAsk read(byte[] body) throws Malformed {
    ControlRequest request = Bounds.message(ControlRequest.parser(), body, "body");
    Bounds.require(request.hasIce() || request.getEnd(), "body");
    Optional<SealedIce> ice =
        request.hasIce() ? Optional.of(SealedIce.read(request.getIce())) : Optional.empty();
    return new ControlAsk(ice, request.getEnd(), Bounds.millis(request.getRttMillis()));
  }
}
