package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AddressDoubtsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(AddressDoubts.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Optional<String> doubt = Optional.of("pit does not resolve");

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  @Test
  void laterLooksAreAtWhatWasWarnedOfUntilItIsWell() {
    List<String> asked = new ArrayList<>();
    try (AddressDoubts doubts =
        AddressDoubts.of(
            List.of("pit", "den"),
            host -> {
              asked.add(host);
              return host.equals("pit") ? doubt : Optional.empty();
            })) {
      doubts.look();
      doubts.look();
      doubt = Optional.empty();
      doubts.look();
      doubts.look();
    }
    assertThat(asked).containsExactly("pit", "den", "pit", "pit");
  }

  @Test
  void aDoubtIsToldOnceAndTakenBackWhenTheNameServiceIsThere() {
    try (AddressDoubts doubts =
        AddressDoubts.of(
            List.of("pit", "192.0.2.1"), host -> host.equals("pit") ? doubt : Optional.empty())) {
      doubts.look();
      doubts.look();
      doubt = Optional.empty();
      doubts.look();
      doubts.look();
    }
    assertThat(log.list.stream().map(e -> e.getLevel() + " " + e.getKeyValuePairs()))
        .containsExactly("WARN [reason=\"pit does not resolve\"]", "INFO [host=\"pit\"]");
  }
}
