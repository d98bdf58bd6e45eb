package org.moshpit.rendezvous.certificate;

import java.util.Optional;
import org.moshpit.rendezvous.store.StoreException;

/**
 * Notices that the two files have changed. Whoever writes them needs a moment for both, so they are
 * read only when they were the same at two looks. For one thread at a time.
 */
public final class CertificateWatch {
  private final CertificateFiles files;
  private FileStamp read;
  private FileStamp seen;

  /**
   * @param read how they were when they were last read
   */
  public CertificateWatch(CertificateFiles files, FileStamp read) {
    this.files = files;
    this.read = read;
    this.seen = read;
  }

  /**
   * Looks at them. Blocks.
   *
   * @return what is in them, if they have changed and been still since the last look
   * @throws StoreException if that is of no use; said once, until they change again
   */
  public Optional<TlsIdentity> look() throws StoreException {
    FileStamp now = files.stamp();
    boolean still = now.equals(seen);
    seen = now;
    if (!still || now.equals(read)) {
      return Optional.empty();
    }
    read = now;
    return Optional.of(files.read());
  }
}
