package org.moshpit.agent.cli.box;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.auth.BoxIdentity;
import org.moshpit.agent.auth.HostKey;
import org.moshpit.agent.auth.OwnUserAuthorizer;
import org.moshpit.agent.auth.RootAuthorizer;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.StateLock;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.ControlServer;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.agent.records.StateFormat;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.process.HangUp;
import org.moshpit.common.service.ServiceManager;
import org.moshpit.common.wire.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code agent run} from its first file to its last. */
public final class BoxRun {
  private static final Logger LOG = LoggerFactory.getLogger(BoxRun.class);
  private static final long STOP_SECONDS = 5;

  /**
   * What a router may take to hear that its ports are free; they are after their leases, anyway.
   */
  private static final long ROUTER_MILLIS = 1000;

  private BoxRun() {}

  /**
   * Runs until the process is told to end (SIGTERM, SIGINT). Blocks.
   *
   * @param source reads the settings again, at SIGHUP
   * @param linkKey reads the link key
   * @throws UserError if it cannot begin
   */
  public static void run(
      AgentPaths paths, Settings settings, SettingsSource source, Callable<LinkKey> linkKey) {
    paths.prepareConfig();
    paths.prepareState();
    Enrollment enrollment = Enrollment.require(paths);
    if (enrollment.role() == Enrollment.Role.LAPTOP) {
      throw new UserError(
          ExitCode.USAGE,
          "this agent was invited as a laptop and cannot be a box; enroll it with another"
              + " invitation");
    }
    // now, and not when it is dialled with: what is wrong with the file is the operator's to know
    LinkKey key = readNow(linkKey);
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicBoolean clean = new AtomicBoolean();
    Thread hook = new Thread(() -> waitFor(told, ended, clean), "stop");
    try {
      serve(paths, settings, source, () -> key, enrollment, told, hook);
      clean.set(told.getCount() == 0);
    } finally {
      ended.countDown();
    }
  }

  /**
   * Whether settings that can be read would be taken, by a start and while the agent runs: what
   * both make of them is made, and given up again. Ports are not bound and the enrollment is not
   * looked at: an agent may run meanwhile, or is yet to be enrolled. Blocks on the disk.
   *
   * @throws UserError saying what cannot be
   */
  public static void check(Settings settings) {
    authorizer(settings);
    if (settings.hostKey().isPresent()) {
      try {
        HostKey.open(settings.hostKey().get());
      } catch (IOException e) {
        throw noKeys(e);
      }
    }
    if (!settings.metrics().isEmpty()) {
      new BoxWeb(settings).close();
    }
  }

  private static LinkKey readNow(Callable<LinkKey> linkKey) {
    try {
      return linkKey.call();
    } catch (UserError e) {
      throw e;
    } catch (Exception e) {
      throw new UserError(ExitCode.USAGE, "the link key cannot be read: " + e.getMessage(), e);
    }
  }

  private static void serve(
      AgentPaths paths,
      Settings settings,
      SettingsSource source,
      Callable<LinkKey> linkKey,
      Enrollment enrollment,
      CountDownLatch told,
      Thread hook) {
    // before it can be seen to be there
    HangUp hangUp = HangUp.listen();
    try (StateLock lock = StateLock.acquire(paths);
        AgentLoop loop = new AgentLoop();
        ServiceManager manager = ServiceManager.of(loop.loop(), System.getenv());
        BoxWeb web = settings.metrics().isEmpty() ? null : new BoxWeb(settings)) {
      StateFormat.check(paths.state());
      SessionStore store = SessionStore.open(paths.sessions());
      SessionStore.Loaded left = store.load();
      left.problems().forEach(problem -> LOG.atWarn().log(problem));
      LinkPreparation preparation = LinkPreparation.start(enrollment.rendezvous(), linkKey);
      BoxDaemon daemon =
          new BoxDaemon(
              loop,
              settings,
              enrollment,
              preparation,
              identity(paths, settings, enrollment),
              authorizer(settings),
              LaunchStyle.detect((int) ThisUser.uid()),
              store,
              new SecureRandom(),
              manager,
              web == null ? BoxMeter.NONE : web.meter());
      try (ControlServer control = ControlServer.start(loop.loop(), paths.controlSocket(), daemon);
          ControlServer forAll = socketForAll(paths, loop, daemon)) {
        if (web != null) {
          web.open(loop, daemon);
        }
        Runtime.getRuntime().addShutdownHook(hook);
        SettingsReload reload =
            new SettingsReload(settings, source::read, next -> apply(next, source, daemon, web));
        hangUp.run(reload::run);
        daemon.start(left.records());
        LOG.atInfo()
            .addKeyValue("name", enrollment.name())
            .addKeyValue("rendezvous", enrollment.rendezvous().host())
            .log("agent runs");
        told.await();
        LOG.atInfo().log("agent ends");
        daemon.stop().completeOnTimeout(null, ROUTER_MILLIS, TimeUnit.MILLISECONDS).join();
        // everything the stop sets going is on the loop before this
        loop.loop().submit(() -> {}).awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What can be another while it runs; what throws comes before anything is changed. */
  private static void apply(Settings next, SettingsSource source, BoxDaemon daemon, BoxWeb web) {
    Authorizer authorizer = authorizer(next);
    if (web != null) {
      web.token(next);
    }
    daemon.authorizer(authorizer);
    source.logLevel(next.logLevel());
  }

  /** Null if there is none: then only root can ask, and sessions are served all the same. */
  private static ControlServer socketForAll(AgentPaths paths, AgentLoop loop, BoxDaemon daemon) {
    if (!paths.isOfTheMachine()) {
      return null;
    }
    try {
      return ControlServer.startForAll(loop.loop(), AgentPaths.publicSocket(), daemon);
    } catch (UserError e) {
      LOG.atWarn().addKeyValue("reason", e.sentence()).log("only root can ask this agent");
      return null;
    }
  }

  private static void waitFor(CountDownLatch told, CountDownLatch ended, AtomicBoolean clean) {
    told.countDown();
    try {
      if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(ExitCode.FAILURE.value());
      }
      if (clean.get()) {
        // A clean end when told to is a success, where the JVM's own code would be 143.
        Runtime.getRuntime().halt(ExitCode.OK.value());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static BoxIdentity identity(AgentPaths paths, Settings settings, Enrollment enrollment) {
    try {
      return BoxIdentity.open(
          paths.config(),
          paths.state(),
          settings.hostKey(),
          enrollment.name(),
          enrollment.realm(),
          System.currentTimeMillis() / 1000,
          Link.VERSION_MIN,
          Link.VERSION_MAX);
    } catch (IOException e) {
      throw noKeys(e);
    }
  }

  private static UserError noKeys(IOException e) {
    return new UserError(ExitCode.USAGE, "the box's keys cannot be had: " + e.getMessage(), e);
  }

  private static Authorizer authorizer(Settings settings) {
    try {
      return ThisUser.isRoot()
          ? RootAuthorizer.create(settings.allowUsers(), settings.permitRoot())
          : OwnUserAuthorizer.create();
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILURE, "this user's account cannot be read: " + e.getMessage(), e);
    }
  }
}
