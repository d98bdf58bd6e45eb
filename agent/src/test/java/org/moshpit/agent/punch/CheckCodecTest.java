package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;

class CheckCodecTest {
  private static final IceCredentials ONE = new IceCredentials("abcd", "0123456789abcdefghijkl");
  private static final IceCredentials OTHER = new IceCredentials("efgh", "lkjihgfedcba9876543210");

  private static CheckCodec codec(IceCredentials local, IceCredentials remote) {
    CheckCodec codec = new CheckCodec(local);
    codec.remote(remote);
    return codec;
  }

  private static StunParse.Parsed parse(byte[] bytes) {
    return (StunParse.Parsed) StunParser.parse(bytes);
  }

  private final TransactionId id = TransactionId.random(new java.util.SplittableRandom(1));
  private final byte[] note = {1, 2, 3, 4};
  private final byte[] wait = {3, 0, 12};

  /** Whoever knows no PUNCH-WAIT reads the note as ever: it is another attribute. */
  @Test
  void aWaitStandsBesideTheNote() {
    StunParse.Parsed parsed = parse(codec(ONE, OTHER).note(id, note, wait));
    StunMessage message = parsed.message();
    assertThat(message.attributes())
        .filteredOn(attribute -> attribute.type() == 0xED10)
        .singleElement()
        .satisfies(attribute -> assertThat(attribute.value(id)).isEqualTo(note));
    assertThat(message.attributes()).filteredOn(attribute -> attribute.type() == 0xED12).hasSize(1);
    CheckCodec reader = codec(OTHER, ONE);
    assertThat(reader.readNote(parsed))
        .hasValueSatisfying(read -> assertThat(read).isEqualTo(note));
    assertThat(reader.readWait(parsed))
        .hasValueSatisfying(read -> assertThat(read).isEqualTo(wait));
  }

  @Test
  void withoutAWaitThereIsNone() {
    StunParse.Parsed parsed = parse(codec(ONE, OTHER).note(id, note, null));
    assertThat(codec(OTHER, ONE).readNote(parsed)).isPresent();
    assertThat(codec(OTHER, ONE).readWait(parsed)).isEmpty();
  }

  /** A rendezvous cannot tell an end to wait. */
  @Test
  void aWaitOfAStrangerIsNone() {
    IceCredentials guessed = new IceCredentials(OTHER.ufrag(), "9876543210lkjihgfedcba");
    StunParse.Parsed parsed = parse(codec(ONE, guessed).note(id, note, wait));
    assertThat(codec(OTHER, ONE).readWait(parsed)).isEmpty();
  }
}
