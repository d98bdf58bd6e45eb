"""The nftables rules of each kind of NAT. Its interfaces are "wan" and "lan".

In the words of RFC 4787, mapping and filtering are endpoint-independent (EI), address-dependent (AD)
or address-and-port-dependent (APD):

    home         EI mapping, APD filtering, keeps the port
    cgnat        EI mapping, APD filtering, rewrites the port into 20000-30000
    eif          EI mapping, EI filtering, keeps the port
    adf          EI mapping, AD filtering, keeps the port
    sequential   APD mapping and filtering, ports counted up from 30000
    block        APD mapping and filtering, random within 20480-20991
    random       APD mapping and filtering, random over all ports
    udp-blocked  home for TCP; no UDP leaves

Each of them but the last with "-open", as in home-open: strangers reach the router itself, so that a
peer's early packet takes the tuple and the own host's packet is then renumbered (conntrack poisoning).
"""

KINDS = (
    "home", "home-open", "cgnat", "eif", "adf", "sequential", "block", "random", "udp-blocked",
)

OPEN = "-open"

# Kinds that stand in a house; the others are a carrier's and give 100.64/10 to their inside.
_AT_HOME = ("home", "eif", "adf", "udp-blocked")


def at_home(kind):
    return kind.removesuffix(OPEN) in _AT_HOME


# netfilter has no endpoint-independent or address-dependent filtering: remember who used which
# port (and spoke to whom), and let strangers in by dnat. Remembering stands in a filter chain,
# because a nat chain sees only the first packet of each flow.
_REMEMBER_SETS = """
    map inside {{
        type inet_service : ipv4_addr . inet_service
        flags dynamic,timeout
        timeout {seconds}s
    }}
    set spoken {{
        type inet_service . ipv4_addr
        flags dynamic,timeout
        timeout {seconds}s
    }}
"""
_REMEMBER = """
        oifname "wan" meta l4proto udp update @inside { udp sport : ip saddr . udp sport }
        oifname "wan" meta l4proto udp update @spoken { udp sport . ip daddr }
"""


def rules(kind, wan, seconds=60):
    """
    An nft script for a NAT of this kind whose public address is wan; those that remember by themselves
    who used which port do so for that many seconds.
    """
    sets = remember = inbound = forward = ""
    stranger = "" if kind.endswith(OPEN) else 'iifname "wan" drop'
    kind = kind.removesuffix(OPEN)
    outbound = "masquerade"
    if kind == "cgnat":
        outbound = "meta l4proto udp masquerade to :20000-30000"
    elif kind == "random":
        outbound = "meta l4proto udp masquerade fully-random"
    elif kind == "block":
        outbound = "meta l4proto udp masquerade to :20480-20991 fully-random"
    elif kind == "sequential":
        ports = ", ".join(f"{i} : {30000 + i}" for i in range(500))
        outbound = f"meta l4proto udp snat to {wan} : numgen inc mod 500 map {{ {ports} }}"
    elif kind in ("eif", "adf"):
        sets, remember = _REMEMBER_SETS.format(seconds=seconds), _REMEMBER
        spoken = " udp dport . ip saddr @spoken" if kind == "adf" else ""
        inbound = f'iifname "wan" meta l4proto udp{spoken} dnat to udp dport map @inside'
        forward = 'iifname "wan" ct status dnat accept'
        outbound = f"snat to {wan}"
    elif kind == "udp-blocked":
        forward = 'oifname "wan" meta l4proto udp drop'
    elif kind != "home":
        raise ValueError(f"no such kind of NAT: {kind}")
    return f"""
table inet fw {{
    chain input {{
        type filter hook input priority filter; policy accept;
        iifname "wan" ct state established,related accept
        iifname "wan" icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
        {stranger}
    }}
    chain forward {{
        type filter hook forward priority filter; policy accept;
        {forward}
        iifname "wan" ct state established,related accept
        iifname "wan" drop
    }}
}}
table ip nat {{{sets}
    chain remember {{
        type filter hook postrouting priority srcnat - 1; policy accept;{remember}
    }}
    chain prerouting {{
        type nat hook prerouting priority dstnat; policy accept;
        {inbound}
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat; policy accept;
        oifname "wan" {outbound}
        oifname "wan" masquerade
    }}
}}
"""
