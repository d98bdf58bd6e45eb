package org.moshpit.agent.cli.laptop;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moshpit.agent.auth.KnownBox;
import org.moshpit.agent.auth.KnownBoxes;
import org.moshpit.agent.auth.Signer;
import org.moshpit.agent.auth.UserKey;
import org.moshpit.agent.auth.UserKeys;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ClockOffset;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.session.ConnectInput;
import org.moshpit.agent.session.ConnectOutput;
import org.moshpit.agent.session.KeyBatch;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.OfferedKey;
import org.moshpit.common.wire.HostPort;

/**
 * What a person has on this laptop: known boxes, keys, the clock's offset; and the name service.
 * Everything here blocks and is called beside the loop, from one thread at a time per method.
 */
final class Persons {
  private static final int PASSPHRASE_TRIES = 3;

  private final AgentPaths paths;
  private final byte[] realm;
  private final ConnectPlan plan;
  private final KnownBoxes boxes;
  private final RememberedRecords records;
  private final Signer signer;
  private final Map<SshPublicKey, UserKey> offered = new HashMap<>();
  private Optional<KnownBox> known = Optional.empty();
  private UserKeys keys;

  Persons(AgentPaths paths, byte[] realm, ConnectPlan plan) {
    this.paths = paths;
    this.realm = realm.clone();
    this.plan = plan;
    this.boxes = new KnownBoxes(paths.knownBoxes());
    this.records = new RememberedRecords(paths);
    this.signer = new Signer(System.getenv(), ThisUser.home());
  }

  long uid() {
    return ThisUser.uid();
  }

  /** The box, if this person knows it. */
  Optional<org.moshpit.agent.session.KnownBox> knownBox() throws IOException {
    known = boxes.find(plan.name(), realm);
    return known.map(
        box ->
            new org.moshpit.agent.session.KnownBox(box.hostKey(), box.serial(), records.find(box)));
  }

  void remember(SignedBoxRecord record) throws IOException {
    boxes.remember(record);
    records.remember(record);
  }

  /**
   * The keys to begin with: {@code -i}'s, or the one the box let in last, or all there are. After
   * {@link #knownBox}.
   */
  synchronized ConnectInput.KeysFound keys() throws IOException {
    keys =
        new UserKeys(
            System.getenv(),
            ThisUser.home(),
            plan.name(),
            Optional.of(plan.user()),
            plan.identity(),
            known.flatMap(KnownBox::lastKey));
    boolean one = plan.identity().isPresent() || known.flatMap(KnownBox::lastKey).isPresent();
    List<KeyBatch> first = batch(keys.next());
    return one && !first.isEmpty()
        ? new ConnectInput.KeysFound(first, plan.identity().isEmpty())
        : new ConnectInput.KeysFound(with(first, rest()), false);
  }

  /** All others, because those were not enough. */
  synchronized ConnectInput.KeysFound moreKeys() throws IOException {
    return new ConnectInput.KeysFound(rest(), false);
  }

  private List<KeyBatch> rest() throws IOException {
    List<KeyBatch> batches = new ArrayList<>();
    for (List<UserKey> next = keys.next(); !next.isEmpty(); next = keys.next()) {
      batches.addAll(batch(next));
    }
    return batches;
  }

  private static List<KeyBatch> with(List<KeyBatch> first, List<KeyBatch> rest) {
    List<KeyBatch> all = new ArrayList<>(first);
    all.addAll(rest);
    return all;
  }

  private List<KeyBatch> batch(List<UserKey> found) {
    if (found.isEmpty()) {
      return List.of();
    }
    found.forEach(key -> offered.put(key.key(), key));
    boolean silent = found.stream().allMatch(UserKey::isSilent);
    return List.of(new KeyBatch(found.stream().map(UserKey::key).toList(), !silent));
  }

  /** Has the keys sign. */
  ConnectInput.Signed sign(ConnectOutput.Sign order) {
    List<UserKey> asked;
    synchronized (this) {
      asked = order.batch().keys().stream().map(offered::get).toList();
    }
    List<OfferedKey> signed = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Signer.Result result : results(asked, order)) {
      if (result instanceof Signer.Result.Signed good) {
        signed.add(new OfferedKey(good.key().key().blob(), good.signature().blob()));
      } else if (result instanceof Signer.Result.Failed bad) {
        problems.add(bad.reason());
      }
    }
    return new ConnectInput.Signed(order.id(), signed, problems);
  }

  /** A passphrase may be mistyped twice, as with ssh. */
  private List<Signer.Result> results(List<UserKey> asked, ConnectOutput.Sign order) {
    boolean passphrase =
        asked.size() == 1 && asked.get(0).interaction() == UserKey.Interaction.PASSPHRASE;
    if (order.batch().interactive() && asked.size() == 1) {
      Sentence.print(System.err, asked.get(0).wish());
    }
    List<Signer.Result> results = List.of();
    for (int left = passphrase ? PASSPHRASE_TRIES : 1; left > 0; left--) {
      results = signer.sign(asked, OfferStatement.NAMESPACE, order.statement());
      if (!(results.get(0) instanceof Signer.Result.Failed failed) || !failed.again()) {
        break;
      }
    }
    return results;
  }

  /** The box let this key in. */
  void accepted(SshPublicKey key) throws IOException {
    UserKey used;
    synchronized (this) {
      used = offered.get(key);
    }
    if (used != null && plan.identity().isEmpty()) {
      boxes.accepted(plan.name(), realm, used);
    }
  }

  /** The rendezvous' addresses, as far as names can be resolved; none is no error. */
  List<TransportAddress> resolve(Rendezvous rendezvous) {
    Set<TransportAddress> found = new LinkedHashSet<>();
    for (HostPort host : rendezvous.addresses()) {
      for (InetAddress ip : addressesOf(host.host())) {
        found.add(TransportAddress.of(ip.getAddress(), host.port()));
      }
    }
    return List.copyOf(found);
  }

  private static InetAddress[] addressesOf(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (IOException e) {
      return new InetAddress[0]; // the link says so, in a sentence
    }
  }

  /** How far the rendezvous' clock was ahead of ours when last seen, in milliseconds. */
  long clockOffset() {
    return ClockOffset.load(paths);
  }

  /** Keeps it for the next time, if it matters. */
  void keepClockOffset(long millis) {
    if (Math.abs(millis - clockOffset()) > 60_000) {
      paths.prepareState();
      ClockOffset.save(paths, millis);
    }
  }
}
