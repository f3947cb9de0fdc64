"""Contacts without a reason are looked through for groups that say the same."""

from collections import Counter

from django.db import transaction

from oneroof.core import clock
from oneroof.insight.actions.learning import LONGEST
from oneroof.insight.models import Contact, FoundGroup
from oneroof.text.embeddings import embed_queries, is_available
from oneroof.text.grouping import group_by_meaning, group_by_words, names_of

LOOKED_AT = 1_500
"""The newest so many: comparing all with all is quadratic, and a minute of embedding."""
SMALLEST = 5
MOST = 40


def find_groups() -> int:
    """Offer them anew; how many there are."""
    waiting = list(
        Contact.objects.filter(reason=None)
        .exclude(text="")
        .order_by("-opened_at", "-pk")
        .values_list("pk", "text")[:LOOKED_AT]
    )
    texts = [text[:LONGEST] for _pk, text in waiting]
    if len(texts) < SMALLEST:
        groups = []
    elif is_available():
        groups = group_by_meaning(embed_queries(texts)).tolist()
    else:
        groups = group_by_words(texts).tolist()
    found = [(group, size) for group, size in Counter(groups).most_common(MOST) if size >= SMALLEST]
    names = names_of(texts, groups) if found else {}
    with transaction.atomic():
        FoundGroup.objects.all().delete()
        FoundGroup.objects.bulk_create(
            FoundGroup(
                name=(names[group] or texts[groups.index(group)])[:120],
                size=size,
                keys=[
                    f"contact {pk}" for (pk, _text), of in zip(waiting, groups, strict=True) if of == group
                ],
                found_at=clock.now(),
            )
            for group, size in found
        )
    return len(found)
