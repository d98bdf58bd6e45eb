package org.moshpit.agent.cli.box;

import java.util.LinkedHashMap;
import java.util.Map;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Logins;
import org.moshpit.agent.forward.ServerLoopback;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.MoshServerRequest;
import org.moshpit.agent.mosh.MoshServerResult;
import org.moshpit.agent.mosh.ServerProcess;
import org.moshpit.agent.mosh.ServerWatch;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.common.seal.LocaleSetting;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's mosh-server: on record before it is started, started or found again after a restart,
 * watched, spoken to over loopback, ended. For the event loop's thread.
 */
final class SessionServer {
  private static final Logger LOG = LoggerFactory.getLogger(SessionServer.class);

  /** A mosh-server whose client does not answer takes 10 s to end. */
  private static final long GRACE_MILLIS = 11_000;

  /** Hears of it; on the event loop. */
  interface Listener {
    /** It runs and, unless the port was handed over, can be spoken to. */
    void serverStarted(String moshKey);

    /** It cannot be started, recorded or reached. */
    void serverFailed(Refusal kind, String reason);

    /** A datagram of its. */
    void fromServer(byte[] datagram);

    /** It has ended. */
    void serverEnded(String reason);
  }

  /**
   * What every session's is given.
   *
   * @param command mosh-server, where the laptop asks for no other
   * @param timeoutSeconds when it ends itself without a word from the client
   */
  record Parts(
      AgentLoop loop,
      SessionStore store,
      MoshServerLauncher launcher,
      String command,
      long timeoutSeconds) {}

  private final Parts parts;
  private final SessionId session;
  private final Listener listener;
  private ServerLoopback loopback;
  private ServerWatch watch;
  private int port;
  private boolean closed;

  /** None yet. */
  SessionServer(Parts parts, SessionId session, Listener listener) {
    this.parts = parts;
    this.session = session;
    this.listener = listener;
  }

  /** Brings the session's record to the disk, then goes on. */
  void record(SessionRecord record, Runnable then) {
    parts
        .loop()
        .offload(
            () -> {
              parts.store().save(record);
              return null;
            },
            (saved, failure) -> {
              if (failure == null && closed) {
                // it ended meanwhile, and its record was deleted before it was written
                parts.loop().offload(() -> delete(record), (deleted, kept) -> {});
              } else if (failure == null) {
                then.run();
              } else {
                LOG.atError().setCause(failure).log("a session's record could not be written");
                listener.serverFailed(Refusal.FAILURE, "the box cannot write its session records");
              }
            });
  }

  private Void delete(SessionRecord record) {
    parts.store().delete(record.id());
    return null;
  }

  /**
   * Starts it, to be spoken to over loopback.
   *
   * @param near a port to try first: the session's own
   */
  void start(SessionRequest asked, Authorizer.Decision.Allowed allowed, int near) {
    launch(asked, allowed, near, MoshServerRequest.Bind.LOOPBACK);
  }

  /**
   * Starts it on that port of the network, which must be free: nothing passes through here then.
   *
   * @param ipv6 whether it is to speak IPv6
   */
  void startOutside(
      SessionRequest asked, Authorizer.Decision.Allowed allowed, int port, boolean ipv6) {
    MoshServerRequest.Bind bind =
        ipv6 ? MoshServerRequest.Bind.ANY_IPV6 : MoshServerRequest.Bind.ANY_IPV4;
    launch(asked, allowed, port, bind);
  }

  /** Goes on with the one that is there. */
  void resume(SessionRecord record, ServerProcess process) {
    port = record.serverPort();
    watch(process);
    openLoopback(() -> {});
  }

  /** Goes on with the one that is there and speaks to the network itself. */
  void resumeOutside(SessionRecord record, ServerProcess process) {
    port = record.serverPort();
    watch(process);
  }

  /** Whether it can be spoken to. */
  boolean isReady() {
    return loopback != null;
  }

  /** A datagram for it; lost if it cannot be spoken to yet. */
  void send(byte[] datagram) {
    if (loopback != null) {
      loopback.send(datagram);
    }
  }

