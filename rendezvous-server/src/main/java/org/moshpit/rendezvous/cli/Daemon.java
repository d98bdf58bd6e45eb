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
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.SpkiPin;
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
  private static final int FIRST_USES = 10;
  private static final long FIRST_MILLIS = Duration.ofHours(24).toMillis();

  private final Path state;
  private StateLock lock;
  private Registry registry;
  private RendezvousServer server;
  private ControlServer control;
  private boolean closed;

  private Daemon(Path state) {
    this.state = state;
  }

  static Daemon start(RendezvousConfig config, List<String> hosts)
      throws StoreException, IOException {
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
      throws StoreException, IOException {
    lock = StateLock.forDaemon(state);
    KeyPair key = TlsKey.of(state);
    SpkiPin pin = SpkiPin.of(key.getPublic());
    registry = MvStoreRegistry.open(lock, Bytes.of(pin.hash()));
    ServerSettings settings =
        new ServerSettings(
            config.listen(), PublicAddress.stunListen(config.listen()), hosts, CoreLimits.DEFAULT);
    try {
      server = RendezvousServer.start(settings, registry, key);
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen: "
              + e.getMessage()
              + "; stop what listens there, or choose another address with --listen.",
          e);
    }
    JoinAddress address = Operator.joinAddress(config, hosts, pin);
    firstJoinUrl(address);
    // Last of all, so that who waits for the socket finds everything else ready.
    control =
        ControlServer.open(
            server.loop(),
            ControlPath.of(state),
            StateOptions.uid(),
            new ControlAnswer(address),
            (request, answer) -> server.ask(request::toCore, answer));
    for (TransportAddress listen : config.listen()) {
      LOG.atInfo().addKeyValue("address", listen).log("Listening");
    }
    LOG.atInfo()
        .addKeyValue("host", hosts.get(0))
        .addKeyValue("pin", pin)
        .addKeyValue("agents", registry.snapshot().agents().size())
        .log("The rendezvous is ready");
  }

  /** So that the first agent needs no second command. */
  private void firstJoinUrl(JoinAddress address) throws IOException {
    Path file = state.resolve("join-url");
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

  /** The same token under the address of today, should that have changed since. */
  private static void keepUpToDate(Path file, JoinAddress address) throws IOException {
    String before = new String(StateFiles.read(file), StandardCharsets.US_ASCII).strip();
    try {
      String now = address.url(JoinUrl.parse(before).token()).format();
      if (!now.equals(before)) {
        StateFiles.write(file, (now + "\n").getBytes(StandardCharsets.US_ASCII));
        LOG.atInfo().addKeyValue("file", file).log("The join URL has the new public address now");
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
