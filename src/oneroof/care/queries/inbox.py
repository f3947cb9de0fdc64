"""The inbox: one list a view, all sorted by a static rank, turned by keyset."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.care.models import Conversation, ConversationQuerySet, SavedView, State
from oneroof.care.queries.searched import posts_with
from oneroof.core.pagination import LIMIT, Page, decode_numbers, page_of
from oneroof.listening.models import Mention, PostKey
from oneroof.text.tokens import tokenize

COUNTED_TO = 1_000
COUNTED = "counted_views"

type Narrow = Callable[[ConversationQuerySet, User], ConversationQuerySet]


def _mine(conversations: ConversationQuerySet, user: User) -> ConversationQuerySet:
    return conversations.of(user)


def _my_departments(conversations: ConversationQuerySet, user: User) -> ConversationQuerySet:
    """By number, which the index on departments needs; ``user`` has them prefetched or they are read."""
    return conversations.filter(department_id__in=[room.pk for room in user.departments.all()])


@dataclass(frozen=True)
class View:
    """A standing list: conversations in one state, narrowed."""

    title: Promise
    state: State = State.OPEN
    narrow: Narrow = lambda conversations, _user: conversations


VIEWS: Mapping[str, View] = MappingProxyType(
    {
        "unclaimed": View(_("Unclaimed"), narrow=lambda found, _user: found.free()),
        "mine": View(_("Mine"), narrow=_mine),
        "department": View(_("My department"), narrow=_my_departments),
        "at_risk": View(_("At risk"), narrow=lambda found, _user: found.filter(is_at_risk=True)),
        "open": View(_("All open")),
        "waiting": View(_("Waiting for customer"), State.WAITING),
        "snoozed": View(_("Snoozed"), State.SNOOZED),
        "done": View(_("Done"), State.DONE),
    }
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; an empty one does not narrow."""

    source: int | None = None
    lang: str = ""
    tag: str = ""
    priority: str = ""
    department: str = ""
    watch: int | None = None
    need: int | None = None
    assignee: int | None = None
    q: str = ""

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Self:
        """From a query string or a saved view; what makes no sense is left out."""
        known: dict[str, Any] = {}
        for name, default in asdict(cls()).items():
            value = str(words.get(name) or "").strip()
            if default == "":
                known[name] = value[:200]
            elif value.isdecimal() and len(value) < 10:
                known[name] = int(value)
        return cls(**known)

    def as_dict(self) -> dict[str, Any]:
        """Those that narrow, for a query string or a saved view."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


NO_FILTERS = Filters()
NOTHING_SEEN: Mapping[int, int] = MappingProxyType({})


def view_of(name: str) -> View:
    """An unknown name is the list that one starts with."""
    return VIEWS.get(name, VIEWS["unclaimed"])


def conversations_in(user: User, view: str, filters: Filters = NO_FILTERS) -> ConversationQuerySet:
    """The view's conversations that pass the filters, first things first."""
    chosen = view_of(view)
    found = chosen.narrow(Conversation.objects.in_state(chosen.state), user)
    return narrowed(found, filters).order_by("-rank", "-pk")


