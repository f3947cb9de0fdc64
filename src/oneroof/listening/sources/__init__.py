"""The networks that are known: each folder here says ``NETWORK``, and adding one touches nothing else."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from oneroof.core.errors import OneroofError
from oneroof.listening.sources.base import Network


class UnknownNetworkError(OneroofError):
    """Asked for a network that has no folder here."""


@cache
def networks() -> Mapping[str, Network]:
    """Every network by its key."""
    folders = (
        found.name for found in pkgutil.iter_modules(__path__) if found.ispkg and found.name != "tests"
    )
    known = (import_module(f"{__name__}.{name}").NETWORK for name in sorted(folders))
    return MappingProxyType({network.key: network for network in known})


def network(key: str) -> Network:
    """The network of that key; raises UnknownNetworkError with the keys there are."""
    if key not in networks():
        raise UnknownNetworkError(f"There is no network “{key}”. Known are: {', '.join(networks())}.")
    return networks()[key]
