package org.moshpit.rendezvous.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.moshpit.rendezvous.core.AgentEntry;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.Invite;
import org.moshpit.rendezvous.core.PublishedRecord;
import org.moshpit.rendezvous.core.Role;

/** Values of the store ↔ bytes; layout in the package's head. */
final class EntryCodec {
  private static final int CRC_LENGTH = 4;

  private EntryCodec() {}

  /** Writes fields one after the other. */
  interface Fields {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads them back. */
  interface Parser<T> {
    T read(DataInputStream in) throws IOException;
  }

  static byte[] encode(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      fields.write(out);
      out.writeInt(crc(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array takes every byte", e);
    }
    return bytes.toByteArray();
  }

  /** Throws an {@link IOException} if the bytes are not what was written. */
  static <T> T decode(byte[] value, Parser<T> parser) throws IOException {
    int length = value.length - CRC_LENGTH;
    if (length < 0 || ByteBuffer.wrap(value).getInt(length) != crc(value, length)) {
      throw new IOException("damaged entry");
    }
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Arrays.copyOf(value, length)));
    try {
      T entry = parser.read(in);
      if (in.available() != 0) {
        throw new IOException("entry of another layout");
      }
      return entry;
    } catch (IllegalArgumentException e) {
      throw new IOException("entry of another layout", e);
    }
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  static byte[] encodeTime(long millis) {
    return encode(out -> out.writeLong(millis));
  }

  static long decodeTime(byte[] value) throws IOException {
    return decode(value, DataInputStream::readLong);
  }

  static byte[] encodeBytes(Bytes bytes) {
    return encode(out -> write(out, bytes));
  }

  static Bytes decodeBytes(byte[] value) throws IOException {
    return decode(value, EntryCodec::bytes);
  }

  static byte[] encodeRevoked(String name, long atMillis) {
    return encode(
        out -> {
          write(out, name);
          out.writeLong(atMillis);
        });
  }

  static String decodeRevoked(byte[] value) throws IOException {
    return decode(
        value,
        in -> {
          String name = text(in);
          in.readLong();
          return name;
        });
  }

  static byte[] encode(AgentEntry agent) {
    return encode(
        out -> {
          write(out, agent.linkKey());
          write(out, agent.agentId());
          write(out, agent.stunKey());
          out.writeByte(agent.role().ordinal());
          write(out, agent.sees());
          out.writeLong(agent.enrolledMillis());
        });
  }

  static AgentEntry decodeAgent(String name, byte[] value) throws IOException {
    return decode(
        value,
        in ->
            new AgentEntry(
                name, bytes(in), bytes(in), bytes(in), role(in), names(in), in.readLong()));
  }

  static byte[] encode(Invite invite) {
    return encode(
        out -> {
          write(out, invite.name());
          out.writeByte(invite.role().ordinal());
          write(out, invite.sees());
          out.writeInt(invite.usesLeft());
          out.writeLong(invite.expiresMillis());
        });
  }

  static Invite decodeInvite(String tokenHash, byte[] value) throws IOException {
    return decode(
        value,
        in ->
            new Invite(
                Bytes.ofHex(tokenHash),
                text(in),
                role(in),
                names(in),
                in.readInt(),
                in.readLong()));
  }

  static byte[] encode(PublishedRecord record) {
    return encode(
        out -> {
          out.writeLong(record.serial());
          write(out, record.bytes());
        });
  }

  static PublishedRecord decodeRecord(byte[] value) throws IOException {
    return decode(value, in -> new PublishedRecord(in.readLong(), bytes(in)));
  }

  private static void write(DataOutputStream out, Bytes bytes) throws IOException {
    out.writeShort(bytes.size());
    out.write(bytes.toArray());
  }

  private static Bytes bytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return Bytes.of(bytes);
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    write(out, Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in).toArray(), StandardCharsets.UTF_8);
  }

  private static void write(DataOutputStream out, SortedSet<String> names) throws IOException {
    out.writeShort(names.size());
    for (String name : names) {
      write(out, name);
    }
  }

  private static SortedSet<String> names(DataInputStream in) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      names.add(text(in));
    }
    return names;
  }

  private static Role role(DataInputStream in) throws IOException {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= Role.values().length) {
      throw new IOException("unknown role");
    }
    return Role.values()[ordinal];
  }
}
