"""How an entry is found, locked and told of: every action goes through here."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Kind, Member, Revision, Tag, Tagged
from oneroof.community.rules.standing import standing
from oneroof.community.rules.tagging import MOST, tag_names
from oneroof.core import clock

BODY_LENGTH = 60_000


def readable(reader: User, entry_id: int) -> Entry:
    """Raises Entry.DoesNotExist for what this person may not read."""
    return Entry.objects.visible_to(reader).select_related("root", "author", "group").get(pk=entry_id)


def locked(actor: User, entry_id: int) -> Entry:
    """The entry, its page's row locked to the transaction's end, and then its own. Raises Entry.DoesNotExist.

    Whatever changes on a page takes the page's row first, so that two never wait for each other.
    """
    page_id = readable(actor, entry_id).page_id
    root = Entry.objects.select_for_update(of=("self",)).select_related("group", "author").get(pk=page_id)
    if page_id == entry_id:
        return root
    entry = Entry.objects.select_for_update(of=("self",)).select_related("author", "group").get(pk=entry_id)
    entry.root = root
    return entry


def is_of(actor: User, entry: Entry) -> bool:
    return bool(entry.author and entry.author.user_id == actor.pk)


def demand_author(actor: User, entry: Entry) -> None:
    """Its author, or a moderator."""
    if not (is_of(actor, entry) or actor.may(Permission.MODERATE)):
        raise NotAllowed(Permission.MODERATE)


def written(text: str) -> str:
    """What was typed, as it is stored; raises CommunityError where there is nothing, or too much."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise CommunityError(_("There is no text yet."))
    if len(text) > BODY_LENGTH:
        raise CommunityError(_("That is longer than %(most)d characters.") % {"most": BODY_LENGTH})
    return text


def titled(title: str) -> str:
    title = " ".join(title.replace("\0", "").split())
    if not title:
        raise CommunityError(_("Give it a title."))
    if len(title) > 200:
        raise CommunityError(_("A title has 200 characters at most."))
    return title


def change(entry: Entry, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(columns))


def recount(question: Entry) -> None:
    """How many answers are shown, how many accepted, and what follows. The caller holds its lock."""
    shown = Entry.objects.filter(root=question, kind=Kind.ANSWER, deleted_at=None, held_at=None)
    counted = shown.aggregate(all=Count("pk"), accepted=Count("pk", filter=Q(accepted_at__isnull=False)))
    answers, accepted = counted["all"], counted["accepted"]
    change(
        question,
        answers=answers,
        accepted_answers=accepted,
        status=standing(question.status, answers, accepted),
        active_at=clock.now(),
    )


def tag_as(entry: Entry, typed: str) -> list[str]:
    """Its tags are these and no others; new names become tags, a synonym stands for its tag. Two people may make
    the same one at once."""
    names = tag_names(typed)
    if len(names) > MOST:
        raise CommunityError(_("%(most)d tags at most.") % {"most": MOST})
    called = _called(names)
    tags = [tag.synonym_of or tag for tag in called]
    Tagged.objects.filter(entry=entry).exclude(tag__in=tags).delete()
    Tagged.objects.bulk_create([_tagged(entry, tag) for tag in called], ignore_conflicts=True)
    return list(dict.fromkeys(tag.name for tag in tags))


def _called(names: Sequence[str]) -> list[Tag]:
    """In their order, and locked: none becomes a synonym while it is given."""
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    tags = Tag.objects.select_for_update(of=("self",), no_key=True).select_related("synonym_of")
    found = {tag.name: tag for tag in tags.filter(name__in=names).order_by("pk")}
    return [found[name] for name in names]


def tag_all(named: Sequence[tuple[Entry, Sequence[str]]]) -> None:
    """Many entries at once, each with the names of its tags besides those it has; new names become tags."""
    names = {name[:60] for _entry, tags in named for name in tags}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    rows = [(entry, known[name[:60]]) for entry, tags in named for name in dict.fromkeys(tags)]
    Tagged.objects.bulk_create([_tagged(entry, tag) for entry, tag in rows], ignore_conflicts=True)


def _tagged(entry: Entry, tag: Tag) -> Tagged:
    """A synonym stands for its tag."""
    is_synonym = tag.synonym_of_id is not None
    return Tagged(entry=entry, tag_id=tag.synonym_of_id or tag.pk, came_as=tag if is_synonym else None)


def keep_revision(entry: Entry, number: int, author: Member, tags: list[str], why: str = "") -> None:
    Revision.objects.create(
        entry=entry,
        number=number,
        title=entry.title,
        body=entry.body,
        tags=tags,
        author=author,
        at=clock.now(),
        why=why[:300],
    )


def audited(actor: User | None, verb: str, entry: Entry, *, of: str = "entry", **after: Any) -> None:
    """Of what is private, neither title nor words: the audit's readers need not belong."""
    if entry.group.is_public:
        audit.record(actor, f"{of}.{verb}", on=entry, after=after)
    else:
        audit.record(actor, f"{of}.{verb}", on=entry, name=f"{entry.kind} {entry.pk}")
