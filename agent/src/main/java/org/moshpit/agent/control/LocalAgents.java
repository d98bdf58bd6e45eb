package org.moshpit.agent.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.process.KernelUser;

/**
 * The agents on this machine that have sessions of this user: their own agent, and beside it
 * root's, which serves every user and answers each about their own. Root asks root's alone, and is
 * told that there are others: to ask them would be to trust a socket that anybody may have put
 * there. Blocks; not for several threads.
 */
public final class LocalAgents {
  /**
   * The machine they run on.
   *
   * @param socket where root's agent answers every user
   * @param owner whom that agent runs as
   * @param root whether it is root who asks
   * @param others to root, a whole sentence about agents that are not asked
   */
  record Machine(
      Path socket, UserPrincipal owner, boolean root, Supplier<Optional<String>> others) {}

  private final AgentPaths paths;
  private final List<LocalAgent> asked;
  private final Supplier<Optional<String>> others;

  private LocalAgents(AgentPaths paths, List<LocalAgent> asked, Supplier<Optional<String>> others) {
    this.paths = paths;
    this.asked = List.copyOf(asked);
    this.others = others;
  }

  /**
   * Those to ask. Nobody is asked yet.
   *
   * @param named whether the user has named this state directory: then its agent is asked alone
   */
  public static LocalAgents of(AgentPaths paths, boolean named) {
    try {
      return of(
          paths,
          named,
          new Machine(
              AgentPaths.publicSocket(),
              KernelUser.root(),
              ThisUser.isRoot(),
              () -> OtherAgents.sentence(paths.lock())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What root's agent says of itself to this user; empty if none answers, or it is not root's.
   * Blocks, for some seconds at most.
   */
  public static Optional<AgentStatus> rootsStatus(AgentPaths paths) {
    try {
      return new LocalAgent(
              "root's agent", AgentPaths.publicSocket(), Set.of(KernelUser.root()), paths)
          .tryToAsk("status", StatusReply::parse)
          .map(StatusReply::status);
    } catch (UserError | IOException e) {
      return Optional.empty();
    }
  }

  static LocalAgents of(AgentPaths paths, boolean named, Machine machine) {
    Set<UserPrincipal> trusted = new HashSet<>();
    if (!named || !machine.root()) {
      trusted.add(machine.owner());
      trusted.add(self());
    }
    List<LocalAgent> asked = new ArrayList<>();
    asked.add(new LocalAgent("your own agent", paths.controlSocket(), trusted, paths));
    if (!named && !machine.root()) {
      asked.add(new LocalAgent("root's agent", machine.socket(), Set.of(machine.owner()), paths));
    }
    return new LocalAgents(
        paths, asked, named || !machine.root() ? Optional::empty : machine.others());
  }

  private static UserPrincipal self() {
    try {
      return KernelUser.self();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The sessions.
   *
   * @throws UserError exit 1, if there is no agent, or none that answers
   */
  public LocalSessions sessions() {
    Heard<SessionsReply> heard = ask("sessions", SessionsReply::parse);
    return new LocalSessions(all(heard.answers().values()), heard.notes());
  }

  /**
   * The status, with the sessions of all.
   *
   * @throws UserError exit 1, if there is no agent, or none that answers
   */
  public LocalStatus status() {
    Heard<StatusReply> heard = ask("status", StatusReply::parse);
    List<AgentStatus> each = heard.answers().values().stream().map(StatusReply::status).toList();
    List<SessionStatus> sessions =
        each.stream()
            .flatMap(status -> status.sessions().stream())
            .sorted(Comparator.comparing(SessionStatus::since))
            .toList();
    return new LocalStatus(
        each.get(0).with(sessions), each.size() < 2 ? null : each.get(1), heard.notes());
  }

  /**
   * Begins to end sessions, at whichever agent has them.
   *
   * @throws UserError exit 1, if there is none such, or several where one is meant, or perhaps
   *     several because an agent is not heard; nothing is ended then
   */
  public Ending end(KillTarget target) {
    Heard<SessionsReply> heard =
        ask(
            "sessions",
            SessionsReply::parse,
            "; sessions go on without it, and can be ended as soon as it runs again");
    List<SessionEntry> found = target.among(all(heard.answers().values()));
    Optional<String> refusal = target.refusal(found);
    if (refusal.isEmpty() && target.isBeginningOf(found) && !heard.unheard().isEmpty()) {
      refusal = Optional.of("give the whole name: others may begin so, too");
    }
    if (refusal.isPresent()) {
      Stream<String> unheard = heard.unheard().stream();
      throw new UserError(
          ExitCode.FAILURE,
          Stream.concat(refusal.stream(), unheard).collect(Collectors.joining("; ")));
    }
    // the very one that was found: others may have come and gone meanwhile
    KillTarget meant = target.key() == null ? KillTarget.session(found.get(0).id()) : target;
    Map<LocalAgent, List<SessionEntry>> ending = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>(heard.notes());
    boolean all = heard.unheard().isEmpty();
    UserError failure = null;
    for (Map.Entry<LocalAgent, SessionsReply> one : heard.answers().entrySet()) {
      if (!meant.among(one.getValue().sessions()).isEmpty()) {
        try {
          ending.put(one.getKey(), one.getKey().end(meant).sessions());
        } catch (UserError e) {
          failure = e;
          all = false;
          notes.add(sentence(one.getKey().name() + " has not ended any: " + e.sentence()));
        }
      }
    }
    if (ending.isEmpty()) {
      throw failure;
    }
    return new Ending(ending, all || target.key() == null, notes);
  }

  /** Sessions that are being ended. */
  public static final class Ending {
    private final Map<LocalAgent, List<SessionEntry>> ending;
    private final boolean all;
    private final List<String> notes;

    Ending(Map<LocalAgent, List<SessionEntry>> ending, boolean all, List<String> notes) {
      this.ending = ending;
      this.all = all;
      this.notes = List.copyOf(notes);
    }

    /** Whether these are all that are meant, as far as can be known. */
    public boolean isAll() {
      return all;
    }

    /** Whole sentences about agents that were not heard, or not asked. */
    public List<String> notes() {
      return notes;
    }

    /** Which; the oldest first. */
    public List<SessionEntry> sessions() {
      return sorted(ending.values().stream().flatMap(List::stream));
    }

    /**
     * Whether all of them have ended.
     *
     * @throws UserError if an agent that has some does not say so
     */
    public boolean over() {
      for (Map.Entry<LocalAgent, List<SessionEntry>> one : ending.entrySet()) {
        Set<String> ids = one.getValue().stream().map(SessionEntry::id).collect(Collectors.toSet());
        if (one.getKey().sessions().sessions().stream()
            .anyMatch(session -> ids.contains(session.id()))) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * What was heard.
   *
   * @param answers at least one, in the order they were asked
   * @param unheard of agents that run and did not answer: sentences without their full stops
   * @param notes the same, and more, as whole sentences
   */
  private record Heard<T>(Map<LocalAgent, T> answers, List<String> unheard, List<String> notes) {}

  private <T> Heard<T> ask(String request, Function<String, T> parse) {
    return ask(request, parse, "");
  }

  /** The same; {@code without}: what else is to be said where no agent runs. */
  private <T> Heard<T> ask(String request, Function<String, T> parse, String without) {
    Map<LocalAgent, T> answers = new LinkedHashMap<>();
    List<String> unheard = new ArrayList<>();
    UserError failure = null;
    for (LocalAgent agent : asked) {
      try {
        agent.tryToAsk(request, parse).ifPresent(answer -> answers.put(agent, answer));
      } catch (UserError e) {
        failure = failure == null ? e : failure;
        unheard.add(agent.name() + " was not heard: " + e.sentence());
      }
    }
    Optional<String> more = others.get();
    if (answers.isEmpty()) {
      throw failure != null ? failure : nobody(more, without);
    }
    List<String> notes = new ArrayList<>();
    unheard.forEach(words -> notes.add(sentence(words)));
    more.ifPresent(notes::add);
    return new Heard<>(answers, unheard, notes);
  }

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }

  private UserError nobody(Optional<String> more, String without) {
    return more.map(
            sentence ->
                new UserError(
                    ExitCode.FAILURE,
                    "no agent of root's runs here ("
                        + paths.controlSocket()
                        + "). "
                        + sentence.substring(0, sentence.length() - 1)
                        + without))
        .orElseGet(() -> ControlClient.nobody(paths.controlSocket(), paths, without));
  }

  private static List<SessionEntry> all(Collection<SessionsReply> replies) {
    return sorted(replies.stream().flatMap(reply -> reply.sessions().stream()));
  }

  private static List<SessionEntry> sorted(Stream<SessionEntry> sessions) {
    return sessions.sorted(Comparator.comparing(SessionEntry::since)).toList();
  }
}
