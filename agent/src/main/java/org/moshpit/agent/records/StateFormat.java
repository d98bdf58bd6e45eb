package org.moshpit.agent.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.UserError;

/**
 * The version of a state directory, so that an older agent does not misread a newer one's files.
 */
public final class StateFormat {
  /** What this agent writes and reads. */
  public static final int VERSION = 1;

  private static final int MAX_LENGTH = 64;
  private static final Pattern FORM = Pattern.compile("moshpit-state ([1-9]\\d{0,5})\n");

  private StateFormat() {}

  /**
   * Checks a prepared state directory, and marks it if it is new. Blocks on the disk.
   *
   * @throws UserError exit 2, if it is a newer agent's, or the mark does not read
   */
  public static void check(Path stateDirectory) {
    Path file = stateDirectory.resolve("format");
    byte[] content;
    try {
      content = PrivateFiles.read(file, MAX_LENGTH);
    } catch (NoSuchFileException e) {
      PrivateFiles.write(
          file, ("moshpit-state " + VERSION + "\n").getBytes(StandardCharsets.US_ASCII));
      return;
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, file + " cannot be read; check its mode.", e);
    }
    Matcher matcher = FORM.matcher(new String(content, StandardCharsets.US_ASCII));
    if (!matcher.matches()) {
      throw new UserError(
          ExitCode.USAGE,
          file + " is damaged; if no newer agent has used this directory, delete the file.");
    }
    if (Integer.parseInt(matcher.group(1)) > VERSION) {
      throw new UserError(
          ExitCode.USAGE,
          stateDirectory
              + " was written by a newer agent; use that one, or name another --state-dir.");
    }
  }
}
