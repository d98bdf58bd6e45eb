package org.moshpit.agent.session;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;
import org.moshpit.common.seal.SessionSecret.ControlBinding;

/** The sessions a box has, and for a while those it had, so that a laptop learns of the end. */
final class BoxSessions {
  static final int REMEMBERED = 256;
  private static final long HINT_NANOS = 5_000_000_000L;

  private final Map<SessionId, Live> live = new HashMap<>();
  private final Map<SessionId, Ended> ended = new LinkedHashMap<>();

  /** When sessions that do not end by themselves must; soonest first, as all last equally long. */
  private final Map<SessionId, Long> deadlines = new LinkedHashMap<>();

  private static final class Live {
    final String user;
    final SessionSecret secret;
    long counter;
    boolean hinted;
    long hintedAt;

    Live(String user, SessionSecret secret, long counter) {
      this.user = user;
      this.secret = secret;
      this.counter = counter;
    }
  }

  /** The secret stays in memory only, to tell the one laptop that holds it. */
  private static final class Ended {
    final SessionSecret secret;
    final String reason;
    long counter;

    Ended(SessionSecret secret, String reason, long counter) {
      this.secret = secret;
      this.reason = reason;
      this.counter = counter;
    }
  }

  /** What a control message is worth. */
  sealed interface Worth {
    /** Carry it out. */
    record Authentic() implements Worth {}

    /** The session is no more; the sender held its secret. */
    record Gone(String reason) implements Worth {}

    /** Silence. */
    record Nothing(DropReason reason) implements Worth {}
  }

  int size() {
    return live.size();
  }

  boolean isLive(SessionId session) {
    return live.containsKey(session);
  }

  long sizeOf(String user) {
    return live.values().stream().filter(session -> session.user.equals(user)).count();
  }

  void open(SessionId session, String user, SessionSecret secret, long counter) {
    Live replaced = live.put(session, new Live(user, secret, counter));
    if (replaced != null) {
      replaced.secret.close();
    }
  }

  /** It is {@link #overdue} from then on. */
  void endAt(SessionId session, long deadline) {
    deadlines.put(session, deadline);
  }

  /** The same, later, of one that has such an end; nothing for any other. */
  void putOff(SessionId session, long deadline) {
    if (deadlines.remove(session) != null) {
      deadlines.put(session, deadline);
    }
  }

  List<SessionId> overdue(long now) {
    return deadlines.entrySet().stream()
        .takeWhile(entry -> entry.getValue() - now <= 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  long nextDeadline() {
    return deadlines.values().stream().findFirst().orElse(Machine.NO_DEADLINE);
  }

  void end(SessionId session, String reason) {
    deadlines.remove(session);
    Live over = live.remove(session);
    if (over == null) {
      return;
    }
    ended.put(session, new Ended(over.secret, reason, over.counter));
    Iterator<Ended> oldest = ended.values().iterator();
    while (ended.size() > REMEMBERED) {
      oldest.next().secret.close();
      oldest.remove();
    }
  }

  /** Forgets a session that never was answered for. */
  void forget(SessionId session) {
    Live gone = live.remove(session);
    if (gone != null) {
      gone.secret.close();
    }
  }

  /** Checks MAC, then counter; an authentic message uses its counter up. */
  Worth judge(InitiatorContent.Control control, ControlBinding binding) {
    Live session = live.get(control.session());
    Ended over = ended.get(control.session());
    if (session == null && over == null) {
      return new Worth.Nothing(DropReason.UNKNOWN_SESSION);
    }
    SessionSecret secret = session == null ? over.secret : session.secret;
    if (!secret.verify(binding, control.counter(), control.body(), control.mac())) {
      return new Worth.Nothing(DropReason.BAD_MAC);
    }
    if (control.counter() <= (session == null ? over.counter : session.counter)) {
      return new Worth.Nothing(DropReason.OLD_COUNTER);
    }
    if (session == null) {
      over.counter = control.counter();
      return new Worth.Gone(over.reason);
    }
    session.counter = control.counter();
    return new Worth.Authentic();
  }

  /** Hints may have been lost: each session may have one more at once. */
  void forgetHints() {
    live.values().forEach(session -> session.hinted = false);
  }

  /** Whether a hint for the session may go out now; counts it as gone. */
  boolean mayHint(long now, SessionId id) {
    Live session = live.get(id);
    if (session == null || (session.hinted && now - session.hintedAt < HINT_NANOS)) {
      return false;
    }
    session.hinted = true;
    session.hintedAt = now;
    return true;
  }
}
