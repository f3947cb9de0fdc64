"""What a member gave, summed up: points, topics, badges."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from oneroof.accounts.models import User
from oneroof.community.models import Entry, EntryQuerySet, Member, Tag
from oneroof.recognition.models import Badge as BadgeRow
from oneroof.recognition.models import Contribution, Standing
from oneroof.recognition.rules.badges import BY_KEY, Badge, Record

Kind = Contribution.Kind
THREE, TOPICS_SHOWN, SOLVED_SHOWN = 3, 12, 20


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    points: int
    accepted: int


def record_of(member_id: int) -> Record:
    rows = Contribution.objects.standing().filter(member=member_id)
    counts = dict(rows.values_list("kind").annotate(count=Count("pk")).order_by())
    helped = rows.filter(kind=Kind.ACCEPTED).values("entry__root__author").distinct().count()
    topics = [topic for topic in _topics(member_id, None) if topic.accepted >= THREE]
    return Record(
        accepted=counts.get(Kind.ACCEPTED, 0),
        topics=len(topics),
        people_helped=helped,
        articles=counts.get(Kind.ARTICLE, 0),
        ideas=counts.get(Kind.IDEA, 0),
        replies=counts.get(Kind.REPLY, 0),
        reports=counts.get(Kind.REPORT, 0),
    )


def topics_of(member: Member, reader: User | None) -> Sequence[Topic]:
    """Reputation per topic, from what this reader may read: a private group's tags tell nobody of it."""
    return _topics(member.pk, Entry.objects.visible_to(reader))[:TOPICS_SHOWN]


def points_of(member: Member) -> int:
    return Standing.objects.filter(member=member).values_list("points", flat=True).first() or 0


def badges_of(member: Member) -> list[Badge]:
    keys = BadgeRow.objects.filter(member=member).order_by("at", "pk").values_list("key", flat=True)
    return [BY_KEY[key] for key in keys if key in BY_KEY]


def solved_by(member: Member, reader: User | None) -> list[Entry]:
    """Answers of theirs that were accepted and that this reader may read, the latest first."""
    rows = Contribution.objects.standing().filter(member=member, kind=Kind.ACCEPTED)
    readable = Entry.objects.visible_to(reader).filter(pk__in=rows.values("entry"))
    return list(readable.select_related("root").order_by("-accepted_at", "-pk")[:SOLVED_SHOWN])


def _topics(member_id: int, readable: EntryQuerySet | None) -> list[Topic]:
    rows = Contribution.objects.standing().filter(member=member_id, entry__isnull=False)
    rows = rows.exclude(kind=Kind.REPORT)  # tells nothing of what one knows
    if readable is not None:
        rows = rows.filter(entry__in=readable)
    page = Coalesce(F("entry__root"), F("entry"))
    by_page = rows.annotate(page=page).values_list("page", "kind").annotate(sum=Sum("points"), n=Count("pk"))
    pages = list(by_page.order_by())
    names = Tag.objects.filter(tagged__entry__in={page for page, *_ in pages})
    tags: dict[int, list[str]] = {}
    for page_id, name in names.values_list("tagged__entry", "name"):
        tags.setdefault(page_id, []).append(name)
    return _summed(pages, tags)


def _summed(pages: Sequence[tuple[int, str, int, int]], tags: dict[int, list[str]]) -> list[Topic]:
    points: dict[str, int] = {}
    accepted: dict[str, int] = {}
    for page_id, kind, total, count in pages:
        for name in tags.get(page_id, ()):
            points[name] = points.get(name, 0) + total
            accepted[name] = accepted.get(name, 0) + (count if kind == Kind.ACCEPTED else 0)
    found = [Topic(name, total, accepted[name]) for name, total in points.items()]
    return sorted(found, key=lambda topic: (-topic.points, topic.name))