def inbox_page(
    user: User,
    view: str,
    filters: Filters = NO_FILTERS,
    *,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[Conversation]:
    """Some conversations with what a row shows: their source, who has them, and tags. Raises CursorError."""
    found = conversations_in(user, view, filters)
    if cursor:
        rank, pk = decode_numbers(cursor, 2)
        found = found.filter(Q(rank__lt=rank) | Q(rank=rank, pk__lt=pk), rank__lte=rank)
    rows = list(with_what_is_shown(found)[: limit + 1])
    return page_of(rows, limit, lambda conversation: (conversation.rank, conversation.pk))


def with_what_is_shown(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Each join more takes PostgreSQL longer to plan than to do."""
    return found.select_related("source", "assignee", "claimant").defer("policy").prefetch_related("tags")


def narrowed(found: ConversationQuerySet, filters: Filters) -> ConversationQuerySet:
    plain = {
        "source_id": filters.source,
        "lang": filters.lang,
        "priority": filters.priority,
        "department__slug": filters.department,
        "assignee_id": filters.assignee,
    }
    found = found.filter(**{name: value for name, value in plain.items() if value not in (None, "")})
    if filters.need is not None:
        found = found.filter(need__gte=filters.need)
    if filters.tag:
        found = found.filter(tagging__tag__name__iexact=filters.tag)
    if filters.watch is not None:
        caught = Mention.objects.filter(watch_id=filters.watch)
        found = found.filter(thread_id__in=caught.values("post__thread_id"))
    return _searched(found, filters.q) if filters.q else found


def _searched(found: ConversationQuerySet, q: str) -> ConversationQuerySet:
    """All the words in one post of the thread, the last one as a beginning; or the customer's handle."""
    by_name = Conversation.objects.filter(
        Q(customer_handle__iexact=q.lstrip("@")) | Q(customer_name__icontains=q)
    )
    words = [word for word in tokenize(q).words if word]
    if not words:
        return found.filter(pk__in=by_name.values("pk"))
    ids = posts_with(words)
    # As one array: two thousand parameters take Django and psycopg longer than PostgreSQL the search.
    said = RawSQL("SELECT unnest(%s::bigint[])", [ids])
    by_words = Conversation.objects.filter(
        thread_id__in=PostKey.objects.filter(pk__in=said).values("thread_id")
    )
    # Found first, and then put in order: by rank, many that do not match would be read before fifty that do.
    return found.filter(pk__in=by_name.values("pk").union(by_words.values("pk")))


def view_counts(user: User, saved: Iterable[SavedView] = ()) -> dict[str, int]:
    """How many each view holds, in one query; nobody counts beyond 1,000. ``saved`` views go by their number, but
    those that search, which is not done beside."""
    lists = {name: conversations_in(user, name) for name in VIEWS}
    counts = dict.fromkeys(lists, 0)
    for each in saved:
        filters = Filters.of(each.filters)
        if not filters.q:
            lists[str(int(each.pk))] = conversations_in(user, each.view, filters)
    parts: list[str] = []
    parameters: list[Any] = []
    for name, found in lists.items():
        few = found.order_by().values("pk")
        with suppress(EmptyResultSet):  # of nobody's departments, there is nothing to ask
            sql, values = few[:COUNTED_TO].query.sql_with_params()
            parts.append(f"SELECT '{name}', (SELECT count(*) FROM ({sql}) AS few)")
            parameters.extend(values)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return counts | dict(cursor.fetchall())


def count_of_mine(user: User) -> int:
    """What one holds or was handed, for the desk's rail; a page that has counted its views has noted it."""
    counted: dict[str, int] | None = vars(user).get(COUNTED)
    if counted is not None:
        return counted["mine"]
    mine = VIEWS["mine"]
    return mine.narrow(Conversation.objects.in_state(mine.state), user).order_by()[:COUNTED_TO].count()


@dataclass(frozen=True)
class Changes:
    """What an open list asks every second."""

    latest: int
    count: int


def changes_since(
    user: User, view: str, filters: Filters, since: int, seen: Mapping[int, int] = NOTHING_SEEN
) -> Changes:
    """How many conversations of the list changed after that number; ``latest`` is the next to ask with.

    ``seen`` are changes that this person has seen already, by conversation: one's own are no news.
    """
    latest = latest_change()
    if latest <= since:
        return Changes(latest, 0)
    changed = conversations_in(user, view, filters).order_by().filter(changed__gt=since)
    for conversation_id, change in seen.items():
        changed = changed.exclude(pk=conversation_id, changed__lte=change)
    return Changes(latest, changed[:COUNTED_TO].count())


def latest_change() -> int:
    newest = Conversation.objects.order_by("-changed").values_list("changed", flat=True).first()
    return newest or 0
