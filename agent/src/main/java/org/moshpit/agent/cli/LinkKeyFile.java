package org.moshpit.agent.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.identity.SshFormatException;

/** The file of the link key. */
final class LinkKeyFile {
  private static final int MAX_BYTES = 4096;

  private LinkKeyFile() {}

  /**
   * Reads it.
   *
   * @throws UserError exit 2, if it is missing, damaged or readable by others
   */
  static LinkKey read(AgentPaths paths) {
    try {
      return read(paths.linkKey());
    } catch (NoSuchFileException e) {
      throw broken(paths, "is missing", e);
    } catch (SshFormatException e) {
      throw broken(paths, "is damaged", e);
    } catch (IOException e) {
      throw broken(paths, "cannot be read", e);
    }
  }

  private static UserError broken(AgentPaths paths, String how, Exception cause) {
    return new UserError(
        ExitCode.USAGE,
        "the link key "
            + paths.linkKey()
            + " "
            + how
            + "; restore it from a backup, or enroll this agent again",
        cause);
  }

  /**
   * A key to enroll with, kept beside the current one until it is enrolled. Should the rendezvous'
   * answer be lost, the next attempt shows the same key, and the rendezvous knows it again instead
   * of finding the invitation used up by a stranger.
   *
   * @throws UserError exit 2, if it cannot be written
   */
  static LinkKey candidate(AgentPaths paths, SecureRandom random) {
    try {
      return read(candidateFile(paths));
    } catch (IOException | SshFormatException | UserError e) {
      LinkKey key = LinkKey.generate(random);
      PrivateFiles.write(candidateFile(paths), key.toPem().getBytes(StandardCharsets.US_ASCII));
      return key;
    }
  }

  /** The candidate was enrolled: from now on it is the link key. */
  static void adoptCandidate(AgentPaths paths) {
    try {
      Files.move(
          candidateFile(paths),
          paths.linkKey(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, paths.linkKey() + " cannot be written", e);
    }
  }

  /** The candidate was refused: the next attempt makes another. */
  static void dropCandidate(AgentPaths paths) {
    try {
      Files.deleteIfExists(candidateFile(paths));
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, candidateFile(paths) + " cannot be removed", e);
    }
  }

  private static Path candidateFile(AgentPaths paths) {
    return paths.linkKey().resolveSibling("link_ed25519.new");
  }

  private static LinkKey read(Path file) throws IOException, SshFormatException {
    byte[] pem = PrivateFiles.read(file, MAX_BYTES);
    return LinkKey.fromPem(new String(pem, StandardCharsets.US_ASCII));
  }
}
