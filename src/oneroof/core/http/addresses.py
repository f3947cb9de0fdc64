"""Where we go and where we do not: schemes, ports and ranges of addresses. Pure decisions."""

from collections.abc import Iterable, Iterator
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

# Ports that browsers refuse too, since what listens there is not a web server (WHATWG Fetch, "bad port").
NOT_WEB = frozenset({1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080})
NOT_WEB_IRC = range(6665, 6670)
WEB_BELOW_1024 = frozenset({80, 443})

NAT64 = IPv6Network("64:ff9b::/96")
V4_COMPATIBLE = IPv6Network("::/96")
ISATAP = frozenset({0x5EFE, 0x02005EFE})
NEVER: tuple[Network, ...] = (
    IPv4Network("168.63.129.16/32"),  # Azure's host agent, on a public address
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv6Network("64:ff9b:1::/48"),  # NAT64 for local use
    IPv6Network("fec0::/10"),  # site-local
    IPv6Network("5f00::/16"),  # segment routing
)


def origin_of(url: str) -> str:
    """Scheme, host and port, as browsers tell one site from another; what is no address stands for itself."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return url
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}:{port}" if parts.netloc else url


def networks_of(written: Iterable[str]) -> tuple[Network, ...]:
    """Networks as written in a setting; raises ValueError that names the wrong one."""
    return tuple(ip_network(text.strip(), strict=False) for text in written)


def why_not_port(port: int) -> str | None:
    """Why we do not go to that port, or None."""
    if port in WEB_BELOW_1024:
        return None
    if port < 1024 or port in NOT_WEB or port in NOT_WEB_IRC:
        return f"no web server is asked on port {port}; use 80, 443 or one above 1023"
    return None


def why_not(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """Why we do not go to that address, or None. An address in an ``allowed`` network is always gone to."""
    if _is_in(address, allowed):
        return None
    for each in (address, *embedded_in(address)):
        if _is_in(each, allowed):
            continue
        if not each.is_global or each.is_multicast or _is_in(each, NEVER):
            return f"{address} is not a public address"
    return None


def embedded_in(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for, or is carried to."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address in NAT64 or address in V4_COMPATIBLE or (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        yield from address.teredo


def parse_address(text: str) -> Address:
    """An address as resolvers write it, a scope (``%eth0``) left off."""
    return ip_address(text.partition("%")[0])


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
