package org.moshpit.agent.cli.enroll;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.moshpit.agent.mosh.LocaleVariables;

/**
 * Whether mosh-server will find a UTF-8 locale: that of a login here, else the laptop's if it is
 * installed here (mosh-server(1), -l), else, where a login has none at all, C.UTF-8.
 *
 * @param login the environment of a login
 * @param programs asks locale(1)
 * @param systemd whether systemd starts mosh-server: its own environment is then beneath the
 *     login's
 */
record LoginLocaleCheck(Map<String, String> login, Programs programs, boolean systemd)
    implements Check {
  private static final String FILE = "/etc/default/locale";
  private static final String FIRST = LocaleVariables.ALWAYS_THERE;

  @Override
  public String what() {
    return "locale of a login";
  }

  @Override
  public List<Finding> look() {
    return look(systemd ? withSystemds() : login);
  }

  private Map<String, String> withSystemds() {
    Map<String, String> both = new LinkedHashMap<>();
    programs.ask(Map.of(), "systemctl", "show-environment").stream()
        .flatMap(List::stream)
        .map(line -> line.split("=", 2))
        .filter(pair -> pair.length == 2 && LocaleVariables.acceptable(pair[0], pair[1]))
        .forEach(pair -> both.put(pair[0], pair[1]));
    both.putAll(login);
    return both;
  }

  private List<Finding> look(Map<String, String> effective) {
    String own = LocaleVariables.inEffect(effective);
    Optional<List<String>> charset = programs.ask(effective, "locale", "charmap");
    if (charset.isPresent() && charset.get().stream().anyMatch(LocaleVariables::isUtf8)) {
      return List.of(Finding.ok(what(), own));
    }
    Optional<List<String>> installed = programs.ask(effective, "locale", "-a");
    if (installed.isEmpty()) {
      return List.of(
          Finding.warning(
              what(), own + ", and no locale(1) to ask", "Put LANG=C.UTF-8 into " + FILE + "."));
    }
    List<String> usable =
        Stream.concat(builtIn(), installed.get().stream().flatMap(name -> utf8(name).stream()))
            .distinct()
            .toList();
    if (usable.isEmpty()) {
      return List.of(
          Finding.wrong(
              what(),
              own + "; no UTF-8 locale is installed",
              "localedef -i C -f UTF-8 C.UTF-8 (or dpkg-reconfigure locales), then put"
                  + " LANG=C.UTF-8 into "
                  + FILE
                  + "."));
    }
    if (usable.get(0).equals(FIRST) && LocaleVariables.isNone(effective)) {
      return List.of(Finding.ok(what(), own + "; sessions fall back to " + FIRST));
    }
    return List.of(
        Finding.warning(
            what(),
            own + "; only laptops with " + few(usable) + " can connect",
            "Put LANG=" + usable.get(0) + " into " + FILE + "."));
  }

  /** What the C library has without a file, glibc since 2.35, need not be in the list. */
  private Stream<String> builtIn() {
    return programs
        .ask(Map.of("LC_ALL", FIRST), "locale", "charmap")
        .filter(lines -> lines.stream().anyMatch(LocaleVariables::isUtf8))
        .map(lines -> FIRST)
        .stream();
  }

  private static String few(List<String> names) {
    return names.size() <= 2 ? String.join(" or ", names) : "an installed locale (locale -a)";
  }

  /** As {@code locale -a} has it, C.utf8, in the form in which people write it. */
  private static Optional<String> utf8(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && LocaleVariables.isUtf8(name.substring(dot + 1))
        ? Optional.of(name.substring(0, dot) + ".UTF-8")
        : Optional.empty();
  }
}
