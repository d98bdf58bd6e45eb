package org.moshpit.common.seal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.moshpit.common.seal.Checked.Malformed;
import org.moshpit.common.seal.proto.Locale;
import org.moshpit.common.seal.proto.Request;

/**
 * What a person asks a box to run.
 *
 * @param argv the command, verbatim; empty for the login shell
 * @param locale settings of the laptop
 * @param colors of the terminal, 0 to {@link SealedLimits#COLORS}
 * @param server absolute path of mosh-server, or empty for the box's own choice
 * @param handover whether the port changes hands (mosh-server itself binds the punched port)
 * @param ping whether only a path is wanted and no mosh-server
 */
public record SessionRequest(
    List<String> argv,
    List<LocaleSetting> locale,
    int colors,
    String server,
    boolean handover,
    boolean ping) {
  private static final Pattern SERVER =
      Pattern.compile("|/[^\\p{C}\\p{Zl}\\p{Zp}]{1," + (SealedLimits.SERVER_PATH - 1) + "}");

  /** Copies the lists. */
  public SessionRequest {
    argv = List.copyOf(argv);
    locale = List.copyOf(locale);
  }

  /**
   * What a box would not take, as a clause for a person ({@code "the command is too long"}), or
   * nothing: to be asked before the request is sent.
   */
  public Optional<String> problem() {
    if (argv.size() > SealedLimits.ARGUMENTS) {
      return Optional.of("the command has more than " + SealedLimits.ARGUMENTS + " arguments");
    }
    if (!argv.isEmpty() && argv.get(0).isEmpty()) {
      return Optional.of("the command is empty");
    }
    if (argv.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      return Optional.of("the command contains a null character");
    }
    if (locale.size() > SealedLimits.LOCALES) {
      return Optional.of("there are too many locale settings");
    }
    if (colors < 0 || colors > SealedLimits.COLORS) {
      return Optional.of("the number of colours is out of range");
    }
    if (!SERVER.matcher(server).matches()) {
      return Optional.of("the path of mosh-server is not absolute, or too long");
    }
    if (handover && ping) {
      return Optional.of("a ping has no port to hand over");
    }
    return serialize().length > SealedLimits.REQUEST
        ? Optional.of("the command is too long")
        : Optional.empty();
  }

  /**
   * The bytes whose hash is signed.
   *
   * @throws IllegalStateException if {@link #problem} names one
   */
  public byte[] encode() {
    Optional<String> problem = problem();
    if (problem.isPresent()) {
      throw new IllegalStateException(problem.get());
    }
    return serialize();
  }

  private byte[] serialize() {
    Request.Builder request =
        Request.newBuilder()
            .addAllArgv(argv)
            .setColors(colors)
            .setServer(server)
            .setHandover(handover)
            .setPing(ping);
    for (LocaleSetting setting : locale) {
      request.addLocale(Locale.newBuilder().setName(setting.name()).setValue(setting.value()));
    }
    return request.build().toByteArray();
  }

  /** From those bytes. A locale setting that must not pass is left out, as the box does without. */
  public static Checked<SessionRequest> parse(byte[] bytes) {
    return Checked.read(() -> read(bytes));
  }

  static SessionRequest read(byte[] bytes) throws Malformed {
    Bounds.require(bytes.length <= SealedLimits.REQUEST, "request");
    Request request = Bounds.message(Request.parser(), bytes, "request");
    Bounds.require(request.getLocaleCount() <= SealedLimits.LOCALES, "locale");
    List<LocaleSetting> locale = new ArrayList<>();
    for (Locale setting : request.getLocaleList()) {
      LocaleSetting.of(setting.getName(), setting.getValue()).ifPresent(locale::add);
    }
    SessionRequest read =
        new SessionRequest(
            request.getArgvList(),
            locale,
            request.getColors(),
            request.getServer(),
            request.getHandover(),
            request.getPing());
    Bounds.require(read.problem().isEmpty(), "request");
    return read;
  }

  /** Without the command, which is nobody else's business. */
  @Override
  public String toString() {
    return "request for "
        + (ping ? "a ping" : argv.isEmpty() ? "a shell" : "a command")
        + (handover ? ", handover" : "");
  }
}
