package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moshpit.common.identity.SshPublicKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of an agent that runs as root and serves any user: a second sshd, which obeys the first.
 * For each offer it asks {@code sshd -T} what holds for that user (or remembers what it said up to
 * three seconds ago) and applies it, and what PAM and login would check besides.
 *
 * <p>Nobody but the rendezvous knows where a peer comes from, and it could lie. So sshd is asked
 * for a peer from an address that no configuration means (192.0.2.1, RFC 5737): whatever is allowed
 * only to certain addresses is not allowed here.
 */
public final class RootAuthorizer implements Authorizer {
  private static final Logger LOG = LoggerFactory.getLogger(RootAuthorizer.class);
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int MAX_OUT = 1 << 18;
  private static final String NOWHERE = "host=192.0.2.1,addr=192.0.2.1,laddr=192.0.2.2,lport=22";
  private static final Pattern NO_DIRECTORY =
      Pattern.compile("Missing privilege separation directory: (/run/\\S+|/var/run/\\S+)");

  /**
   * The agent's own rules, beside sshd's.
   *
   * @param allowUsers patterns as in AllowUsers; empty: every user
   * @param permitRoot {@code permit-root}: no refuses root whatever sshd says; without an sshd only
   *     yes lets root in
   * @param sshd the command line of sshd, empty where there is none; asked anew each time, since an
   *     sshd may be installed or removed at any time
   */
  public record Rules(
      List<String> allowUsers, Optional<Boolean> permitRoot, Supplier<List<String>> sshd) {
    /** Copies the list. */
    public Rules {
      allowUsers = List.copyOf(allowUsers);
      Objects.requireNonNull(permitRoot);
      Objects.requireNonNull(sshd);
    }

    /** With the sshd of this machine, if there is one. */
    public static Rules of(List<String> allowUsers, Optional<Boolean> permitRoot) {
      return new Rules(
          allowUsers,
          permitRoot,
          () -> Subprocess.find("sshd").map(path -> List.of(path.toString())).orElse(List.of()));
    }
  }

  private final Rules rules;
  private final Clock clock;
  private final Path etc;
  private final KeyFiles files;
  private final SshdMemory memory = new SshdMemory(System::nanoTime);

  /** Users sshd is being asked about: ten offers at once run one sshd. */
  private final ConcurrentMap<String, CompletableFuture<Optional<SshdPolicy>>> asked =
      new ConcurrentHashMap<>();

  /**
   * Runs as root.
   *
   * @param clock with the time zone in which expiry times are meant
   * @param etc {@code /etc}, where nologin and shells are
   */
  public RootAuthorizer(Rules rules, Account self, Clock clock, Path etc) {
    this.rules = rules;
    this.clock = clock;
    this.etc = etc;
    this.files = new KeyFiles(self);
  }

  /** For this machine. */
  public static RootAuthorizer create(List<String> allowUsers, Optional<Boolean> permitRoot)
      throws IOException {
    return new RootAuthorizer(
        Rules.of(allowUsers, permitRoot),
        Account.self(),
        Clock.system(ZoneId.systemDefault()),
        Path.of("/etc"));
  }

  @Override
  public Listing look(String user, List<SshPublicKey> keys) {
    if (!Account.isName(user)) {
      return Authorizer.nothing();
    }
    Deadline deadline = Deadline.in(LISTING);
    try {
      // Both at once: sshd takes longest.
      Question sshd = new Question(user, deadline);
      Optional<Account> account;
      try {
        account = Account.byName(user, deadline);
      } catch (IOException e) {
        sshd.cancel();
        throw e;
      }
      Optional<SshdPolicy> policy = sshd.answer();
      if (account.isEmpty()) {
        return Authorizer.nothing();
      }
      return new Found(account.get(), policy, keys, deadline);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("user", user).setCause(e).log("cannot look up keys");
      return Authorizer.nothing();
    }
  }

  /**
   * What somebody finds who wants to be this user; empty if there is none of that name. Blocks for
   * {@link #LISTING} at most.
   *
   * @throws IOException if that cannot be found out, with the reason
   */
  public Optional<DoorReport> report(String user) throws IOException {
    if (!Account.isName(user)) {
      return Optional.empty();
    }
    Deadline deadline = Deadline.in(LISTING);
    Optional<Account> account = Account.byName(user, deadline);
    if (account.isEmpty()) {
      return Optional.empty();
    }
    Optional<SshdPolicy> policy = new Question(user, deadline).answer();
    SshdPolicy sources = policy.orElse(SshdPolicy.ABSENT);
    boolean strict = sources.strictModes();
    DoorReport found =
        DoorReport.of(
            account.get(),
            sources.keyFiles(account.get()),
            (paths, skipped) -> files.read(paths, account.get(), strict, deadline, skipped),
            clock);
    Found rules = new Found(account.get(), policy);
    return Optional.of(
        found.with(rules.refusesAccount(Optional.empty()), sources.keyCommand().isPresent()));
  }

