package org.moshpit.agent.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
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
      byte[] pem = PrivateFiles.read(paths.linkKey(), MAX_BYTES);
      return LinkKey.fromPem(new String(pem, StandardCharsets.US_ASCII));
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

  static void write(AgentPaths paths, LinkKey key) {
    PrivateFiles.write(paths.linkKey(), key.toPem().getBytes(StandardCharsets.US_ASCII));
  }
}
