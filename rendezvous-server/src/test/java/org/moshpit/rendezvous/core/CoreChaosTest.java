package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.moshpit.rendezvous.core.AgentFrame.Mode;
import org.moshpit.rendezvous.core.CoreCommand.Close;
import org.moshpit.rendezvous.core.CoreCommand.DropRelay;
import org.moshpit.rendezvous.core.CoreCommand.RouteRelay;
import org.moshpit.rendezvous.core.CoreCommand.Send;
import org.moshpit.rendezvous.core.RendezvousFrame.Offered;

/** Agents that do anything in any order, from a seed, and what holds whatever they do. */
class CoreChaosTest {
  private static final List<String> NAMES = List.of("box", "den", "lap", "eve");

  @Property(tries = 30)
  void whateverAgentsDo(@ForAll long seed) {
    Chaos chaos = new Chaos(new Random(seed));
    for (int step = 0; step < 300; step++) {
      chaos.step();
    }
    chaos.check(chaos.core.pass(Duration.ofMinutes(10)));
    chaos.links.forEach(link -> chaos.check(chaos.core.run(new CoreInput.Disconnected(link, ""))));
    chaos.check(chaos.core.pass(Duration.ofMinutes(10)));
    assertThat(chaos.routes).as("relays after everyone has gone").isEmpty();
  }

  private static final class Chaos {
    final CoreFixture core = new CoreFixture();
    final Random random;
    final List<LinkId> links = new ArrayList<>();
    final Map<LinkId, String> owners = new HashMap<>();
    final Set<LinkId> closed = new HashSet<>();
    final Map<Integer, RouteRelay> routes = new HashMap<>();
    final List<Bytes> exchanges = new ArrayList<>();

    Chaos(Random random) {
      this.random = random;
      NAMES.forEach(name -> core.enrolled(name, Role.BOTH));
    }

    void step() {
      int kind = random.nextInt(12);
      if (kind < 2 || links.isEmpty()) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        LinkId link = core.connect();
        links.add(link);
        owners.put(link, name);
        check(core.say(link, core.login(link, name, pick(Mode.BOX, Mode.VISITOR))));
        return;
      }
      LinkId link = links.get(random.nextInt(links.size()));
      switch (kind) {
        case 2 -> check(core.run(new CoreInput.Disconnected(link, "reset")));
        case 3 -> check(core.pass(Duration.ofSeconds(random.nextInt(60))));
        case 4 -> check(core.run(new CoreInput.RelayUsed(link, relay())));
        default -> check(core.say(link, frame(kind)));
      }
    }

    private AgentFrame frame(int kind) {
      Bytes session = CoreFixture.session(random.nextInt(4));
      List<Bytes> sockets = List.of(CoreFixture.socket(random.nextInt(6)));
      return switch (kind) {
        case 5, 6 ->
            new AgentFrame.Offer(
                random.nextInt(5),
                NAMES.get(random.nextInt(NAMES.size())),
                Bytes.ofHex("00"),
                sockets,
                random.nextInt(3),
                random.nextBoolean() ? session : Bytes.EMPTY);
        case 7, 8 ->
            new AgentFrame.Answer(
                exchanges.isEmpty()
                    ? CoreFixture.session(1)
                    : exchanges.get(random.nextInt(exchanges.size())),
                Bytes.ofHex("00"),
                sockets,
                random.nextInt(4) > 0,
                session);
        case 9 -> CoreFixture.claim(random.nextInt(6), "192.0.2.1:" + (1 + random.nextInt(3)));
        case 10 -> new AgentFrame.Hint(relay(), session);
        default ->
            random.nextInt(3) == 0
                ? new AgentFrame.CloseRelay(relay())
                : new AgentFrame.Publish(Bytes.of((byte) random.nextInt(4)));
      };
    }

    private int relay() {
      List<Integer> known = new ArrayList<>(routes.keySet());
      return known.isEmpty() || random.nextInt(5) == 0
          ? 1 + random.nextInt(1000)
          : known.get(random.nextInt(known.size()));
    }

    private Mode pick(Mode a, Mode b) {
      return random.nextBoolean() ? a : b;
    }

    void check(List<CoreCommand> commands) {
      for (CoreCommand command : commands) {
        if (command instanceof Send send) {
          assertThat(closed).as("said after closing").doesNotContain(send.link());
          told(send);
        } else if (command instanceof Close close) {
          assertThat(closed.add(close.link())).as("closed once").isTrue();
        } else if (command instanceof RouteRelay route) {
          routed(route);
        } else if (command instanceof DropRelay drop) {
          assertThat(routes.remove(drop.relay())).as("dropped what was there").isNotNull();
        }
      }
    }

    private void told(Send send) {
      if (send.frame() instanceof Offered offered) {
        exchanges.add(offered.exchange());
        assertThat(offered.fromKey()).isEqualTo(core.rawKey(offered.from()));
      }
      if (send.frame() instanceof RendezvousFrame.PeerObserved observed) {
        RouteRelay route = routes.get(observed.relay());
        assertThat(route).as("told of an open relay").isNotNull();
        assertThat(send.link()).as("an end of it").isIn(route.laptop(), route.box());
      }
    }

    /** Ends may move from link to link, but never from agent to agent. */
    private void routed(RouteRelay route) {
      RouteRelay before = routes.put(route.relay(), route);
      for (LinkId end : ends(route)) {
        assertThat(closed).as("routed to a closed link").doesNotContain(end);
      }
      if (before != null) {
        same(before.laptop(), route.laptop());
        same(before.box(), route.box());
      }
    }

    private void same(LinkId before, LinkId after) {
      if (before != null && after != null) {
        assertThat(owners.get(after)).isEqualTo(owners.get(before));
      }
    }

    private static List<LinkId> ends(RouteRelay route) {
      List<LinkId> ends = new ArrayList<>();
      if (route.laptop() != null) {
        ends.add(route.laptop());
      }
      if (route.box() != null) {
        ends.add(route.box());
      }
      return ends;
    }
  }
}