  /** What sshd says of a user, asked at once unless it is known or being asked already. */
  private final class Question {
    private final String user;
    private final Deadline deadline;
    private final List<String> sshd;
    private final CompletableFuture<Optional<SshdPolicy>> answer;
    private final Optional<Subprocess> running;

    Question(String user, Deadline deadline) throws IOException {
      this.user = user;
      this.deadline = deadline;
      this.sshd = rules.sshd().get();
      Optional<SshdPolicy> known =
          sshd.isEmpty() ? Optional.of(SshdPolicy.ABSENT) : memory.get(user);
      CompletableFuture<Optional<SshdPolicy>> mine = new CompletableFuture<>();
      CompletableFuture<Optional<SshdPolicy>> others =
          known.isPresent()
              ? CompletableFuture.completedFuture(known)
              : asked.putIfAbsent(user, mine);
      answer = others == null ? mine : others;
      running = others == null ? Optional.of(startMine()) : Optional.empty();
    }

    private Subprocess startMine() throws IOException {
      try {
        return start();
      } catch (IOException e) {
        settle(Optional.empty());
        throw e;
      }
    }

    private Subprocess start() throws IOException {
      List<String> argv = new ArrayList<>(sshd);
      argv.addAll(List.of("-T", "-C", "user=" + user + "," + NOWHERE));
      return Subprocess.start(argv, deadline.atMost(LIMIT), MAX_OUT);
    }

    /** For those who wait for the same; nothing happens if it is settled. */
    private void settle(Optional<SshdPolicy> policy) {
      policy.ifPresent(said -> memory.put(user, said));
      asked.remove(user, answer);
      answer.complete(policy);
    }

    void cancel() {
      if (running.isPresent()) {
        running.get().cancel();
        settle(Optional.empty());
      }
    }

    /** Empty if sshd is there but does not say. */
    Optional<SshdPolicy> answer() throws IOException {
      if (running.isEmpty()) {
        return another();
      }
      try {
        settle(own(running.get()));
      } finally {
        settle(Optional.empty());
      }
      return another();
    }

