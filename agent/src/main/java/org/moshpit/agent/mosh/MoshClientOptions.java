package org.moshpit.agent.mosh;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;

/**
 * What a person asked of mosh-client, with the meaning the {@code mosh} script gives it.
 *
 * @param client path or name of mosh-client
 * @param predict adaptive, always, never or experimental
 * @param predictOverwrite whether prediction overwrites instead of inserting
 * @param init whether mosh-client may use the alternate screen
 * @param title what process listings show for this session, for example the command line typed
 */
public record MoshClientOptions(
    String client, String predict, boolean predictOverwrite, boolean init, String title) {
  private static final Set<String> MODES = Set.of("adaptive", "always", "never", "experimental");

  /**
   * Resolves the defaults.
   *
   * @param client {@code --client}; null: mosh-client
   * @param predict {@code --predict}, or what {@code -a} and {@code -n} stand for; null: the
   *     environment's MOSH_PREDICTION_DISPLAY, or adaptive
   * @throws UserError with {@link ExitCode#USAGE} for an unknown prediction mode
   */
  public static MoshClientOptions of(
      String client,
      String predict,
      boolean predictOverwrite,
      boolean init,
      String title,
      Map<String, String> environment) {
    String inherited = environment.get("MOSH_PREDICTION_DISPLAY");
    String mode = predict != null ? predict : inherited != null ? inherited : "adaptive";
    if (!MODES.contains(mode)) {
      throw new UserError(
          ExitCode.USAGE,
          "unknown prediction mode \""
              + mode
              + "\""
              + (predict == null ? " in MOSH_PREDICTION_DISPLAY" : "")
              + "; it is one of adaptive, always, never, experimental.");
    }
    return new MoshClientOptions(
        client == null || client.isEmpty() ? "mosh-client" : client,
        mode,
        predictOverwrite,
        init,
        title);
  }

  /**
   * mosh-client's environment: this one, with what the options say. MOSH_ESCAPE_KEY and
   * MOSH_TITLE_NOPREFIX, set by the person, go through untouched.
   */
  Map<String, String> environment(Map<String, String> inherited, String key) {
    Map<String, String> environment = new TreeMap<>(inherited);
    environment.put("MOSH_KEY", key);
    environment.put("MOSH_PREDICTION_DISPLAY", predict);
    if (predictOverwrite) {
      environment.put("MOSH_PREDICTION_OVERWRITE", "yes");
    }
    if (!init) {
      environment.put("MOSH_NO_TERM_INIT", "1");
    }
    return environment;
  }
}
