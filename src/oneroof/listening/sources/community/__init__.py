"""Our own community: what is published there is heard like any post, and a reply becomes an answer or comment.

The community stands above this room: it hands in what was published, and opens a ``door`` that takes replies.
"""

from oneroof.listening.sources.base import Length, Network
from oneroof.listening.sources.community.door import is_open, publish, takes_once

NETWORK = Network(
    key="community",
    title="Our own community",
    publish=publish,
    length=Length(limit=60_000),
    has_markdown=True,
    is_answerable=is_open,
    is_repeatable=takes_once,
)
