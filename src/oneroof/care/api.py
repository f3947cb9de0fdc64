"""Conversations over HTTP: found, claimed, answered, handed on, closed."""

from typing import Annotated, Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from oneroof.accounts.access import actor_of
from oneroof.accounts.bearer import bearer
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.care.actions import claims, handing, notes, states
from oneroof.care.actions.replies import send_reply
from oneroof.care.models import Conversation, Priority, State
from oneroof.care.problems import told_as_problems
from oneroof.care.queries.conversation import conversation as found
from oneroof.care.queries.inbox import VIEWS, Filters, inbox_page
from oneroof.care.schemas import (
    ConversationOut,
    ConversationsOut,
    HandOffIn,
    NoteIn,
    NoteOut,
    ReplyIn,
    ReplyOut,
    ResolveIn,
    SnoozeIn,
    TagIn,
    WholeConversationOut,
)
from oneroof.core.pagination import LIMIT, MOST
from oneroof.core.problems import ProblemError

router = Router(tags=["care"])
READ, ANSWER = Permission.READ_CONVERSATIONS, Permission.ANSWER


@router.get("/conversations", auth=bearer(READ), response=ConversationsOut)
def conversations(
    request: HttpRequest,
    state: State | None = None,
    view: str | None = None,
    department: str = "",
    assignee: str = "",
    source: int | None = None,
    priority: Priority | None = None,
    lang: str = "",
    tag: str = "",
    watch: int | None = None,
    q: str = "",
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST)] = LIMIT,
) -> ConversationsOut:
    """First things first. ``state`` lists all of a state, ``view`` one of the inbox's lists; without both, the
    open ones. ``department`` is a slug, ``assignee`` a person's number or ``me``."""
    user = actor_of(request)
    filters = Filters(
        source=source,
        lang=lang,
        tag=tag,
        priority=priority or "",
        department=department,
        watch=watch,
        assignee=_person_number(user, assignee),
        q=q,
    )
    page = inbox_page(user, _list_of(state, view), filters, cursor=cursor, limit=limit)
    prefetch_related_objects(page.rows, "department", "first_helper")
    return ConversationsOut.of(page)


@router.get("/conversations/{int:conversation_id}", auth=bearer(READ), response=WholeConversationOut)
def one_conversation(request: HttpRequest, conversation_id: int) -> WholeConversationOut:
    """With its thread, its notes, its clocks and the reasons of its scores."""
    return WholeConversationOut.whole(found(conversation_id))


@router.post("/conversations/{int:conversation_id}/claim", auth=bearer(ANSWER), response=ConversationOut)
def claim(request: HttpRequest, conversation_id: int) -> ConversationOut:
    """Take or renew the lease; 409 names the claimant and until when."""
    with told_as_problems():
        return _now(claims.claim_conversation(actor_of(request), conversation_id))


@router.delete("/conversations/{int:conversation_id}/claim", auth=bearer(ANSWER), response={204: None})
def release(request: HttpRequest, conversation_id: int) -> Status[None]:
    """Let go of one's own claim; somebody else's stays."""
    with told_as_problems():
        claims.release_claim(actor_of(request), conversation_id)
    return Status(204, None)


@router.post("/conversations/{int:conversation_id}/replies", auth=bearer(ANSWER), response={201: ReplyOut})
def reply(request: HttpRequest, conversation_id: int, payload: ReplyIn) -> Status[ReplyOut]:
    """Give a reply: queued, or waiting for approval. 409 where one does not hold the conversation (names who
    does), where the post has a reply (shows it), and where the rules are not accepted yet (shows them)."""
    with told_as_problems():
        given = send_reply(
            actor_of(request), conversation_id, payload.text, post_id=payload.post_id, follows=payload.follows
        )
    return Status(201, ReplyOut.of(given))


@router.post("/conversations/{int:conversation_id}/resolve", auth=bearer(ANSWER), response=ConversationOut)
def resolve(request: HttpRequest, conversation_id: int, payload: ResolveIn) -> ConversationOut:
    """Done, with what came of it."""
    with told_as_problems():
        return _now(states.close_conversation(actor_of(request), conversation_id, payload.outcome))


@router.post("/conversations/{int:conversation_id}/notes", auth=bearer(ANSWER), response={201: NoteOut})
def note(request: HttpRequest, conversation_id: int, payload: NoteIn) -> Status[NoteOut]:
    """Only our side sees it."""
    with told_as_problems():
        return Status(201, NoteOut.of(notes.add_note(actor_of(request), conversation_id, payload.text)))


@router.post("/conversations/{int:conversation_id}/tags", auth=bearer(ANSWER), response=ConversationOut)
def tag(request: HttpRequest, conversation_id: int, payload: TagIn) -> ConversationOut:
    with told_as_problems():
        notes.add_tag(actor_of(request), conversation_id, payload.name)
        return ConversationOut.of(found(conversation_id))


@router.delete("/conversations/{int:conversation_id}/tags/{name}", auth=bearer(ANSWER), response={204: None})
def untag(request: HttpRequest, conversation_id: int, name: str) -> Status[None]:
    with told_as_problems():
        notes.remove_tag(actor_of(request), conversation_id, name)
    return Status(204, None)


@router.post("/conversations/{int:conversation_id}/handoff", auth=bearer(ANSWER), response=ConversationOut)
def hand_off(request: HttpRequest, conversation_id: int, payload: HandOffIn) -> ConversationOut:
    """To a person or to a department; the thread, the notes and the first helper's name go with it."""
    actor = actor_of(request)
    with told_as_problems():
        if payload.person is not None and payload.department is None:
            return _now(handing.hand_to_person(actor, conversation_id, _person(payload.person), payload.note))
        if payload.department is not None and payload.person is None:
            room = _department(payload.department)
            return _now(handing.hand_to_department(actor, conversation_id, room, payload.note))
    raise ProblemError(422, "The request does not fit", "Name a person or a department: one of the two.")


@router.post("/conversations/{int:conversation_id}/snooze", auth=bearer(ANSWER), response=ConversationOut)
def snooze(request: HttpRequest, conversation_id: int, payload: SnoozeIn) -> ConversationOut:
    """Out of sight until then, or until the customer says something."""
    with told_as_problems():
        return _now(states.snooze(actor_of(request), conversation_id, payload.until))


def _now(changed: Conversation) -> ConversationOut:
    return ConversationOut.of(found(changed.pk))


def _list_of(state: State | None, view: str | None) -> str:
    if view is None:
        return state or "open"
    if view not in VIEWS:
        raise ProblemError(422, "The request does not fit", f"The lists are: {', '.join(VIEWS)}.")
    if state is not None and VIEWS[view].state != state:
        raise ProblemError(422, "The request does not fit", f"The list “{view}” holds no such state.")
    return view


def _person_number(user: User, assignee: str) -> int | None:
    if assignee == "me":
        return int(user.pk)
    if assignee and not (assignee.isdecimal() and len(assignee) < 10):
        raise ProblemError(422, "The request does not fit", "“assignee” is a person's number, or “me”.")
    return int(assignee) if assignee else None


def _person(number: int) -> int:
    return _known(User.objects.staff().filter(pk=number), "There is no such person.")


def _department(slug: str) -> int:
    return _known(Department.objects.filter(slug=slug), "There is no such department.")


def _known(rows: Any, otherwise: str) -> int:
    """A body that names somebody who is not here does not fit; it is not the address that is wrong."""
    number = rows.values_list("pk", flat=True).first()
    if number is None:
        raise ProblemError(422, "The request does not fit", otherwise)
    return int(number)
