package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.certificate.CertificateFiles;
import org.moshpit.rendezvous.certificate.CertificateWatch;
import org.moshpit.rendezvous.certificate.FileStamp;
import org.moshpit.rendezvous.certificate.PublicTrust;
import org.moshpit.rendezvous.certificate.TlsIdentity;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the daemon presents: its own key or the certificate of the settings, which is read again on
 * SIGHUP and when its files change. What cannot be used leaves that of before. Any thread, but not
 * the event loop.
 */
final class ServerCertificate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);

  /** Changed files are taken at the second look that finds them the same. */
  private static final long LOOK_SECONDS = 10;

  /** Whoever renews certificates by itself has done so by then. */
  private static final Duration LAST_DAYS = Duration.ofDays(7);

  private static final Duration BETWEEN_REMINDERS = Duration.ofDays(1);

  /** Makes new links see it. */
  @FunctionalInterface
  interface Presenter {
    /** Throws if TLS does not take it; then nothing was changed. */
    void present(TlsIdentity identity) throws IOException;
  }

  private final TlsIdentity selfMade;
  private final Path state;
  private final String host;
  private final InstantSource clock;
  private Presenter presenter = identity -> {};
  private Runnable changed = () -> {};
  private TlsIdentity identity;
  private List<SpkiPin> pins;
  private CertificateWatch watch;
  private ScheduledExecutorService looking;

  /** When something was said of its end; null: nothing yet. */
  private Instant reminded;

  /**
   * Reads it for the first time.
   *
   * @param key what is presented where the settings have no certificate
   * @param host that join URLs name
   * @throws StoreException saying what is wrong with the files
   */
  ServerCertificate(KeyPair key, RendezvousConfig config, String host) throws StoreException {
    this(key, config, host, InstantSource.system());
  }

  /** The same, by another clock. */
  ServerCertificate(KeyPair key, RendezvousConfig config, String host, InstantSource clock)
      throws StoreException {
    this.clock = clock;
    this.selfMade = TlsIdentity.selfMade(key);
    this.state = config.state();
    this.host = host;
    Next next = read(config);
    watch = next.watch;
    is(next.identity);
  }

  private record Next(TlsIdentity identity, CertificateWatch watch) {}

  /**
   * The pins of join URLs while no daemon runs.
   *
   * @throws StoreException saying what is wrong with the files
   */
  static List<SpkiPin> pins(KeyPair key, RendezvousConfig config, String host)
      throws StoreException {
    if (config.tlsCertificate() == null) {
      return List.of(SpkiPin.of(key.getPublic()));
    }
    TlsIdentity identity =
        new CertificateFiles(config.tlsCertificate(), config.tlsKey(), config.state()).read();
    return pins(identity, PublicTrust.objection(identity.chain(), host));
  }

  /**
   * Whether the files that the settings name can be used, if they name any.
   *
   * @throws StoreException saying what is wrong with them
   */
  static void check(RendezvousConfig config) throws StoreException {
    if (config.tlsCertificate() != null) {
      new CertificateFiles(config.tlsCertificate(), config.tlsKey(), config.state()).read();
    }
  }

  /** None where agents trust it without. */
  private static List<SpkiPin> pins(TlsIdentity identity, Optional<String> objection) {
    return objection.isEmpty() ? List.of() : List.of(identity.pin());
  }

  private Next read(RendezvousConfig config) throws StoreException {
    if (config.tlsCertificate() == null) {
      return new Next(selfMade, null);
    }
    CertificateFiles files = new CertificateFiles(config.tlsCertificate(), config.tlsKey(), state);
    FileStamp stamp = files.stamp();
    return new Next(files.read(), new CertificateWatch(files, stamp));
  }

  /** What is presented now. */
  synchronized TlsIdentity identity() {
    return identity;
  }

  /** What join URLs pin: its key, or nothing if agents trust it without. */
  synchronized List<SpkiPin> pins() {
    return pins;
  }

  /**
   * Begins to look at the files now and then.
   *
   * @param presenter is given what new links are to see
   * @param changed is told afterwards
   */
  synchronized void open(Presenter presenter, Runnable changed) {
    this.presenter = presenter;
    this.changed = changed;
    lookIfThereIsSomething();
  }

  private void lookIfThereIsSomething() {
    if (watch != null && looking == null) {
      looking =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "certificate");
                thread.setDaemon(true);
                return thread;
              });
      looking.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Takes changed files, or says once why not. */
  synchronized void look() {
    try {
      Optional<TlsIdentity> next = watch == null ? Optional.empty() : watch.look();
      if (next.isPresent()) {
        take(next.get());
      }
    } catch (StoreException | RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("The certificate's files have changed and cannot be used; that of before stays");
    }
    remindOfItsEnd();
  }

  /** Once a day in its last week, and after its end. */
  private void remindOfItsEnd() {
    Instant now = clock.instant();
    if (identity.chain().isEmpty()
        || reminded != null && now.isBefore(reminded.plus(BETWEEN_REMINDERS))) {
      return;
    }
    X509Certificate certificate = identity.chain().get(0);
    Instant until = certificate.getNotAfter().toInstant();
    boolean over = PublicTrust.outOfDate(certificate, Date.from(now));
    if (over || now.isAfter(until.minus(LAST_DAYS))) {
      reminded = now;
      LOG.atWarn()
          .addKeyValue("from", certificate.getNotBefore().toInstant())
          .addKeyValue("until", until)
          .log(
              over
                  ? "The certificate is out of date; agents without a pin refuse it"
                  : "The certificate ends soon; agents without a pin will refuse it then");
    }
  }

  /**
   * Reads what the settings name now.
   *
   * @return makes new links see it
   * @throws StoreException saying what is wrong with the files; then nothing was changed
   */
  synchronized Step prepare(RendezvousConfig config) throws StoreException {
    Next next = read(config);
    return () -> {
      synchronized (this) {
        take(next.identity);
        watch = next.watch;
        lookIfThereIsSomething();
      }
    };
  }

  /** What remains to be done. */
  @FunctionalInterface
  interface Step {
    void run() throws StoreException;
  }

  private void take(TlsIdentity next) throws StoreException {
    if (next.sameAs(identity)) {
      return;
    }
    try {
      presenter.present(next);
    } catch (IOException e) {
      throw new StoreException("TLS does not take the certificate (" + e.getMessage() + ").", e);
    }
    is(next);
    changed.run();
  }

  private void is(TlsIdentity now) {
    identity = now;
    if (now.chain().isEmpty()) {
      pins = List.of(now.pin());
      LOG.atDebug().log("New links see a self-made certificate");
      return;
    }
    X509Certificate certificate = now.chain().get(0);
    LOG.atInfo()
        .addKeyValue("pin", now.pin())
        .addKeyValue("until", certificate.getNotAfter().toInstant())
        .log("New links see this certificate");
    reminded = null;
    remindOfItsEnd();
    Optional<String> objection = PublicTrust.objection(now.chain(), host);
    if (objection.isPresent()) {
      LOG.atWarn()
          .addKeyValue("reason", objection.get())
          .log("Join URLs have a pin, for agents would not trust the certificate without");
    }
    pins = pins(now, objection);
  }

  @Override
  public synchronized void close() {
    watch = null;
    if (looking != null) {
      looking.shutdownNow();
    }
  }
}
