package org.moshpit.rendezvous.core;

import java.util.OptionalLong;

/** Reads what the rendezvous needs to know of a box record; the rest is between box and laptop. */
@FunctionalInterface
public interface RecordReader {
  /**
   * The record's serial, or empty if these bytes are no record of this box in this realm.
   *
   * @param record as published
   * @param name the box's name
   * @param realm 32 bytes
   */
  OptionalLong serial(Bytes record, String name, Bytes realm);
}
