package org.moshpit.rendezvous.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.ConfigKey;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.control.ControlAnswer;
import org.moshpit.rendezvous.control.ControlRequest;
import org.moshpit.rendezvous.store.StateInUseException;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.rendezvous.store.UnwritableException;

/**
 * The process of {@link OwnerProcess}: {@code KEY=VALUE…}, one request on stdin, its answer on
 * stdout, both a line of JSON. A failure has the exit code of the command beside its sentence.
 */
final class OwnerSide {
  /** As long as it is waited for. */
  private static final int PATIENCE_SECONDS = 30;

  private OwnerSide() {}

  /** Answers and ends. */
  public static void main(String[] args) throws IOException {
    endInTime();
    LogSetup.apply("error");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String answer = answer(in.readLine(), args);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.println(answer);
    System.exit(0);
  }

  /** One line of JSON. */
  static String answer(String request, String... settings) throws IOException {
    try {
      Map<ConfigKey, List<String>> values = new EnumMap<>(ConfigKey.class);
      for (String setting : settings) {
        int equals = setting.indexOf('=');
        values
            .computeIfAbsent(key(setting.substring(0, equals)), k -> new ArrayList<>())
            .add(setting.substring(equals + 1));
      }
      ConfigLoader loader = new ConfigLoader(Map.of(), false, Path.of("/"));
      return Operator.withoutDaemon(
          loader.load(new ConfigLoader.Options(values, Path.of("/dev/null"))),
          ControlRequest.parse(request));
    } catch (StateInUseException | UnwritableException e) {
      return ControlAnswer.error(e.getMessage(), ExitException.FAILURE);
    } catch (StoreException | ConfigException e) {
      return ControlAnswer.error(e.getMessage(), ExitException.USAGE);
    }
  }

  private static ConfigKey key(String name) {
    for (ConfigKey key : ConfigKey.values()) {
      if (key.key().equals(name)) {
        return key;
      }
    }
    throw new IllegalArgumentException("no setting: " + name);
  }

  /** Who asked may be gone. */
  private static void endInTime() {
    Thread end =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
              } catch (InterruptedException e) {
                return; // nobody does
              }
              Runtime.getRuntime().halt(ExitException.FAILURE);
            },
            "patience");
    end.setDaemon(true);
    end.start();
  }
}
