"""A pushed message is taken once: its receipt is kept in the transaction that stores its posts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from oneroof.core import clock
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening.actions.receive import Received, receive_posts
from oneroof.listening.models import Source, WebhookReceipt
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources import network
from oneroof.listening.sources.base import Received as Message


@dataclass(frozen=True, slots=True)
class Taken:
    """``is_new`` is False for a message that was taken before: say yes to it, and nothing was stored."""

    is_new: bool
    received: Received


def receive_webhook(source_id: int, headers: Mapping[str, str], body: bytes) -> Taken:
    """Believe, read and store one message.

    Raises Source.DoesNotExist for a source that is not there, not on, or takes no messages, and
    ReceiptRefusedError for one that is not to be believed or read.
    """
    source = Source.objects.get(pk=source_id, enabled=True)
    place = network(source.network)
    if place.receive is None:
        raise Source.DoesNotExist
    try:
        message = place.receive(settings_of(source), headers, body)
    except ReceiptRefusedError as refusal:
        _note(source, refusal.reason)
        raise
    with transaction.atomic():
        _receipt, is_new = WebhookReceipt.objects.get_or_create(source=source, message_id=message.message_id)
        if not is_new:
            return Taken(is_new=False, received=Received())
        return Taken(is_new=True, received=_receive(source, message))


def verify_door(source_id: int, query: Mapping[str, str]) -> str:
    """What to answer the far side, which makes sure that this door is ours.

    Raises as ``receive_webhook``.
    """
    source = Source.objects.get(pk=source_id, enabled=True)
    place = network(source.network)
    if place.verify is None:
        raise Source.DoesNotExist
    try:
        return place.verify(settings_of(source), query)
    except ReceiptRefusedError as refusal:
        _note(source, refusal.reason)
        raise


def _receive(source: Source, message: Message) -> Received:
    return receive_posts(source, message.posts, rejected=message.rejected, gap=message.gap)


def _note(source: Source, reason: str) -> None:
    """For the health page. The same again is not written again, so that nobody keeps our disk busy."""
    others = Source.objects.filter(pk=source.pk).exclude(last_error=reason)
    others.update(last_error=reason, last_error_at=clock.now())
