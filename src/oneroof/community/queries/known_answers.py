"""What was known already when somebody asked elsewhere: accepted answers and published articles of that moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from oneroof.accounts.models import User
from oneroof.community.models import Entry, Kind, Status
from oneroof.community.queries.finding import find

LOOKED_THROUGH = 10


def known_answer(text: str, *, at: datetime, lang: str | None = None) -> int | None:
    """The page that anybody would have found then, and that answered: near in meaning or title, the best one."""
    found = find(text, reader=None, kinds=(Kind.QUESTION, Kind.ARTICLE), limit=LOOKED_THROUGH, lang=lang)
    near = [each.page_id for each in found if each.is_near]
    known = set(answering(near, at))
    return next((pk for pk in near if pk in known), None)


def answering(page_ids: Sequence[int], at: datetime) -> list[int]:
    """Of these pages, those that answered at that moment."""
    published = Q(kind=Kind.ARTICLE, status=Status.PUBLISHED, article__published_at__lte=at)
    solved = Q(
        kind=Kind.QUESTION,
        below__kind=Kind.ANSWER,
        below__accepted_at__lte=at,
        below__deleted_at=None,
        below__held_at=None,
    )
    pages = Entry.objects.filter(published | solved, pk__in=page_ids)
    return list(pages.values_list("pk", flat=True).distinct())


def answers_shown(page_ids: Sequence[int], reader: User) -> Mapping[int, tuple[Entry, str]]:
    """Of each page that the reader may see: it, and what answers on it: an article's text, or the first
    accepted answer's."""
    pages = {page.pk: page for page in Entry.objects.visible_to(reader).filter(pk__in=page_ids)}
    accepted = Entry.objects.visible_to(reader).filter(root__in=pages, accepted_at__isnull=False)
    told = {answer.root_id: answer.body for answer in accepted.order_by("-accepted_at", "-pk")}
    return {pk: (page, told.get(pk, page.body)) for pk, page in pages.items()}
