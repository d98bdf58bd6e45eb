package org.moshpit.rendezvous.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * Takes boxes' records in. Each that differs from the one before is a write that everybody waits
 * for, and a signature to verify, so a box has a quota of them; of those beyond it the latest is
 * kept and taken in later.
 */
final class Publisher {
  private final CoreLimits limits;
  private final Directory directory;
  private final Presence presence;
  private final RecordReader recordReader;
  private final Out out;
  private final Map<String, Bytes> waiting = new HashMap<>();
  private final Map<String, Long> deadlines = new LinkedHashMap<>();

  Publisher(
      CoreLimits limits,
      Directory directory,
      Presence presence,
      RecordReader recordReader,
      Out out) {
    this.limits = limits;
    this.directory = directory;
    this.presence = presence;
    this.recordReader = recordReader;
    this.out = out;
  }

  /** A box published this. */
  void publish(long now, Link box, Bytes bytes) {
    String name = box.name();
    PublishedRecord before = directory.record(name);
    if (before != null && before.bytes().equals(bytes)) {
      forget(name);
      return;
    }
    if (waiting.containsKey(name)) {
      waiting.put(name, bytes);
    } else if (presence.of(name, now).publishes.take(now, 1)) {
      take(name, bytes, before);
    } else {
      presence.noteQuota(now, out, name, "records");
      await(now, name, bytes);
    }
  }

  private void take(String name, Bytes bytes, PublishedRecord before) {
    OptionalLong serial = recordReader.serial(bytes, name, directory.realm());
    if (serial.isEmpty()) {
      out.note(Event.IGNORED, name, "not a record of this box");
    } else if (before != null && Long.compareUnsigned(serial.getAsLong(), before.serial()) < 0) {
      out.note(Event.IGNORED, name, "a record older than the one before");
    } else {
      directory.put(name, new PublishedRecord(serial.getAsLong(), bytes));
    }
  }

  private void await(long now, String name, Bytes bytes) {
    waiting.put(name, bytes);
    deadlines.put(name, now + limits.publishInterval().toNanos());
  }

  /** Takes those in that have waited for long enough. */
  void handleTimeout(long now) {
    while (Presence.due(deadlines, now)) {
      String name = Presence.pop(deadlines);
      Bytes bytes = waiting.remove(name);
      if (presence.of(name, now).publishes.take(now, 1)) {
        take(name, bytes, directory.record(name));
      } else {
        await(now, name, bytes);
      }
    }
  }

  long nextDeadline() {
    return Presence.first(deadlines);
  }

  /** What waits is not wanted any more. */
  void forget(String name) {
    waiting.remove(name);
    deadlines.remove(name);
  }
}
