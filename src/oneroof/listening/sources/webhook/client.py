"""Take a pushed message: believe it, then read it."""

from collections.abc import Mapping

from oneroof.core import clock
from oneroof.core.webhooks import ReceiptRefusedError, verified_id
from oneroof.listening.sources.base import Received, Settings
from oneroof.listening.sources.webhook.parse import SIZE_LIMIT, parse_posts


def receive(settings: Settings, headers: Mapping[str, str], body: bytes) -> Received:
    """Verify and parse. ``settings["secret"]`` may hold several secrets between spaces while one is changed.

    The caller answers 2xx for a message whose id it took before, and stores nothing. Raises
    ReceiptRefusedError.
    """
    if len(body) > SIZE_LIMIT:
        raise ReceiptRefusedError(f"The body is larger than {SIZE_LIMIT:,} bytes.", status=413)
    secrets = str(settings.get("secret") or "").split()
    if not secrets:
        raise ReceiptRefusedError("This source has no secret yet.", status=401)
    message_id = verified_id(secrets, headers, body, now=clock.now())
    posts, rejected = parse_posts(body)
    return Received(message_id=message_id, posts=posts, rejected=rejected)
