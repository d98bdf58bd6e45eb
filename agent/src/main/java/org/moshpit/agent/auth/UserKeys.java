package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/**
 * Which keys to offer to a box, and in which order: {@code -i FILE} and nothing else; or the key
 * the box last accepted; then up to six at once that ask nothing of the person; then those with a
 * passphrase or a touch, one by one. Discovery (two program runs, about 10 ms) happens only when
 * the last accepted key is not known or was not enough. Blocks; use from one thread.
 */
public final class UserKeys {
  /** Most keys in one offer. */
  public static final int MAX_KEYS = 6;

  private enum Stage {
    START,
    DISCOVER,
    SINGLY
  }

  private final SshClient client;
  private final String box;
  private final Optional<String> user;
  private final Optional<Path> identity;
  private final Optional<UserKey> last;
  private final List<UserKey> asking = new ArrayList<>();
  private Stage stage = Stage.START;

  /**
   * For one connect.
   *
   * @param environment of this process, which the person's programs are to see
   * @param home the person's home directory
   * @param box the name typed, as ssh_config's {@code Host} lines may know it
   * @param user the user typed before it
   * @param identity {@code -i}
   * @param last the key last accepted by this box; if its file is gone, it is not asked for
   */
  public UserKeys(
      Map<String, String> environment,
      Path home,
      String box,
      Optional<String> user,
      Optional<Path> identity,
      Optional<UserKey> last) {
    this.client = new SshClient(environment, home);
    this.box = box;
    this.user = user;
    this.identity = identity;
    this.last = last.filter(UserKeys::isStillThere);
  }

  /**
   * The keys of the next offer: never more than {@link #MAX_KEYS}; several only if none of them
   * asks anything. Empty when there are no more.
   *
   * @throws IOException with a sentence if the {@code -i} file is no usable key
   */
  public List<UserKey> next() throws IOException {
    if (identity.isPresent()) {
      boolean first = stage == Stage.START;
      stage = Stage.SINGLY;
      return first ? List.of(explicit(identity.get())) : List.of();
    }
    if (stage == Stage.START) {
      stage = Stage.DISCOVER;
      if (last.isPresent()) {
        return List.of(last.get());
      }
    }
    if (stage == Stage.DISCOVER) {
      stage = Stage.SINGLY;
      List<UserKey> silent = discover();
      if (!silent.isEmpty()) {
        return silent;
      }
    }
    return asking.isEmpty() ? List.of() : List.of(asking.remove(0));
  }

  /**
   * Whether {@code -i} names a key; said before the network or the person is asked for anything.
   *
   * @throws IOException with a sentence if it does not
   */
  public static void check(Path identity) throws IOException {
    if (Files.notExists(identity)) {
      throw new IOException(identity + " does not exist.");
    }
    explicit(identity);
  }

  private static UserKey explicit(Path file) throws IOException {
    return PrivateKeyFile.read(file, Optional.empty())
        .orElseThrow(
            () ->
                new IOException(
                    file
                        + " is not a usable key: it must be an ed25519, ecdsa, sk or RSA key of"
                        + " 2048 to 8192 bits, with its .pub beside it if it is in PEM format."));
  }

  /** In the order of ssh: files the agent holds, other keys of the agent, other files. */
  private List<UserKey> discover() throws IOException {
    SshClient.Answer answer = client.ask(box, user);
    SshClient.Config config = answer.config();
    Map<SshPublicKey, UserKey> files = new LinkedHashMap<>();
    for (Path file : config.files()) {
      PrivateKeyFile.read(file, config.agent())
          .or(() -> agentOnly(file, config.agent()))
          .ifPresent(key -> files.putIfAbsent(key.key(), key));
    }
    List<UserKey> all = new ArrayList<>();
    files.values().stream()
        .filter(key -> answer.agentKeys().contains(key.key()))
        .map(UserKeys::heldByAgent)
        .forEach(all::add);
    if (!config.only()) {
      answer.agentKeys().stream()
          .filter(key -> !files.containsKey(key))
          .map(
              key ->
                  new UserKey(
                      key, Optional.empty(), config.agent(), PrivateKeyFile.asks(key, false)))
          .forEach(all::add);
    }
    files.values().stream()
        .filter(key -> !answer.agentKeys().contains(key.key()))
        .filter(UserKeys::hasPrivateHalf)
        .forEach(all::add);
    last.ifPresent(tried -> all.removeIf(key -> key.key().equals(tried.key())));
    all.stream().filter(key -> !key.isSilent()).forEach(asking::add);
    List<UserKey> silent = all.stream().filter(UserKey::isSilent).toList();
    return silent.size() <= MAX_KEYS ? silent : silent.subList(0, MAX_KEYS);
  }

  /** The agent holds it decrypted, so that a passphrase on the file does not matter. */
  private static UserKey heldByAgent(UserKey key) {
    return new UserKey(key.key(), key.file(), key.agent(), PrivateKeyFile.asks(key.key(), false));
  }

  private static Optional<UserKey> agentOnly(Path file, Optional<String> agent) {
    Path pub = file.resolveSibling(file.getFileName() + ".pub");
    return PrivateKeyFile.publicHalf(file)
        .map(key -> new UserKey(key, Optional.of(pub), agent, PrivateKeyFile.asks(key, false)));
  }

  private static boolean isStillThere(UserKey key) {
    return key.file().isEmpty() || Files.exists(key.file().get());
  }

  private static boolean hasPrivateHalf(UserKey key) {
    return key.file().filter(file -> !file.toString().endsWith(".pub")).isPresent();
  }
}
