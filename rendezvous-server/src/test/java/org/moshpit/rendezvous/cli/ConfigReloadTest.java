package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.slf4j.LoggerFactory;

class ConfigReloadTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(ConfigReload.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<RendezvousConfig> applied = new ArrayList<>();
  private RendezvousConfig next;
  private boolean inFile = true;
  private final ConfigReload reload =
      new ConfigReload(new ConfigLoader.Loaded(config(1, "info"), true), this::read, applied::add);

  private static RendezvousConfig config(int port, String level) {
    return new RendezvousConfig(
        Path.of("/s"),
        List.of(TransportAddress.parse("192.0.2.1:" + port)),
        List.of(),
        List.of(),
        null,
        level);
  }

  private ConfigLoader.Loaded read() throws ConfigException {
    if (next == null) {
      throw new ConfigException("rendezvous.conf:1: no.");
    }
    return new ConfigLoader.Loaded(next, inFile);
  }

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private List<String> lines() {
    return log.list.stream().map(e -> e.getLevel() + " " + e.getKeyValuePairs()).toList();
  }

  @Test
  void whatCanChangeDoesAndTheRestIsNamed() {
    next = config(2, "debug");
    reload.run();
    assertThat(applied).containsExactly(next);
    assertThat(lines()).containsExactly("WARN [changed=\"log-level\", needRestart=\"listen\"]");
    reload.run();
    assertThat(lines().get(1)).isEqualTo("WARN [needRestart=\"listen\"]");
    next = config(1, "debug");
    reload.run();
    assertThat(lines().get(2)).isEqualTo("INFO [changed=\"nothing\"]");
  }

  @Test
  void anotherCertificateIsAChange() {
    next = config(1, "info").withCertificate(Path.of("/c"), Path.of("/k"));
    reload.run();
    assertThat(lines()).containsExactly("INFO [changed=\"tls-certificate,tls-key\"]");
  }

  @Test
  void aBadFileKeepsTheSettingsOfBefore() {
    reload.run();
    assertThat(applied).isEmpty();
    assertThat(lines()).containsExactly("ERROR [reason=\"rendezvous.conf:1: no.\"]");
    next = config(1, "warn");
    reload.run();
    assertThat(lines()).hasSize(2).endsWith("INFO [changed=\"log-level\"]");
  }

  /** As it is while something writes it anew: the defaults would open what it shuts. */
  @Test
  void aFileThatSaysNothingAnyMoreChangesNothing() {
    next = config(1, "debug");
    inFile = false;
    reload.run();
    assertThat(applied).isEmpty();
    assertThat(lines())
        .containsExactly(
            "ERROR [reason=\"The file says nothing any more; a restart takes the defaults.\"]");
    inFile = true;
    reload.run();
    assertThat(applied).containsExactly(next);
  }
}
