"""The rows behind a slice: posts and contacts one by one, for a list and for a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime

from django.db.models import Q, QuerySet

from oneroof.insight.models import Contact, PlacedPost, Side
from oneroof.listening.models import Post

AT_A_TIME = 1_000
MOST = 100_000
"""Of each kind in one file."""
LISTED = 20
HEADER = (
    "kind", "id", "at", "place", "author", "product", "reason", "feeling", "language", "department", "text",
)  # fmt: skip
FEELINGS = {None: "", -1: "negative", 0: "neutral", 1: "positive"}


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    id: int
    at: datetime
    place: str
    author: str
    product: str
    reason: str
    feeling: str
    language: str
    department: str
    text: str

    def cells(self) -> tuple[object, ...]:
        return (*astuple(self)[:2], self.at.isoformat(), *astuple(self)[3:])


def rows(start: date, end: date, chosen: Mapping[Side, str], most: int = MOST) -> Iterator[Row]:
    """Posts, then contacts, the newest first."""
    yield from _posts(_placed(start, end, chosen)[:most])
    for contact in _contacts(start, end, chosen)[:most].iterator(chunk_size=AT_A_TIME):
        yield _of_contact(contact)


def listed(start: date, end: date, chosen: Mapping[Side, str]) -> Sequence[Row]:
    """The newest few, whatever they are."""
    found = list(rows(start, end, chosen, LISTED))
    return sorted(found, key=lambda row: row.at, reverse=True)[:LISTED]


def _placed(start: date, end: date, chosen: Mapping[Side, str]) -> QuerySet[PlacedPost]:
    found = PlacedPost.objects.filter(said_at__gte=_midnight(start), said_at__lt=_midnight(end))
    found = found.filter(_narrowed(chosen)).select_related("source", "product", "reason", "department")
    return found.order_by("-said_at", "-pk")


def _contacts(start: date, end: date, chosen: Mapping[Side, str]) -> QuerySet[Contact]:
    found = Contact.objects.filter(opened_at__gte=_midnight(start), opened_at__lt=_midnight(end))
    found = found.filter(_narrowed(chosen, of_posts=False)).select_related("product", "reason", "department")
    return found.order_by("-opened_at", "-pk")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _narrowed(chosen: Mapping[Side, str], *, of_posts: bool = True) -> Q:
    """What no row can have matches none."""
    wanted = Q()
    for side, value in chosen.items():
        wanted &= _at(value, of_posts) if side == Side.PLACE else _is(side, value)
    return wanted


def _at(value: str, of_posts: bool) -> Q:
    kind, _space, name = value.partition(" ")
    if of_posts:
        return Q(source=int(name)) if kind == "source" and name.isdecimal() else Q(pk__in=())
    return Q(channel__startswith=name) if kind == "channel" and name else Q(pk__in=())


def _is(side: Side, value: str) -> Q:
    if side == Side.LANGUAGE:
        return Q(lang=value)
    column = {Side.PRODUCT: "product", Side.REASON: "reason", Side.FEELING: "feeling"}.get(side, "department")
    if not value:
        return Q(**{f"{column}__isnull": True})
    is_number = value.removeprefix("-").isdecimal() and len(value) < 19
    return Q(**{column: int(value)}) if is_number else Q(pk__in=())


def _posts(placed: QuerySet[PlacedPost]) -> Iterator[Row]:
    batch: list[PlacedPost] = []
    for each in placed.iterator(chunk_size=AT_A_TIME):
        batch.append(each)
        if len(batch) == AT_A_TIME:
            yield from _with_texts(batch)
            batch = []
    yield from _with_texts(batch)


def _with_texts(batch: Sequence[PlacedPost]) -> Iterator[Row]:
    if not batch:
        return
    span = (min(each.said_at for each in batch), max(each.said_at for each in batch))
    found = Post.objects.filter(pk__in=[each.pk for each in batch], said_at__range=span)
    texts = {pk: (author, text) for pk, author, text in found.values_list("pk", "author_handle", "text")}
    for each in batch:
        author, text = texts.get(each.pk, ("", ""))
        yield Row(
            "post", each.pk, each.said_at, each.source.name, author, str(each.product or ""),
            str(each.reason or ""), FEELINGS[each.feeling], each.lang, str(each.department or ""), text,
        )  # fmt: skip


def _of_contact(contact: Contact) -> Row:
    return Row(
        "contact", contact.pk, contact.opened_at, contact.channel, contact.customer, str(contact.product or ""),
        str(contact.reason or ""), FEELINGS[contact.feeling], contact.lang, str(contact.department or ""),
        contact.text,
    )  # fmt: skip
