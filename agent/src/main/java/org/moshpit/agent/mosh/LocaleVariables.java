package org.moshpit.agent.mosh;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The locale a laptop tells a box. A locale string reaches the environment of what runs on the box,
 * so only names and values of this shape are sent, and only these are taken.
 */
public final class LocaleVariables {
  /** What is sent: the variables the {@code mosh} script passes on, in its order. */
  public static final List<String> NAMES =
      List.of(
          "LANG",
          "LANGUAGE",
          "LC_CTYPE",
          "LC_NUMERIC",
          "LC_TIME",
          "LC_COLLATE",
          "LC_MONETARY",
          "LC_MESSAGES",
          "LC_PAPER",
          "LC_NAME",
          "LC_ADDRESS",
          "LC_TELEPHONE",
          "LC_MEASUREMENT",
          "LC_IDENTIFICATION",
          "LC_ALL");

  /**
   * The UTF-8 locale that needs no file: Debian's C library has it, and so has glibc since 2.35.
   */
  public static final String ALWAYS_THERE = "C.UTF-8";

  private static final List<String> DECISIVE = List.of("LC_ALL", "LC_CTYPE", "LANG");
  private static final Pattern NAME = Pattern.compile("LANG|LANGUAGE|LC_[A-Z_]{1,32}");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.@-]{1,64}");

  private LocaleVariables() {}

  /** Whether a box takes this pair from a peer. */
  public static boolean acceptable(String name, String value) {
    return NAME.matcher(name).matches() && VALUE.matcher(value).matches();
  }

  /** The variables of {@link #NAMES} that are set in the environment and acceptable, in order. */
  public static Map<String, String> from(Map<String, String> environment) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : NAMES) {
      String value = environment.get(name);
      if (value != null && acceptable(name, value)) {
        found.put(name, value);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  /** Whether the name of a character set, as nl_langinfo(3) gives it, is UTF-8. */
  public static boolean isUtf8(String charset) {
    return charset.replace("-", "").toUpperCase(Locale.ROOT).equals("UTF8");
  }

  /** Whether none of LC_ALL, LC_CTYPE, LANG is set: the C library takes "C" then. */
  public static boolean isNone(Map<String, String> environment) {
    return DECISIVE.stream().allMatch(name -> environment.getOrDefault(name, "").isEmpty());
  }

  /** The first of LC_ALL, LC_CTYPE, LANG that is set, as {@code NAME=value}, for a sentence. */
  public static String inEffect(Map<String, String> environment) {
    for (String name : DECISIVE) {
      String value = environment.get(name);
      if (value != null && !value.isEmpty()) {
        return name + "=" + value;
      }
    }
    return "no LANG, LC_CTYPE or LC_ALL";
  }

  /** What to do where the one {@link #inEffect} is not a UTF-8 locale, for a sentence. */
  public static String advice(Map<String, String> environment) {
    String all = environment.getOrDefault("LC_ALL", "");
    if (isUtf8(inEffect(environment).replaceFirst(".*\\.", ""))) {
      return "that locale is not installed: install it, or set another";
    }
    return all.isEmpty()
        ? "set LANG to a UTF-8 locale"
        : "unset LC_ALL, or set it to a UTF-8 locale";
  }
}
