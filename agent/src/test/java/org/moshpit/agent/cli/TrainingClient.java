package org.moshpit.agent.cli;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Stands for mosh-client, in two halves: a script that says where it was told to connect, and a
 * thread here that talks to that port.
 */
final class TrainingClient {
  private static final int ROUNDS = 20;

  private final Path program;
  private final Path port;
  private final Path done;

  /**
   * @param directory for its files
   */
  TrainingClient(Path directory) throws IOException {
    program = directory.resolve("client");
    port = directory.resolve("client.port");
    done = directory.resolve("client.done");
    Files.writeString(
        program,
        """
        #!/bin/sh
        [ "$1" = -c ] && echo 256 && exit
        rm -f "$0.done"
        echo "$3" > "$0.new" && mv "$0.new" "$0.port"
        tries=0
        while [ ! -e "$0.done" ] && [ $tries -lt 100 ]; do
          sleep 0.1
          tries=$((tries + 1))
        done
        """);
    if (!program.toFile().setExecutable(true)) {
      throw new IOException(program + " cannot be made executable");
    }
    Thread thread = new Thread(this::talk, "training-client");
    thread.setDaemon(true);
    thread.start();
  }

  Path program() {
    return program;
  }

  private void talk() {
    try {
      while (true) {
        if (Files.exists(port)) {
          int to = Integer.parseInt(Files.readString(port).strip());
          Files.delete(port);
          exchange(to);
          Files.createFile(done);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void exchange(int to) throws IOException, InterruptedException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      byte[] said = new byte[100];
      for (int i = 0; i < ROUNDS; i++) {
        socket.send(new DatagramPacket(said, said.length, InetAddress.getLoopbackAddress(), to));
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }
}