  /** Where it listens, or 0. */
  int port() {
    return port;
  }

  /** Its process id, or null. */
  Long pid() {
    return watch == null ? null : watch.process().pid();
  }

  /**
   * Asks it to go; the listener hears when it is gone.
   *
   * @return false if there is none to ask
   */
  boolean end() {
    if (watch == null || watch.isOver()) {
      return false;
    }
    watch.end();
    return true;
  }

  /** Leaves it running, for the agent's next run to take up again. */
  void leave() {
    if (watch != null) {
      watch.forget();
    }
    close();
  }

  /** Bytes of datagrams for it so far; null: they do not pass here. */
  Long bytesTo() {
    return loopback == null ? null : loopback.counters().sentBytes();
  }

  /** Bytes of its datagrams so far; null: they do not pass here. */
  Long bytesFrom() {
    return loopback == null ? null : loopback.counters().receivedBytes();
  }

  /** Speaks to it no more, and to one still being started never. */
  void close() {
    closed = true;
    if (loopback != null) {
      loopback.close();
    }
  }

  private void launch(
      SessionRequest asked,
      Authorizer.Decision.Allowed allowed,
      int wantedPort,
      MoshServerRequest.Bind bind) {
    Map<String, String> locale = new LinkedHashMap<>();
    for (LocaleSetting setting : asked.locale()) {
      locale.put(setting.name(), setting.value());
    }
    boolean inside = bind == MoshServerRequest.Bind.LOOPBACK;
    MoshServerRequest wanted =
        new MoshServerRequest(
            Logins.of(allowed.account()),
            asked.argv(),
            allowed.forcedCommand().orElse(null),
            locale,
            asked.colors(),
            asked.server().isEmpty() ? parts.command() : asked.server(),
            wantedPort,
            inside,
            bind,
            parts.timeoutSeconds());
    parts
        .loop()
        .offload(
            AgentLoop.Lane.LAUNCHING,
            allowed.account().name(),
            () -> parts.launcher().launch(wanted),
            (result, failure) -> {
              if (failure != null) {
                LOG.atWarn().setCause(failure).log("mosh-server could not be started");
                listener.serverFailed(
                    Refusal.FAILURE, "mosh-server could not be started on the box");
              } else if (result instanceof MoshServerResult.Failed failed) {
                listener.serverFailed(refusal(failed.reason()), failed.sentence());
              } else {
                started((MoshServerResult.Started) result, inside);
              }
            });
  }

  private static Refusal refusal(MoshServerResult.Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> Refusal.NO_MOSH_SERVER;
      case PORT_TAKEN, BIND -> Refusal.NO_PORT;
      case LOCALE -> Refusal.LOCALE;
      case TIMEOUT, GARBLED -> Refusal.FAILURE;
    };
  }

  private void started(MoshServerResult.Started started, boolean inside) {
    if (closed) {
      started.process().terminate();
      return;
    }
    port = started.port();
    watch(started.process());
    parts
        .loop()
        .offload(
            () ->
                parts
                    .store()
                    .saveServer(
                        session,
                        started.port(),
                        started.process().pid(),
                        started.process().startTime(),
                        started.process().uid()),
            (saved, failure) -> {
              if (failure != null) {
                LOG.atError().setCause(failure).log("a session's record could not be written");
              }
            });
    if (inside) {
      openLoopback(() -> listener.serverStarted(started.key()));
    } else {
      listener.serverStarted(started.key());
    }
  }

  private void watch(ServerProcess process) {
    watch = new ServerWatch(parts.loop().loop(), process, GRACE_MILLIS, listener::serverEnded);
  }

  private void openLoopback(Runnable then) {
    ServerLoopback.open(
            parts.loop().loop(), port, listener::fromServer, () -> watch.portUnreachable())
        .addListener(
            opened -> {
              if (closed && opened.isSuccess()) {
                ((ServerLoopback) opened.getNow()).close();
              } else if (opened.isSuccess()) {
                loopback = (ServerLoopback) opened.getNow();
                then.run();
              } else {
                listener.serverFailed(Refusal.FAILURE, "the box cannot reach its own mosh-server");
              }
            });
  }
}
