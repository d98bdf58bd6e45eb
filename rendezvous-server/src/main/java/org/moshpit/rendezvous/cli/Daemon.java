package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.netty.ListenFailure;
import org.moshpit.common.process.KernelUser;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.service.ServiceManager;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.PublicAddress;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.control.ControlAnswer;
import org.moshpit.rendezvous.control.ControlPath;
import org.moshpit.rendezvous.control.ControlRequest;
import org.moshpit.rendezvous.control.ControlServer;
import org.moshpit.rendezvous.control.JoinAddress;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreLimits;
import org.moshpit.rendezvous.core.Role;
import org.moshpit.rendezvous.io.Meter;
import org.moshpit.rendezvous.io.RendezvousServer;
import org.moshpit.rendezvous.io.ServerSettings;
import org.moshpit.rendezvous.io.TlsKey;
import org.moshpit.rendezvous.store.MvStoreRegistry;
import org.moshpit.rendezvous.store.Registry;
import org.moshpit.rendezvous.store.StateFiles;
import org.moshpit.rendezvous.store.StateLock;
import org.moshpit.rendezvous.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running daemon: everything that is open, and the order in which it is closed. */
final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final String JOIN_URL = "join-url";
  private static final int FIRST_USES = 10;
  private static final int STATUS_SECONDS = 10;
  private static final long FIRST_MILLIS = Duration.ofHours(24).toMillis();

  private final Path state;
  private StateLock lock;
  private Registry registry;
  private RendezvousServer server;
  private ControlServer control;
  private ServiceManager manager;
  private OperatorWeb web;
  private OperatorPage page;
  private ServerCertificate certificate;
  private AddressDoubts doubts;
  private volatile JoinAddress address;
  private boolean closed;

  private Daemon(Path state) {
    this.state = state;
  }

  static Daemon start(RendezvousConfig config, List<String> hosts)
      throws StoreException, ConfigException, IOException {
    Daemon daemon = new Daemon(config.state());
    boolean started = false;
    try {
      daemon.open(config, hosts);
      started = true;
    } finally {
      if (!started) {
        daemon.close();
      }
    }
    return daemon;
  }

  private void open(RendezvousConfig config, List<String> hosts)
      throws StoreException, ConfigException, IOException {
    lock = StateLock.forDaemon(state);
    KeyPair key = TlsKey.of(state);
    certificate = new ServerCertificate(key, config, hosts.get(0));
    registry = MvStoreRegistry.open(lock, Bytes.of(SpkiPin.of(key.getPublic()).hash()));
    ServerSettings settings =
        new ServerSettings(
            config.listen(), PublicAddress.stunListen(config.listen()), hosts, CoreLimits.DEFAULT);
    web = config.metrics().isEmpty() ? null : new OperatorWeb(config);
    page = config.page().isEmpty() ? null : new OperatorPage(config);
    try {
      server =
          RendezvousServer.start(
              settings, registry, certificate.identity(), web == null ? Meter.NONE : web.meter());
    } catch (IOException e) {
      throw new ConfigException("Cannot listen: " + ListenFailure.words(e, "--listen") + ".");
    }
    if (web != null) {
      web.open(server);
    }
    if (page != null) {
      page.open(server, hosts.get(0));
    }
    address = Operator.joinAddress(config, hosts, certificate.pins());
    firstJoinUrl();
    certificate.open(
        server::present, () -> moved(Operator.joinAddress(config, hosts, certificate.pins())));
    // Last of all, so that who waits for the socket finds everything else ready.
    control =
        ControlServer.open(
            server.loop(),
            ControlPath.of(state),
            KernelUser.uid(),
            new ControlAnswer(() -> address),
            (request, answer) -> server.ask(request::toCore, answer));
    for (TransportAddress listen : config.listen()) {
      LOG.atInfo().addKeyValue("address", listen).log("Listening");
    }
    LOG.atInfo()
        .addKeyValue("host", hosts.get(0))
        .addKeyValue("pin", certificate.identity().pin())
        .addKeyValue("agents", registry.snapshot().agents().size())
        .log("The rendezvous is ready");
    tellManager(hosts.get(0));
    doubts = AddressDoubts.start(hosts);
  }

  private void tellManager(String host) {
    manager = ServiceManager.of(server.loop(), System.getenv());
    manager.ready();
    if (manager.isThere()) {
      Runnable status =
          () -> {
            long agents = server.loggedIn();
            manager.status(
                "reached as "
                    + host
                    + "; "
                    + agents
                    + (agents == 1 ? " agent" : " agents")
                    + " online");
          };
      server.loop().scheduleAtFixedRate(status, 0, STATUS_SECONDS, TimeUnit.SECONDS);
    }
  }

  /**
   * Makes of the settings what can be made of them while it runs.
   *
   * @throws StoreException saying what cannot be; then nothing was changed
   */
  synchronized void apply(RendezvousConfig next) throws StoreException {
    apply(certificate, web, next);
    LogSetup.level(next.logLevel());
  }

  /** All that can fail comes before all that cannot. */
  static void apply(ServerCertificate certificate, OperatorWeb web, RendezvousConfig next)
      throws StoreException {
    ServerCertificate.Step present = certificate.prepare(next);
    Runnable token = web == null ? () -> {} : web.prepare(next);
    present.run(); // all or nothing
    token.run();
  }

  /**
   * Whether a daemon would take the settings: what can be seen of that while another runs, so
   * neither whether ports are free nor what is in the state directory.
   *
   * @throws StoreException saying what cannot be
   * @throws ConfigException if nothing says how agents reach this machine
   */
  static void check(RendezvousConfig config) throws StoreException, ConfigException {
    PublicAddress.of(config);
    if (!config.metrics().isEmpty()) {
      new OperatorWeb(config).close();
    }
    if (!config.page().isEmpty()) {
      new OperatorPage(config).close();
    }
    ServerCertificate.check(config);
  }

  /** So that the first agent needs no second command. */
  private void firstJoinUrl() throws IOException {
    Path file = state.resolve(JOIN_URL);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      keepUpToDate(file, address);
      return;
    }
    if (!registry.snapshot().agents().isEmpty()) {
      return;
    }
    CompletableFuture<CoreCommand> answer = new CompletableFuture<>();
    ControlRequest invite =
        new ControlRequest.Invite("", Role.BOTH, new TreeSet<>(), FIRST_USES, FIRST_MILLIS);
    server.ask(invite::toCore, answer::complete);
    if (answer.join() instanceof CoreCommand.Invited invited) {
      String url = address.url(new JoinUrl.Token(invited.token().toArray())).format();
      StateFiles.write(file, (url + "\n").getBytes(StandardCharsets.US_ASCII));
      LOG.atInfo()
          .addKeyValue("file", file)
          .log("A join URL for the first agents, good for 10 uses and 24 hours, is in a file");
    }
  }

  /** Join URLs are others from now on. */
  private void moved(JoinAddress now) {
    address = now;
    Path file = state.resolve(JOIN_URL);
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        keepUpToDate(file, now);
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("file", file).log("The join URL could not be brought up to date");
    }
  }

  /** The same token under the address and key of today, should they have changed since. */
  private static void keepUpToDate(Path file, JoinAddress address) throws IOException {
    String before = new String(StateFiles.read(file), StandardCharsets.US_ASCII).strip();
    try {
      String now = address.url(JoinUrl.parse(before).token()).format();
      if (!now.equals(before)) {
        StateFiles.write(file, (now + "\n").getBytes(StandardCharsets.US_ASCII));
        LOG.atInfo().addKeyValue("file", file).log("The join URL in the file is up to date again");
      }
    } catch (JoinUrl.InvalidException e) {
      LOG.atWarn().addKeyValue("file", file).log("That is no join URL any more; it is left alone");
    }
  }

  /**
   * Serves until the process is told to stop, which ends it with 0, or the registry fails.
   *
   * @return why it cannot go on
   */
  StoreException run() {
    Thread stop =
        new Thread(
            () -> {
              LOG.atInfo().log("Stopping");
              close();
              // A clean end on SIGTERM is a success, where the JVM's own code would be 143.
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    StoreException failure = server.failure().join();
    Runtime.getRuntime().removeShutdownHook(stop);
    LOG.atError().log("The registry cannot be written; the rendezvous ends");
    close();
    return failure;
  }

  /** Closes what is open, newest first. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (manager != null) {
      manager.stopping("stopped");
    }
    if (doubts != null) {
      doubts.close();
    }
    if (certificate != null) {
      certificate.close();
    }
    if (web != null) {
      web.close();
    }
    if (page != null) {
      page.close();
    }
    if (control != null) {
      control.close();
    }
    if (server != null) {
      server.close();
    }
    if (registry != null) {
      registry.close();
    }
    if (control != null) {
      deleteSocket(); // still ours: the lock is
    }
    if (lock != null) {
      lock.close();
    }
  }

  private void deleteSocket() {
    try {
      Files.deleteIfExists(ControlPath.of(state));
    } catch (IOException e) {
      LOG.atDebug().log("The control socket could not be removed");
    }
  }
}