    private Optional<SshdPolicy> another() throws IOException {
      try {
        return answer.get(deadline.atMost(LIMIT).toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        throw new IOException("sshd -T took too long", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    private Optional<SshdPolicy> own(Subprocess first) throws IOException {
      Subprocess.Result result = first.await();
      Matcher missing = NO_DIRECTORY.matcher(result.error());
      if (!result.ok() && missing.find()) {
        // systemd makes it only while sshd runs, and with socket activation it mostly does not.
        Files.createDirectories(
            Path.of(missing.group(1)),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        result = start().await();
      }
      SshdPolicy policy = SshdPolicy.parse(result.text());
      if (!result.ok() || !policy.isComplete()) {
        LOG.atWarn().addKeyValue("reason", result.error()).log("sshd -T failed");
        return Optional.empty();
      }
      return Optional.of(policy);
    }
  }

  /** One user, one moment. */
  private final class Found implements Listing {
    private final Account account;
    private final Optional<SshdPolicy> policy;
    private final List<SshPublicKey> offered;
    private final List<AuthorizedKeys> byKey = new ArrayList<>();

    /** Of nobody's keys. */
    Found(Account account, Optional<SshdPolicy> policy) {
      this.account = account;
      this.policy = policy;
      this.offered = List.of();
    }

    Found(
        Account account, Optional<SshdPolicy> policy, List<SshPublicKey> offered, Deadline deadline)
        throws IOException {
      this.account = account;
      this.policy = policy;
      this.offered = List.copyOf(offered);
      SshdPolicy sources = policy.orElse(SshdPolicy.ABSENT);
      List<byte[]> contents =
          files.read(sources.keyFiles(account), account, sources.strictModes(), deadline);
      for (SshPublicKey key : offered) {
        List<byte[]> all = new ArrayList<>(fromCommand(sources, key, deadline));
        all.addAll(contents);
        byKey.add(AuthorizedKeys.parse(all));
      }
    }

    private List<byte[]> fromCommand(SshdPolicy sources, SshPublicKey key, Deadline deadline)
        throws IOException {
      if (sources.keyCommand().isEmpty()) {
        return List.of();
      }
      Optional<String> name = sources.keyCommandUser();
      Optional<Account> runAs =
          name.isPresent() ? Account.byName(name.get(), deadline) : Optional.empty();
      if (runAs.isEmpty()) {
        throw new IOException("AuthorizedKeysCommandUser is not there");
      }
      return List.of(
          KeyCommand.keys(sources.keyCommand().get(), runAs.get(), account, key, deadline));
    }

    @Override
    public List<SshPublicKey> keys() {
      List<SshPublicKey> listed = new ArrayList<>();
      for (int i = 0; i < offered.size(); i++) {
        if (byKey.get(i).lists(offered.get(i))) {
          listed.add(offered.get(i));
        }
      }
      return listed;
    }

    @Override
    public Decision policy(SshPublicKey key, boolean userVerified) {
      int index = offered.indexOf(key);
      if (index < 0 || !byKey.get(index).lists(key)) {
        return new Decision.NotListed();
      }
      try {
        Optional<String> refusal = refusesAccount(Optional.of(key));
        if (refusal.isPresent()) {
          return new Decision.Refused(refusal.get());
        }
        Decision decision =
            Decisions.of(
                byKey.get(index).policy(key, clock.instant(), clock.getZone()),
                account,
                key,
                userVerified);
        if (decision instanceof Decision.Allowed allowed) {
          refusal =
              policy
                  .orElseThrow()
                  .refusesKey(account, key, allowed.forcedCommand().isPresent(), userVerified);
        }
        return refusal.<Decision>map(Decision.Refused::new).orElse(decision);
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("user", account.name()).setCause(e).log("cannot check policy");
        return new Decision.Refused("The box cannot check its rules for you; see its log.");
      }
    }

    /** Whoever it is, or whoever has this key. */
    private Optional<String> refusesAccount(Optional<SshPublicKey> key) throws IOException {
      if (policy.isEmpty()) {
        return Optional.of("The box's sshd has an error in its configuration (sshd -T shows it).");
      }
      SshdPolicy sshd = policy.get();
      Set<String> groups = sshd.asksForGroups() ? account.groups() : Set.of();
      return refusesHere(sshd)
          .or(() -> sshd.refusesAccount(account, groups))
          .or(() -> key.flatMap(one -> revoked(sshd, one)))
          .or(() -> refusesLogin(sshd));
    }

    private Optional<String> refusesHere(SshdPolicy sshd) {
      List<String> allowed = rules.allowUsers();
      if (!allowed.isEmpty()
          && allowed.stream().noneMatch(p -> SshPattern.matches(p, account.name()))) {
        return Optional.of("The box's agent does not serve " + account.name() + " (allow-users).");
      }
      boolean rootAllowed = rules.permitRoot().orElse(!sshd.equals(SshdPolicy.ABSENT));
      return account.isRoot() && !rootAllowed
          ? Optional.of("The box's agent lets nobody in as root (permit-root).")
          : Optional.empty();
    }

    private Optional<String> revoked(SshdPolicy sshd, SshPublicKey key) {
      try {
        return sshd.revokedKeys().isPresent() && RevokedKeys.contains(sshd.revokedKeys().get(), key)
            ? Optional.of("Your key is revoked on the box (RevokedKeys).")
            : Optional.empty();
      } catch (IOException e) {
        LOG.atWarn().setCause(e).log("RevokedKeys cannot be read, so every key is refused");
        return Optional.of("The box cannot read its list of revoked keys (RevokedKeys).");
      }
    }

    private Optional<String> refusesLogin(SshdPolicy sshd) {
      try {
        long today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toEpochDay();
        Path shells = etc.resolve("shells");
        Optional<String> listed =
            Files.exists(shells) ? Optional.of(Files.readString(shells)) : Optional.empty();
        Optional<String> expired =
            AccountRules.expired(account, account.shadow(), sshd.usePam(), today);
        return expired
            .or(this::nologin)
            .or(
                () ->
                    AccountRules.shell(
                        account, listed, Files.isExecutable(Path.of(account.shell()))));
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("user", account.name()).setCause(e).log("account not readable");
        return Optional.of("The box cannot check the account " + account.name() + ".");
      }
    }

    private Optional<String> nologin() {
      boolean closed =
          Files.exists(etc.resolve("nologin")) || Files.exists(Path.of("/run/nologin"));
      return closed && !account.isRoot()
          ? Optional.of("The box lets nobody but root in at the moment (/etc/nologin).")
          : Optional.empty();
    }
  }
}
