package org.moshpit.rendezvous.store;

import java.util.List;
import org.moshpit.rendezvous.core.RegistryChange;
import org.moshpit.rendezvous.core.RegistrySnapshot;

/** What the rendezvous remembers. One owner, one thread. */
public interface Registry extends AutoCloseable {
  /** Everything remembered, with a boot number greater than at any opening before. */
  RegistrySnapshot snapshot();

  /**
   * Applies changes, all or none. Returns once they will survive the end of the process and of the
   * machine, if one of them is durable.
   *
   * @throws StoreException if they could not be written; the registry is of no use any more
   */
  void apply(List<RegistryChange> changes) throws StoreException;

  /** Writes what {@link #apply} did not have to write yet. */
  void flush() throws StoreException;

  /** Writes what is left and lets go of the files. */
  @Override
  void close();
}
