package org.moshpit.rendezvous.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * The number of the latest commit, beside the registry. An MVStore that lost its end opens as it
 * was some commits ago, without a word: used tokens would be good again, revoked keys too. This
 * number tells. It is written after the commit, so a crash in between leaves it one behind, never
 * ahead.
 *
 * <p>The file has two slots, 4096 bytes apart, written in turn: the number (8 bytes) and the CRC-32
 * of it (4 bytes). The greater of those that are whole counts.
 */
final class Generation implements AutoCloseable {
  private static final int SLOT = 12;
  private static final int DISTANCE = 4096;

  private final FileChannel channel;

  private Generation(FileChannel channel) {
    this.channel = channel;
  }

  static Generation open(Path file) throws IOException {
    return new Generation(StateFiles.open(file));
  }

  /** The number; 0 if none was ever written. */
  long read() throws IOException {
    if (channel.size() == 0) {
      return 0;
    }
    long latest = -1;
    for (int slot = 0; slot < 2; slot++) {
      ByteBuffer bytes = ByteBuffer.allocate(SLOT);
      if (channel.read(bytes, (long) slot * DISTANCE) == SLOT) {
        long number = bytes.getLong(0);
        if (bytes.getInt(8) == crc(number)) {
          latest = Math.max(latest, number);
        }
      }
    }
    if (latest < 0) {
      throw new IOException("the commit number is not readable");
    }
    return latest;
  }

  /** Writes the number of a commit that is on the disk. */
  void write(long number) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SLOT).putLong(number).putInt(crc(number)).flip();
    long position = (number & 1) * DISTANCE;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    channel.force(false);
  }

  private static int crc(long number) {
    CRC32 crc = new CRC32();
    crc.update(ByteBuffer.allocate(8).putLong(number).flip());
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Every write was forced.
    }
  }
}
