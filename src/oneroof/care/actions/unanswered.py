"""A question that nobody in our community answered in time becomes work."""

from django.db import transaction

from oneroof.care.actions.opening import bring_up_to_date, take_turns
from oneroof.community.actions.hearing import NETWORK, hear
from oneroof.community.models import Entry
from oneroof.listening.models import PostKey, Source


def take_unanswered(question_id: int) -> None:
    """For programs; safe to call again. It is heard first where it was not yet, and left alone once answered."""
    if not Entry.objects.filter(pk=question_id, answers=0, deleted_at=None).exists():
        return
    hear(question_id)
    with transaction.atomic():
        source = Source.objects.get(network=NETWORK)
        take_turns(source.pk)
        key = PostKey.objects.get(source=source, external_id=str(question_id))
        assert key.thread_id
        bring_up_to_date(source, [key.thread_id], taken=[key.pk])
