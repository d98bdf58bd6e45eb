package org.moshpit.agent.cli.laptop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.link.ReturnNonce;
import org.moshpit.common.wire.LinkProof;

/**
 * The rendezvous' nonce for the next login, in a file of the state directory. One taken by two
 * connects at once, or lost, costs one of them a round trip.
 */
final class RememberedNonce implements ReturnNonce {
  private final AgentPaths paths;
  private byte[] latest;

  RememberedNonce(AgentPaths paths) {
    this.paths = paths;
  }

  @Override
  public Optional<byte[]> take() {
    Optional<byte[]> nonce = latest == null ? stored() : Optional.of(latest);
    latest = null;
    return nonce.filter(bytes -> bytes.length == LinkProof.NONCE_LENGTH);
  }

  private Optional<byte[]> stored() {
    try {
      byte[] bytes = PrivateFiles.read(file(), LinkProof.NONCE_LENGTH);
      Files.deleteIfExists(file());
      return Optional.of(bytes);
    } catch (IOException | UserError e) {
      return Optional.empty(); // then the login waits for the greeting
    }
  }

  @Override
  public void keep(byte[] nonce) {
    latest = nonce.clone();
    Thread writer = new Thread(() -> store(nonce.clone()), "return-nonce");
    writer.setDaemon(true);
    writer.start();
  }

  private void store(byte[] nonce) {
    try {
      paths.prepareState();
      PrivateFiles.write(file(), nonce);
    } catch (UserError e) {
      // what is not there the next time is a round trip, and the state directory's trouble is said
      // where it matters
      return;
    }
  }

  private Path file() {
    return paths.returnNonce();
  }
}
