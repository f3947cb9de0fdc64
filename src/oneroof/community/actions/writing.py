"""Ask, answer, comment."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.admission import demand_may_write, hold_where_due
from oneroof.community.actions.attaching import keep_files_of
from oneroof.community.actions.following import begin_to_follow
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryPublished
from oneroof.community.models import Entry, Group, Kind, Status, groups_read_by
from oneroof.core import clock, events
from oneroof.text.language import detect


@transaction.atomic
def ask(
    actor: User,
    title: str,
    body: str,
    *,
    group: Group | None = None,
    tags: str = "",
    product: str = "",
    version: str = "",
) -> Entry:
    """A question, in a group in which the asker reads; raises Group.DoesNotExist for any other."""
    demand(actor, Permission.TAKE_PART)
    room = groups_read_by(actor).get(pk=group.pk) if group else first_group()
    title, body = store.titled(title), store.written(body)
    question = publish(
        actor,
        Entry(
            kind=Kind.QUESTION,
            group=room,
            title=title,
            body=body,
            status=Status.OPEN,
            product=product[:120],
            version=version[:60],
            lang=language_of(f"{title}\n{body}"),
        ),
        tags=tags,
    )
    begin_to_follow(question.author, question)
    return question


@transaction.atomic
def answer(actor: User, question_id: int, body: str, *, external: tuple[str, str] = ("", "")) -> Entry:
    """Under a question. ``external`` is where it was written, and its id there: it is taken once."""
    demand(actor, Permission.TAKE_PART)
    question = store.locked(actor, question_id)
    if question.kind != Kind.QUESTION:
        raise CommunityError(_("Only questions have answers."))
    refuse_below(question)
    made = publish(actor, _below(Kind.ANSWER, question, question, body, external))
    store.recount(question)
    begin_to_follow(made.author, question)
    return made


@transaction.atomic
def comment(actor: User, entry_id: int, body: str, *, external: tuple[str, str] = ("", "")) -> Entry:
    """To anything; to a comment, it stands beside it, below the same entry."""
    demand(actor, Permission.TAKE_PART)
    entry = store.locked(actor, entry_id)
    page = entry.root or entry
    refuse_below(page)
    parent = (entry.kind == Kind.COMMENT and entry.parent) or entry
    made = publish(actor, _below(Kind.COMMENT, page, parent, body, external))
    store.change(page, active_at=clock.now())
    begin_to_follow(made.author, page)
    return made


def publish(actor: User, entry: Entry, *, tags: str = "") -> Entry:
    """Stored, audited, and told of unless it waits for a moderator. The caller holds the lock of its page."""
    entry.author = member_of(actor)
    demand_may_write(actor, entry.author)
    entry.created_at = entry.active_at = clock.now()
    entry.save(force_insert=True)
    names = store.tag_as(entry, tags) if tags else []
    store.keep_revision(entry, 1, entry.author, names)
    keep_files_of(entry, entry.author)
    store.audited(actor, VERBS[entry.kind], entry)
    if not entry.is_unlisted and not hold_where_due(actor, entry):
        events.publish(EntryPublished(entry.pk, entry.kind))
    return entry


VERBS: dict[Any, str] = {
    Kind.QUESTION: "asked",
    Kind.ANSWER: "answered",
    Kind.COMMENT: "commented",
    Kind.ARTICLE: "drafted",
    Kind.IDEA: "suggested",
    Kind.ANNOUNCEMENT: "announced",
}


def first_group() -> Group:
    """Where one writes while nobody chose: the eldest public group, made where there is none."""
    found = Group.objects.filter(visibility="public").order_by("pk").first()
    return found or Group.objects.get_or_create(slug="general", defaults={"name": _("General")})[0]


def language_of(text: str) -> str | None:
    return detect(text)


def refuse_below(page: Entry) -> None:
    if page.deleted_at or page.status == Status.DUPLICATE:
        raise CommunityError(_("This is closed. Write on the page that it is a duplicate of."))


def _below(kind: Kind, page: Entry, parent: Entry, body: str, external: tuple[str, str]) -> Entry:
    body = store.written(body)
    return Entry(
        kind=kind,
        group=page.group,
        root=page,
        parent=parent,
        body=body,
        lang=language_of(body),
        external_source=external[0],
        external_id=external[1],
    )
