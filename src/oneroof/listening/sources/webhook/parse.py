"""The posts of a webhook message: good ones go on, bad ones are set aside with their index."""

import json
from collections.abc import Sequence

from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.fields import UnreadablePostError, post_of

SIZE_LIMIT = 1_048_576


def parse_posts(body: bytes) -> tuple[list[RawPost], list[Rejected]]:
    """Posts and what was set aside. Raises ReceiptRefusedError where the body is no message at all.

    A message is a post, a list of posts, ``{"posts": [...]}``, or Standard Webhooks' envelope
    ``{"type": ..., "timestamp": ..., "data": <any of these>}``.
    """
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for index, said in enumerate(_said(_json(body))):
        try:
            posts.append(_post(said))
        except UnreadablePostError as error:
            rejected.append(Rejected(f"index {index}", str(error), json.dumps(said, ensure_ascii=True)))
    return posts, rejected


def _post(said: object) -> RawPost:
    if not isinstance(said, dict):
        raise UnreadablePostError("it is not a JSON object")
    return post_of(said)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReceiptRefusedError(f"The body is not JSON: {error}.", status=400) from error


def _said(message: object) -> Sequence[object]:
    if isinstance(message, dict) and "data" in message and "type" in message:
        message = message["data"]
    if isinstance(message, dict) and "posts" in message:
        message = message["posts"]
    if isinstance(message, dict):
        return [message]
    if not isinstance(message, list):
        raise ReceiptRefusedError("The body must be a post, a list of posts, or {“posts”: […]}.", status=400)
    return message
