"""Plans a small internet: which namespaces, links, addresses, routes and NAT rules it takes.

Nothing here touches the kernel; `up` carries the plan out. README.md has the map.
"""

import nats

RENDEZVOUS4 = "192.0.2.10"
RENDEZVOUS4B = "192.0.2.11"
RENDEZVOUS6 = "2001:db8:f::10"


class Plan:
    """The namespaces of one lab. Names in here are short; `up` puts the lab's own name before them."""

    def __init__(self, cores, ipv6, routable=False, remember=60):
        self.ipv6 = ipv6
        self.remember = remember  # seconds, of the NATs that do so by themselves
        self.routable = routable
        self.cores = cores
        self.commands = {}  # namespace -> lines for `ip -n NAMESPACE -batch`
        self.links = []  # (namespace, device, namespace, device)
        self.delayed = []  # the same, for links that carry the lab's delay
        self.rules = {}  # namespace -> nft script
        self.routers = []
        self.without_ipv6 = []
        self.hosts = []
        self.inside = {}  # host -> its address
        self.public = {}  # host -> the address the world sees
        self.nats = {}  # host -> namespaces of its NATs, the innermost first
        self._prefixes = []  # (core, prefix)
        self._sites = 0
        self.kinds = {}  # host of a site -> the kind of NAT in front of it
        self.lans = {}  # the same -> (router namespace, IPv4 /24 without the last byte, IPv6 /64)
        self._carriers = {}  # host -> the same of its outermost NAT
        self._core()
        self._rendezvous()

    # -- the pieces -------------------------------------------------------------------------

    def _namespace(self, name, ipv6=True):
        if name in self.commands:
            raise ValueError(f"two namespaces named {name}")
        self.commands[name] = ["link set lo up"]
        if not ipv6:
            self.without_ipv6.append(name)

    def _ip(self, namespace, *commands):
        self.commands[namespace].extend(commands)

    def _link(self, a, a_device, b, b_device, delayed=False):
        (self.delayed if delayed else self.links).append((a, a_device, b, b_device))
        self._ip(a, f"link set {a_device} up")
        self._ip(b, f"link set {b_device} up")

    def _core(self):
        for i in range(1, self.cores + 1):
            self._namespace(f"c{i}")
            self.routers.append(f"c{i}")
        for i in range(1, self.cores):
            left, right = f"c{i}", f"c{i + 1}"
            self._link(left, "right", right, "left")
            for end, name, device in ((1, left, "right"), (2, right, "left")):
                self._ip(
                    name,
                    f"addr add 198.18.{i}.{end}/30 dev {device}",
                    f"addr add 2001:db8:0:{i}::{end}/64 dev {device} nodad",
                )

    def _attach(self, core, name, namespace, device, net4, net6):
        """Hangs a public network on a core router, which is its .1 and ::1."""
        router = f"c{core}"
        self._link(router, name, namespace, device, delayed=True)
        self._ip(
            router, f"addr add {net4}.1/24 dev {name}", f"addr add {net6}::1/64 dev {name} nodad"
        )
        self._prefixes += [(core, f"{net4}.0/24"), (core, f"{net6}::/48")]

    def _rendezvous(self):
        self._namespace("rendezvous")
        self.hosts.append("rendezvous")
        self._attach(self.middle(), "rendezvous", "rendezvous", "eth0", "192.0.2", "2001:db8:f")
        self._ip(
            "rendezvous",
            f"addr add {RENDEZVOUS4}/24 dev eth0",
            f"addr add {RENDEZVOUS4B}/24 dev eth0",
            f"addr add {RENDEZVOUS6}/64 dev eth0 nodad",
            "route add default via 192.0.2.1",
            "route add default via 2001:db8:f::1",
        )
        self.inside["rendezvous"] = self.public["rendezvous"] = RENDEZVOUS4
        self.nats["rendezvous"] = []

    def middle(self):
        return (self.cores + 1) // 2

    # -- sites ------------------------------------------------------------------------------

    def site(self, name, kind, core, carrier=None):
        """
        A host, and between it and a core router the NATs its kind names; or between it and the
        outermost NAT of another site, the carrier's.
        """
        self._sites += 1
        number = self._sites
        net4 = {1: "198.51.100", 2: "203.0.113"}.get(number, f"198.19.{number}")
        if self.routable:
            net4 = f"12.0.{number}"  # somebody's, but there is no way out of a lab
        net6 = f"2001:db8:{number}"
        self._namespace(name, self.ipv6)
        self.hosts.append(name)
        self.public[name] = f"{net4}.2"
        self.kinds[name] = kind
        self.nats[name] = []
        if kind == "none":
            self._attach(core, name, name, "eth0", net4, net6)
            self._address(name, "eth0", net4, net6, 2)
            self.inside[name] = f"{net4}.2"
            return
        outer, up4, up6 = None, net4, net6
        kinds = kind.split("+")
        first, last = 1, 2
        if carrier:
            if self.ipv6 or carrier not in self._carriers:
                raise ValueError(f"{name} cannot stand behind {carrier}'s NAT")
            outer, up4, up6 = self._carriers[carrier]
            self.public[name] = self.public[carrier]
            self.nats[name] = [outer]
            # .2 is the first customer's router
            first, last = 2, number + 1
        for level, this in enumerate(reversed(kinds), start=first):
            nat = f"{name}-nat{level}"
            self._namespace(nat, self.ipv6)
            self.routers.append(nat)
            if outer is None:
                self._attach(core, name, nat, "wan", net4, net6)
                if self.ipv6:
                    self._ip(f"c{core}", f"route add {net6}::/48 via {net6}::2")
            else:
                self._link(nat, "wan", outer, nat)
                self._ip(outer, f"link set {nat} master lan")
            self._address(nat, "wan", up4, up6, last)
            self.rules[nat] = nats.rules(this, f"{up4}.{last}", self.remember)
            last = 2
            innermost = level == len(kinds) + first - 1
            if innermost and nats.at_home(this):
                lan4 = "192.168.1"
            else:
                lan4 = f"100.64.{number * 8 + level}"
            lan6 = f"{net6}:{level}"
            self._ip(
                nat, "link add lan type bridge", "link set lan up", f"addr add {lan4}.1/24 dev lan"
            )
            if self.ipv6:
                self._ip(nat, f"addr add {lan6}::1/64 dev lan nodad")
                if not innermost:
                    self._ip(nat, f"route add {net6}:{level + 1}::/64 via {lan6}::2")
            self.nats[name].insert(0, nat)
            outer, up4, up6 = nat, lan4, lan6
            if level == 1:
                self._carriers[name] = (outer, up4, up6)
        self.lans[name] = (outer, up4, up6)
        self._plug_in(name, name, 20 + number)

    def join(self, name, neighbour):
        """One more host on the inside of another's NAT."""
        if neighbour not in self.lans:
            raise ValueError(f"{neighbour} has no NAT to stand behind")
        self._namespace(name, self.ipv6)
        self.hosts.append(name)
        self.public[name] = self.public[neighbour]
        self.nats[name] = self.nats[neighbour]
        self._plug_in(name, neighbour, 100 + len(self.hosts))

    def _plug_in(self, name, site, last):
        router, lan4, lan6 = self.lans[site]
        self._link(name, "eth0", router, name)
        self._ip(router, f"link set {name} master lan")
        self._address(name, "eth0", lan4, lan6, last)
        self.inside[name] = f"{lan4}.{last}"

    def _address(self, name, device, net4, net6, last):
        """The address ending in last, and the way out through .1 and ::1."""
        self._ip(
            name, f"addr add {net4}.{last}/24 dev {device}", f"route add default via {net4}.1"
        )
        if self.ipv6:
            self._ip(
                name,
                f"addr add {net6}::{last}/64 dev {device} nodad",
                f"route add default via {net6}::1",
            )

    def finish(self):
        """Tells every core router the way to every public network."""
        for here in range(1, self.cores + 1):
            for core, prefix in self._prefixes:
                if core == here:
                    continue
                i, end = (here, 2) if core > here else (here - 1, 1)
                if ":" in prefix:
                    self._ip(f"c{here}", f"route add {prefix} via 2001:db8:0:{i}::{end}")
                else:
                    self._ip(f"c{here}", f"route add {prefix} via 198.18.{i}.{end}")
        return self
