package org.moshpit.common.identity;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the data types of RFC 4251 §5. No length is believed before it was held against the bytes
 * that are there, so that nothing larger than the input is ever allocated. Not safe for use by
 * several threads.
 */
public final class SshReader {
  private final byte[] bytes;
  private int at;

  /** Reads these bytes, which must not change meanwhile. */
  public SshReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** How many bytes are left. */
  public int remaining() {
    return bytes.length - at;
  }

  /** Exactly {@code length} bytes, without a length before them. */
  public byte[] raw(int length) throws SshFormatException {
    if (length > remaining()) {
      throw new SshFormatException("cut short");
    }
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /** One byte, 0–255. */
  public int uint8() throws SshFormatException {
    return raw(1)[0] & 0xff;
  }

  /** 0–4294967295. */
  public long uint32() throws SshFormatException {
    return ByteBuffer.wrap(raw(4)).getInt() & 0xffffffffL;
  }

  /** Eight bytes; the upper half of the range comes out negative. */
  public long uint64() throws SshFormatException {
    return ByteBuffer.wrap(raw(8)).getLong();
  }

  /** A string of at most {@code max} bytes. */
  public byte[] string(int max) throws SshFormatException {
    long length = uint32();
    if (length > max) {
      throw new SshFormatException("string too long");
    }
    return raw((int) length);
  }

  /** A string of exactly {@code length} bytes. */
  public byte[] stringOf(int length) throws SshFormatException {
    byte[] value = string(length);
    if (value.length != length) {
      throw new SshFormatException("string too short");
    }
    return value;
  }

  /** A string of at most {@code max} bytes that is valid UTF-8. */
  public String text(int max) throws SshFormatException {
    byte[] value = string(max);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new SshFormatException("not UTF-8");
    }
  }

  /** A number that is not negative, in its shortest form, at most {@code maxBits} bits long. */
  public BigInteger mpint(int maxBits) throws SshFormatException {
    byte[] value = string(maxBits / 8 + 1);
    if (value.length == 0) {
      return BigInteger.ZERO;
    }
    if (value[0] < 0) {
      throw new SshFormatException("negative mpint");
    }
    if (value[0] == 0 && (value.length == 1 || value[1] >= 0)) {
      throw new SshFormatException("mpint is not in its shortest form");
    }
    BigInteger number = new BigInteger(value);
    if (number.bitLength() > maxBits) {
      throw new SshFormatException("mpint too large");
    }
    return number;
  }

  /** Nothing may be left. */
  public void end() throws SshFormatException {
    if (remaining() != 0) {
      throw new SshFormatException("trailing bytes");
    }
  }
}
