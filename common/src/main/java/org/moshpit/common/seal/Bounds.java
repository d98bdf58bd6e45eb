package org.moshpit.common.seal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.regex.Pattern;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.seal.Checked.Malformed;

/** The checks shared by all readers of this package. */
final class Bounds {
  private Bounds() {}

  static <M extends MessageLite> M message(Parser<M> parser, byte[] bytes, String field)
      throws Malformed {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Malformed(field);
    }
  }

  static byte[] exactly(ByteString bytes, int length, String field) throws Malformed {
    require(bytes.size() == length, field);
    return bytes.toByteArray();
  }

  static byte[] atMost(ByteString bytes, int length, String field) throws Malformed {
    require(!bytes.isEmpty() && bytes.size() <= length, field);
    return bytes.toByteArray();
  }

  static String matching(String text, Pattern form, String field) throws Malformed {
    require(form.matcher(text).matches(), field);
    return text;
  }

  /** Text that will stand on a person's screen: only plain text survives. */
  static String sentence(String text) {
    String plain = PlainText.clean(text).strip();
    return plain.length() <= SealedLimits.SENTENCE
        ? plain
        : plain.substring(0, SealedLimits.SENTENCE);
  }

  /** An unsigned number of milliseconds, cut to what makes sense. */
  static int millis(int unsigned) {
    return unsigned < 0 || unsigned > SealedLimits.MILLIS ? SealedLimits.MILLIS : unsigned;
  }

  static void require(boolean holds, String field) throws Malformed {
    if (!holds) {
      throw new Malformed(field);
    }
  }
}
