package org.moshpit.agent.link;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.wire.proto.RefusalCode;

/** What a refusal means for a person, and what to do. */
final class RefusalSentences {
  private static final int MAX_DETAIL = 200;
  private static final Pattern NAME = Pattern.compile("\\bname ([a-z0-9-]{1,63})\\b");

  private RefusalSentences() {}

  static String of(Rendezvous rendezvous, RefusalCode code, String detail) {
    return switch (code) {
      case TOKEN_UNKNOWN ->
          "the rendezvous "
              + rendezvous
              + " does not know this join URL's token; get a new one from rendezvous-server invite,"
              + " on the rendezvous";
      case TOKEN_EXPIRED ->
          "this join URL has expired; get a new one from rendezvous-server invite";
      case TOKEN_USED ->
          "this join URL has been used up; get a new one from rendezvous-server invite";
      case TOKEN_NAME ->
          name(detail)
              .map(
                  name ->
                      "this join URL is for the name "
                          + name
                          + "; leave out --name, or get a join URL for the name you want")
              .orElse(
                  "this join URL is for another name; leave out --name, or get a join URL for this"
                      + " name");
      case NAME_TAKEN ->
          "that name is taken at "
              + rendezvous
              + "; choose another with --name (without it, it is the short host name) if the agent"
              + " that has it is in use, else free it with rendezvous-server revoke, there";
      case NAME_INVALID ->
          "the rendezvous does not take that name; "
              + "use lower-case letters, digits and inner hyphens, at most 63";
      case REVOKED ->
          "this agent was revoked at "
              + rendezvous
              + "; run agent enroll with a new join URL, which gives it a new key";
      case NOT_ENROLLED ->
          "the rendezvous "
              + rendezvous
              + " does not know this agent; run agent enroll with a new join URL";
      case BAD_SIGNATURE ->
          "the rendezvous "
              + rendezvous
              + " has another key for this name; run agent enroll with a new join URL";
      case VERSION ->
          "this agent and the rendezvous "
              + rendezvous
              + " have no protocol version in common; upgrade the older one";
      case ROLE ->
          "this agent's enrollment does not allow that"
              + said(detail)
              + "; enroll it with a join URL of another role";
      case SUPERSEDED ->
          "another agent logged in with this agent's name and key; "
              + "each machine needs an enrollment of its own";
      case BUSY -> "the rendezvous " + rendezvous + " is busy; try again in a minute";
      case SHUTTING_DOWN ->
          "the rendezvous " + rendezvous + " is being stopped or restarted; try again in a minute";
      case TIMEOUT -> "the rendezvous " + rendezvous + " waited too long for this agent; try again";
      case MALFORMED ->
          "the rendezvous "
              + rendezvous
              + " did not understand this agent"
              + said(detail)
              + "; upgrade the older of the two";
      case REFUSAL_UNSPECIFIED, UNRECOGNIZED ->
          "the rendezvous " + rendezvous + " refused this agent" + said(detail);
    };
  }

  /** The name that the rendezvous' own words are about, and nothing else of them. */
  static Optional<String> name(String detail) {
    Matcher matcher = NAME.matcher(detail);
    return matcher.find()
        ? Optional.of(matcher.group(1)).filter(BoxName::isValid)
        : Optional.empty();
  }

  /** The rendezvous' own words, made safe for a terminal and a part of another sentence. */
  private static String said(String detail) {
    String clean = PlainText.clean(detail).strip();
    if (clean.isEmpty()) {
      return "";
    }
    String words = clean.endsWith(".") ? clean.substring(0, clean.length() - 1) : clean;
    String start =
        words.length() > 1 && Character.isLowerCase(words.charAt(1))
            ? words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1)
            : words;
    return " (" + start.substring(0, Math.min(MAX_DETAIL, start.length())) + ")";
  }
}
