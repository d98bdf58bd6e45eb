package org.moshpit.common.stun;

import static org.moshpit.common.stun.StunMessage.HEADER_LENGTH;
import static org.moshpit.common.stun.StunMessage.uint16;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParse.Reason;
import org.moshpit.common.stun.StunParse.Rejected;

/** Bytes to records. Takes whatever the network sends, throws nothing, and bounds its work. */
public final class StunParser {
  /** More attributes than any known message has. */
  public static final int MAX_ATTRIBUTES = 32;

  private static final int ABSENT = -1;

  private StunParser() {}

  /** Parses a whole datagram. The array is handed over: nobody changes it afterwards. */
  public static StunParse parse(byte[] datagram) {
    return parse(datagram, 0, datagram.length);
  }

  /**
   * Parses the datagram in a part of an array, which nobody changes afterwards.
   *
   * @throws IndexOutOfBoundsException if that part is not in the array: the caller's bug
   */
  public static StunParse parse(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (!StunMessage.looksLikeStun(bytes, offset, length)) {
      return new Rejected(Reason.NOT_STUN);
    }
    TransactionId id = TransactionId.read(bytes, offset + 8);
    List<StunAttribute> attributes = new ArrayList<>();
    int sha1At = ABSENT;
    int sha256At = ABSENT;
    int count = 0;
    int next;
    for (int at = HEADER_LENGTH; at < length; at = next) {
      // at and length are multiples of 4, so the attribute's header is inside
      int type = uint16(bytes, offset + at);
      int size = uint16(bytes, offset + at + 2);
      next = at + 4 + StunEncoder.padded(size);
      if (next > length) {
        return new Rejected(Reason.ATTRIBUTE_OVERRUN);
      }
      if (++count > MAX_ATTRIBUTES) {
        return new Rejected(Reason.TOO_MANY_ATTRIBUTES);
      }
      if (type == Fingerprint.TYPE) {
        if (next != length || !Fingerprint.verify(bytes, offset, length)) {
          return new Rejected(Reason.FINGERPRINT);
        }
        return parsed(bytes, offset, id, attributes, sha1At, sha256At, true);
      }
      if (sha256At != ABSENT) {
        continue; // §14.6: only FINGERPRINT counts behind it
      }
      if (type == MessageIntegrity.SHA256.type()) {
        if (size != MessageIntegrity.SHA256.valueLength()) {
          return new Rejected(Reason.MALFORMED_ATTRIBUTE);
        }
        sha256At = at;
        continue;
      }
      if (sha1At != ABSENT) {
        continue; // §14.5
      }
      if (type == MessageIntegrity.SHA1.type()) {
        if (size != MessageIntegrity.SHA1.valueLength()) {
          return new Rejected(Reason.MALFORMED_ATTRIBUTE);
        }
        sha1At = at;
        continue;
      }
      int from = offset + at + 4;
      StunAttribute attribute = read(type, Arrays.copyOfRange(bytes, from, from + size), id);
      if (attribute == null) {
        return new Rejected(Reason.MALFORMED_ATTRIBUTE);
      }
      attributes.add(attribute);
    }
    return parsed(bytes, offset, id, attributes, sha1At, sha256At, false);
  }

  private static Parsed parsed(
      byte[] bytes,
      int offset,
      TransactionId id,
      List<StunAttribute> attributes,
      int sha1At,
      int sha256At,
      boolean fingerprint) {
    int bits = uint16(bytes, offset);
    int method = ((bits & 0x3e00) >> 2) | ((bits & 0xe0) >> 1) | (bits & 0xf);
    StunClass type = StunClass.ofBits(((bits & 0x100) >> 7) | ((bits & 0x10) >> 4));
    StunMessage message = new StunMessage(type, method, id, attributes);
    return new Parsed(message, bytes, offset, sha1At, sha256At, fingerprint);
  }

  /** The attribute, or null if its value is none of that type. */
  private static StunAttribute read(int type, byte[] value, TransactionId id) {
    return switch (type) {
      case XorMappedAddress.TYPE -> wrap(AddressValue.readXored(value, id), XorMappedAddress::new);
      case MappedAddress.TYPE -> wrap(AddressValue.read(value), MappedAddress::new);
      case OtherAddress.TYPE -> wrap(AddressValue.read(value), OtherAddress::new);
      case ResponseOrigin.TYPE -> wrap(AddressValue.read(value), ResponseOrigin::new);
      case Username.TYPE -> wrap(TextValue.read(value, 0, Username.MAX_BYTES), Username::new);
      case Realm.TYPE -> wrap(TextValue.read(value, 0, Realm.MAX_BYTES), Realm::new);
      case Nonce.TYPE -> wrap(TextValue.read(value, 0, Nonce.MAX_BYTES), Nonce::new);
      case ErrorCode.TYPE -> ErrorCode.read(value);
      case UnknownAttributes.TYPE -> UnknownAttributes.read(value);
      case Padding.TYPE -> new Padding(value.length);
      case ResponsePort.TYPE -> ResponsePort.read(value);
      case UseCandidate.TYPE -> value.length == 0 ? new UseCandidate() : null;
      case Priority.TYPE -> value.length == 4 ? new Priority(uint32(value)) : null;
      case ChangeRequest.TYPE -> value.length == 4 ? changeRequest(value) : null;
      case IceControlled.TYPE -> value.length == 8 ? new IceControlled(int64(value)) : null;
      case IceControlling.TYPE -> value.length == 8 ? new IceControlling(int64(value)) : null;
      case SocketIdAttribute.TYPE -> value.length == 8 ? new SocketIdAttribute(int64(value)) : null;
      case TimeAttribute.TYPE -> value.length == 8 ? new TimeAttribute(int64(value)) : null;
      default -> new UnknownAttribute(type, value);
    };
  }

  private static <T> StunAttribute wrap(T value, Function<T, StunAttribute> constructor) {
    return value == null ? null : constructor.apply(value);
  }

  private static ChangeRequest changeRequest(byte[] value) {
    int flags = value[3];
    return new ChangeRequest(
        (flags & ChangeRequest.CHANGE_IP) != 0, (flags & ChangeRequest.CHANGE_PORT) != 0);
  }

  private static long uint32(byte[] value) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt());
  }

  private static long int64(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
