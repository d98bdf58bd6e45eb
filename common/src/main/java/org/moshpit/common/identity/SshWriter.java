package org.moshpit.common.identity;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Writes the data types of RFC 4251 §5. Not safe for use by several threads. */
public final class SshWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

  /** Bytes as they are, without a length. */
  public SshWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** One byte, 0–255. */
  public SshWriter uint8(int value) {
    if (value < 0 || value > 0xff) {
      throw new IllegalArgumentException("uint8 " + value);
    }
    out.write(value);
    return this;
  }

  /** Four bytes, 0–4294967295. */
  public SshWriter uint32(long value) {
    if (value < 0 || value > 0xffffffffL) {
      throw new IllegalArgumentException("uint32 " + value);
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  /** Eight bytes; a negative long stands for the upper half of the range. */
  public SshWriter uint64(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  /** A length and the bytes. */
  public SshWriter string(byte[] bytes) {
    uint32(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** A length and the text in UTF-8. */
  public SshWriter string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A number that is not negative; zero is the empty string. */
  public SshWriter mpint(BigInteger value) {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("negative mpint");
    }
    return string(value.signum() == 0 ? new byte[0] : value.toByteArray());
  }

  /** All that was written so far. */
  public byte[] toBytes() {
    return out.toByteArray();
  }
}
