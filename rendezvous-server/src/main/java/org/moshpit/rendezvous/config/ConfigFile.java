package org.moshpit.rendezvous.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.files.SettingsFile;

/** {@code key = value} lines, {@code #} to the end of a line is a comment. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param mustExist whether a missing file is an error, or no settings
   * @throws ConfigException naming file and line, or that others than root and this user may write
   *     it
   */
  static Map<String, List<ConfigValue>> read(Path file, boolean mustExist, Collection<String> known)
      throws ConfigException {
    List<String> lines;
    try {
      Optional<String> objection = SettingsFile.objection(file);
      if (objection.isPresent()) {
        throw new ConfigException("The configuration file " + file + " " + objection.get() + ".");
      }
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      if (!mustExist) {
        return Map.of();
      }
      throw new ConfigException("The configuration file " + file + " does not exist.");
    } catch (CharacterCodingException e) {
      throw new ConfigException("The configuration file " + file + " is not UTF-8 text.");
    } catch (IOException e) {
      throw new ConfigException("The configuration file " + file + " cannot be read.");
    }
    Map<String, List<ConfigValue>> values = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String where = file + ":" + (i + 1);
      String line = lines.get(i);
      int comment = line.indexOf('#');
      line = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (line.isEmpty()) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new ConfigException(where + ": a line is 'key = value'.");
      }
      String key = line.substring(0, equals).strip();
      if (!known.contains(key)) {
        throw new ConfigException(
            where + ": unknown key '" + key + "'; the keys are " + String.join(", ", known) + ".");
      }
      for (String part : line.substring(equals + 1).split(",", -1)) {
        if (part.isBlank()) {
          throw new ConfigException(where + ": '" + key + "' has no value.");
        }
        values
            .computeIfAbsent(key, k -> new ArrayList<>())
            .add(new ConfigValue(part.strip(), where));
      }
    }
    return values;
  }
}
