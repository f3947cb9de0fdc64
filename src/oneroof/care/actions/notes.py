"""Internal notes and tags. Whoever answers may add them, also to a conversation that another one holds."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation, Note, Tag, Tagging
from oneroof.care.rules.mentions import mentioned
from oneroof.notify.actions import tell

TAG_LENGTH = 60


@transaction.atomic
def add_note(actor: User, conversation_id: int, text: str) -> Note:
    demand(actor, Permission.ANSWER)
    if not text.strip():
        raise CareError(_("The note is empty."))
    conversation = store.locked(conversation_id)
    note = write_note(actor, conversation, text)
    store.change(conversation)
    store.audited(actor, "noted", conversation, before={}, after={"note": note.pk})
    return note


def write_note(actor: User, conversation: Conversation, text: str) -> Note:
    """Written down; colleagues whom it names are told. The caller holds the conversation's lock, and audits."""
    note = Note.objects.create(conversation=conversation, author=actor, text=text.strip())
    if "@" in note.text:
        named = {person.pk: str(person) for person in User.objects.who_may(Permission.ANSWER)}
        ids = mentioned(note.text, named) - {actor.pk}
        tell(
            User.objects.filter(pk__in=ids),
            key=f"mentioned:{note.pk}",
            kind="mentioned",
            title=_("%(name)s mentions you: %(subject)s") % {"name": actor, "subject": conversation.subject},
            body=note.text,
            path=f"/desk/inbox/{conversation.pk}/",
        )
    return note


@transaction.atomic
def add_tag(actor: User, conversation_id: int, name: str) -> Tag:
    """Tag it; a new name becomes a tag, names differ by more than case."""
    demand(actor, Permission.ANSWER)
    name = " ".join(name.split())
    if not name or len(name) > TAG_LENGTH:
        raise CareError(_("A tag has 1 to %(most)d characters.") % {"most": TAG_LENGTH})
    conversation = store.locked(conversation_id)
    tag = _tag(name)
    _tagging, is_new = Tagging.objects.get_or_create(
        conversation=conversation, tag=tag, defaults={"by": actor}
    )
    if is_new:
        store.change(conversation)
        store.audited(actor, "tagged", conversation, before={}, after={"tag": tag.name})
    return tag


@transaction.atomic
def remove_tag(actor: User, conversation_id: int, name: str) -> None:
    demand(actor, Permission.ANSWER)
    conversation = store.locked(conversation_id)
    gone, _rows = Tagging.objects.filter(conversation=conversation, tag__name__iexact=name).delete()
    if gone:
        store.change(conversation)
        store.audited(actor, "untagged", conversation, before={"tag": name}, after={})


def _tag(name: str) -> Tag:
    """Two people may make the same tag at once: its constraint decides."""
    Tag.objects.bulk_create([Tag(name=name)], ignore_conflicts=True)
    return Tag.objects.get(name__iexact=name)
