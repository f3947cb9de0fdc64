"""What may be read by everybody, for machines: feeds, the map of the site, structured data."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Max

from oneroof.community.models import ROOT_KINDS, Entry, EntryQuerySet, Kind, Status
from oneroof.community.queries.question import QuestionPage, Said

IN_A_FEED = 30
IN_A_MAP = 50_000
"""Addresses in one file, at most (sitemaps.org)."""


def public() -> EntryQuerySet:
    """What somebody signed out may read."""
    return Entry.objects.visible_to(None)


def newest_questions(*, tag: str = "", group: str = "") -> Sequence[Entry]:
    found = public().filter(kind=Kind.QUESTION, root=None).exclude(status=Status.DUPLICATE)
    if tag:
        found = found.filter(tagged__tag__name=tag)
    if group:
        found = found.filter(group__slug=group)
    return list(found.select_related("author").order_by("-pk")[:IN_A_FEED])


def newest_answers(question_id: int) -> tuple[Entry, Sequence[Entry]]:
    """A question, and what was answered last. Raises Entry.DoesNotExist."""
    question = public().select_related("author").get(pk=question_id, kind=Kind.QUESTION)
    answers = public().filter(root=question, kind=Kind.ANSWER).select_related("author", "root")
    return question, list(answers.order_by("-pk")[:IN_A_FEED])


def maps() -> int:
    """How many files the map of the site has."""
    most = Entry.objects.filter(root=None).aggregate(most=Max("pk"))["most"]
    return 0 if most is None else most // IN_A_MAP + 1


def pages_of_map(number: int) -> EntryQuerySet:
    """The pages whose numbers fall into one file's range."""
    begin = number * IN_A_MAP
    found = public().filter(root=None, kind__in=ROOT_KINDS, pk__gte=begin, pk__lt=begin + IN_A_MAP)
    shown = found.exclude(status=Status.DUPLICATE)
    return shown.only("kind", "title", "active_at", "root_id").order_by("pk")


def as_qa_page(page: QuestionPage) -> Mapping[str, Any]:
    """schema.org's QAPage, as https://developers.google.com/search/docs/appearance/structured-data/qapage asks."""
    question = page.question.entry
    accepted = [each for each in page.answers if each.entry.accepted_at]
    others = [each for each in page.answers if not each.entry.accepted_at]
    stated: dict[str, Any] = {
        "@type": "Question",
        "name": question.title,
        "answerCount": question.answers,
        **_stated(page.question),
    }
    if accepted:
        stated["acceptedAnswer"] = [_answer(each) for each in accepted]
    if others:
        stated["suggestedAnswer"] = [_answer(each) for each in others]
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": stated}


def _answer(said: Said) -> dict[str, Any]:
    return {"@type": "Answer", "url": absolute(said.entry), **_stated(said)}


def _stated(said: Said) -> dict[str, Any]:
    entry = said.entry
    return {
        "text": entry.body,
        "upvoteCount": entry.score,
        "datePublished": entry.created_at.isoformat(),
        "author": {"@type": "Person", "name": entry.author.name if entry.author else "?"},
    }


def absolute(entry: Entry) -> str:
    return f"{settings.PUBLIC_URL}{entry.get_absolute_url()}"
