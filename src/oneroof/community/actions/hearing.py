"""The community is a source like any other: what is published in public is heard by listening, and care's replies
stand here once."""

from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.writing import answer, comment
from oneroof.community.errors import CommunityError
from oneroof.community.events import QuestionUnanswered
from oneroof.community.models import Entry, Kind, Status, Visibility
from oneroof.core import clock, events
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import PostKey, Source
from oneroof.listening.sources.base import Draft, Outcome, RawPost, Refused, Sent

NETWORK = "community"
INBOX = "inbox"
"""The ``external_source`` of what was written in the inbox; its ``external_id`` is the reply's key."""
AT_ONCE = 200


HEARD = Q(group__visibility=Visibility.PUBLIC) | Q(group__is_heard=True)


def hear(entry_id: int) -> None:
    """Give an entry to listening as it stands now; safe to call again.

    What is private is not heard, unless its group says so; what was heard and is no longer to be, is gone there.
    """
    whole = Entry.objects.select_related("author__user", "group", "root")
    entry = whole.filter(HEARD, pk=entry_id).first()
    if entry is not None and not (entry.held_at or entry.is_unlisted):
        receive_posts(our_source(), [post_of(entry)])
    elif was_heard(entry_id):
        receive_posts(our_source(), [_taken_back(whole.get(pk=entry_id))])


def hear_group(group_id: int) -> None:
    """All of it, since who reads in it changed."""
    for entry_id in (
        Entry.objects.filter(group=group_id).order_by("pk").values_list("pk", flat=True).iterator()
    ):
        hear(entry_id)


def was_heard(entry_id: int) -> bool:
    return PostKey.objects.filter(
        source__network=NETWORK, external_id=str(entry_id), heard_at__isnull=False
    ).exists()


def _taken_back(entry: Entry) -> RawPost:
    """Without a word of what it said."""
    return replace(post_of(entry), text="…", url="", deleted=True, edited_at=clock.now())


def our_source() -> Source:
    """Made when the first entry is published. Two jobs may make it at once: its name is unique."""
    found = Source.objects.filter(network=NETWORK).order_by("pk").first()
    return found or Source.objects.get_or_create(name="Our community", defaults={"network": NETWORK})[0]


def post_of(entry: Entry) -> RawPost:
    author = entry.author
    staff = bool(author and author.user and author.user.may(Permission.MODERATE))
    return RawPost(
        external_id=str(entry.pk),
        author_handle=f"member-{author.pk}" if author else "somebody",
        author_name=author.name if author else "",
        text=f"{entry.title}\n\n{entry.body}" if entry.title else entry.body,
        created_at=entry.created_at,
        parent_id=str(entry.parent_id) if entry.parent_id else None,
        ancestor_ids=(str(entry.root_id),) if entry.root_id and entry.root_id != entry.parent_id else (),
        url=f"{settings.PUBLIC_URL}{entry.get_absolute_url()}",
        lang=entry.lang,
        likes=max(entry.score, 0),
        kind=entry.kind,
        said_by_us=staff or entry.is_official,
        edited_at=entry.edited_at,
        deleted=entry.deleted_at is not None,
    )


def take_reply(draft: Draft) -> Outcome:
    """A reply from the inbox becomes an answer to a question, or a comment to anything else: once a key."""
    author = User.objects.filter(pk=draft.author_id).first()
    if author is None:
        return Refused(_("Nobody here wrote it."), permanent=True)
    try:
        return _sent(_written_once(author, int(draft.to.external_id), draft))
    except (Entry.DoesNotExist, NotAllowed, CommunityError) as refusal:
        return Refused(_("It can’t be written there: %(why)s") % {"why": refusal}, permanent=True)


@transaction.atomic
def _written_once(author: User, entry_id: int, draft: Draft) -> Entry:
    """The page's lock is held while it is looked for: two attempts follow one another."""
    entry = store.locked(author, entry_id)
    standing = Entry.objects.filter(external_source=INBOX, external_id=draft.key)
    write = answer if entry.kind == Kind.QUESTION else comment
    return standing.select_related("root").first() or write(
        author, entry_id, draft.text, external=(INBOX, draft.key)
    )


def _sent(entry: Entry) -> Sent:
    return Sent(str(entry.pk), f"{settings.PUBLIC_URL}{entry.get_absolute_url()}")


@transaction.atomic
def hand_unanswered_to_care() -> int:
    """Questions that nobody answered within their group's ``to_care_after``, each told once; how many."""
    waiting = Entry.objects.filter(
        HEARD,
        kind=Kind.QUESTION,
        root=None,
        answers=0,
        deleted_at=None,
        held_at=None,
        is_unlisted=False,
        handed_to_care_at=None,
        status=Status.OPEN,
        group__to_care_after__isnull=False,
        created_at__lte=clock.now() - F("group__to_care_after"),
    )
    due = list(waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    Entry.objects.filter(pk__in=[each.pk for each in due]).update(handed_to_care_at=clock.now())
    for each in due:
        events.publish(QuestionUnanswered(each.pk))
    return len(due)
