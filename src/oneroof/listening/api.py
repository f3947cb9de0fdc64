"""Listening over HTTP: posts, watches, sources, and the door for signed webhooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from oneroof.accounts.access import actor_of, open_to_all
from oneroof.accounts.bearer import bearer
from oneroof.accounts.models import Department
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import LIMIT, MOST
from oneroof.core.problems import ProblemError
from oneroof.core.turns import LOOKING_BACK, one_at_a_time
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening import queries
from oneroof.listening.actions import watches as acting
from oneroof.listening.actions.webhook import receive_webhook, verify_door
from oneroof.listening.past import past_catches
from oneroof.listening.schemas import (
    CountedWatchOut,
    InboxOut,
    PostOut,
    PostsOut,
    SourceOut,
    SourcesOut,
    WatchChange,
    WatchesOut,
    WatchIn,
    WatchOut,
    WatchTestIn,
    WatchTestOut,
)
from oneroof.listening.secrets import SecretsLostError
from oneroof.listening.stream import Filters, caught_by, posts_page
from oneroof.listening.watch_language import WatchSyntaxError

router = Router(tags=["listening"])
HEAR, OWN_WATCH = Permission.HEAR, Permission.OWN_WATCH
BODY_LIMIT = 1_048_576


@contextmanager
def mistakes_told() -> Iterator[None]:
    """A query that cannot be read is a problem that says where, and how to mend it."""
    try:
        yield
    except WatchSyntaxError as error:
        raise ProblemError(
            422,
            "The watch cannot be read",
            _(error.message) % error.params,
            position=error.position,
            length=error.length,
            mend=_(error.mend) % error.params,
        ) from error


def _aware(moment: datetime) -> datetime:
    """A moment, or a day, without a zone is one of UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


type Moment = Annotated[datetime, AfterValidator(_aware)]


class PostsAsked(Schema):
    """``q`` is written as a watch is. ``from`` is included, ``to`` is not; a day stands for its beginning."""

    watch: int | None = None
    source: int | None = None
    q: str = ""
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")
    cursor: str | None = None
    limit: int = Field(LIMIT, ge=1, le=MOST)


@router.get("/posts", auth=bearer(HEAR), response=PostsOut)
def posts(request: HttpRequest, asked: Query[PostsAsked]) -> PostsOut:
    """Posts, newest first."""
    filters = Filters(watch=asked.watch, source=asked.source, q=asked.q, start=asked.start, end=asked.end)
    with mistakes_told():
        page = posts_page(filters, cursor=asked.cursor, limit=asked.limit)
    catches = caught_by([post.pk for post in page.rows])
    return PostsOut(items=[PostOut.of(post, catches.get(post.pk, [])) for post in page.rows], next=page.next)


@router.get("/watches", auth=bearer(HEAR), response=WatchesOut)
def watches(request: HttpRequest, mine: bool = False) -> WatchesOut:
    """Every live watch by name, or one's own."""
    user = actor_of(request)
    counted: list[Any] = list(queries.watch_list(owner=user if mine else None))
    figures = ["catches", "catches_7d", "judged", "useful_share"]
    return WatchesOut(
        items=[
            CountedWatchOut(
                **WatchOut.of(watch, user).dict(), **{name: getattr(watch, name) for name in figures}
            )
            for watch in counted
        ]
    )


@router.post("/watches", auth=bearer(OWN_WATCH), response={201: WatchOut})
def watch_added(request: HttpRequest, body: WatchIn) -> Status[WatchOut]:
    """Make a watch of one's own; it is live at once."""
    user = actor_of(request)
    with mistakes_told():
        watch = acting.create_watch(
            user,
            body.name.strip() or body.query.strip(),
            body.query,
            tell=body.tell,
            department_id=_known(body.department),
        )
    return Status(201, WatchOut.of(watch, user))


@router.post("/watches/test", auth=bearer(OWN_WATCH), response=WatchTestOut)
def watch_tested(request: HttpRequest, body: WatchTestIn) -> WatchTestOut:
    """What a watch would have caught."""
    start, end = (moment and _aware(moment) for moment in (body.start, body.end))
    with mistakes_told(), one_at_a_time(LOOKING_BACK, actor_of(request).pk):
        return WatchTestOut.of(past_catches(body.query, start=start, end=end, limit=body.limit))


@router.patch("/watches/{int:watch_id}", auth=bearer(OWN_WATCH), response=WatchOut)
def watch_changed(request: HttpRequest, watch_id: int, body: WatchChange) -> WatchOut:
    """Others' watches are changed by leads; to everybody else they are not there."""
    given = body.dict(exclude_unset=True)
    changes = {name: given[name] for name in ("name", "query", "tell") if given.get(name) is not None}
    if "department" in given:
        changes["department_id"] = _known(given["department"])
    user = actor_of(request)
    with mistakes_told():
        return WatchOut.of(acting.edit_watch(user, watch_id, **changes), user)


@router.delete("/watches/{int:watch_id}", auth=bearer(OWN_WATCH), response={204: None})
def watch_deleted(request: HttpRequest, watch_id: int) -> Status[None]:
    acting.delete_watch(actor_of(request), watch_id)
    return Status(204, None)


@router.get("/sources", auth=bearer(HEAR), response=SourcesOut)
def sources(request: HttpRequest) -> SourcesOut:
    """Every source and how it does, by name."""
    return SourcesOut(items=[SourceOut.of(health) for health in queries.source_health()])


@router.post("/sources/{int:source_id}/inbox", response=InboxOut)
@open_to_all("the message's signature says whether it is believed")
def inbox(request: HttpRequest, source_id: int) -> InboxOut:
    """Take one message of Standard Webhooks. One that was taken before is answered 200, and nothing is stored.

    401 for a signature or a time that is not believed, 400 for what cannot be read, 413 for too much; 5xx asks
    the sender to come again.
    """
    if int(request.headers.get("Content-Length") or 0) > BODY_LIMIT:
        raise ProblemError(413, "The message is too large", f"At most {BODY_LIMIT:,} bytes are taken.")
    with _refusals_told():
        taken = receive_webhook(source_id, request.headers, request.body)
    told = taken.received
    return InboxOut(
        is_new=taken.is_new, stored=told.stored, duplicates=told.duplicates, rejected=told.rejected
    )


@router.get("/sources/{int:source_id}/inbox", include_in_schema=False)
@open_to_all("the far side's own word, which both know, says whether it is answered")
def inbox_verified(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show the far side that this door is ours, as it asks before it pushes anything (``hub.challenge``)."""
    with _refusals_told():
        told = verify_door(source_id, request.GET.dict())
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except ReceiptRefusedError as refusal:
        raise ProblemError(refusal.status, "The message is not taken", refusal.reason) from refusal
    except SecretsLostError as error:
        raise ProblemError(503, "The message cannot be checked now") from error


def _known(department_id: int | None) -> int | None:
    if department_id is not None and not Department.objects.filter(pk=department_id).exists():
        raise ProblemError(422, "The request does not fit", _("There is no such department."))
    return department_id
