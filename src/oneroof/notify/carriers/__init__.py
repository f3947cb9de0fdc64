"""The ways out beside e-mail: a browser, and rooms of four chats."""

from oneroof.notify.carriers import matrix, mattermost, push, slack, teams
from oneroof.notify.carriers.base import Carrier

__all__ = ["CARRIERS", "CHATS", "Carrier", "carrier_of"]

CHATS = (slack.CARRIER, teams.CARRIER, mattermost.CARRIER, matrix.CARRIER)
CARRIERS = {carrier.key: carrier for carrier in (push.CARRIER, *CHATS)}


def carrier_of(key: str) -> Carrier:
    """Raises KeyError for one that there is not."""
    return CARRIERS[key]
