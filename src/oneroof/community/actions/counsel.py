"""Ask Legal, PR or any department for a word on a thread, and say it: the public sees nothing of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.errors import CommunityError
from oneroof.community.models import Counsel, CounselWord, Entry
from oneroof.community.queries.counsel import counsel_of
from oneroof.core import clock
from oneroof.notify.actions import tell

LONGEST = 4_000


@transaction.atomic
def ask_counsel(actor: User, entry_id: int, department: str, question: str) -> Counsel:
    """Whoever of the department may read the entry is told. Raises Entry.DoesNotExist."""
    demand(actor, Permission.MODERATE)
    entry, question = store.readable(actor, entry_id), _said(question)
    room = Department.objects.filter(slug=department).first()
    if room is None:
        raise CommunityError(_("Choose a department."))
    made = Counsel.objects.create(
        entry=entry, department=room, asked_by=actor, question=question, at=clock.now()
    )
    audit.record(actor, "counsel.asked", on=made, after={"department": room.name, "entry": entry.pk})
    people = User.objects.who_may(Permission.HEAR).filter(departments=room).exclude(pk=actor.pk)
    _tell([each for each in people if _reads(each, entry)], made, question, f"community-counsel:{made.pk}")
    return made


@transaction.atomic
def say_counsel(actor: User, counsel_id: int, body: str, *, is_done: bool = False) -> CounselWord:
    """By whoever asked, moderates, or belongs to the department. Raises Counsel.DoesNotExist to others."""
    demand(actor, Permission.HEAR)
    counsel, body = counsel_of(actor, counsel_id), _said(body)
    word = CounselWord.objects.create(counsel=counsel, author=actor, body=body, at=clock.now())
    if is_done and counsel.done_at is None:
        Counsel.objects.filter(pk=counsel.pk).update(done_at=clock.now())
    audit.record(actor, "counsel.said", on=counsel)
    said = {*counsel.words.values_list("author", flat=True), counsel.asked_by_id}
    people = User.objects.active().filter(pk__in=said - {None, actor.pk})
    _tell(
        [each for each in people if _reads(each, counsel.entry)], counsel, body, f"community-word:{word.pk}"
    )
    return word


def _said(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not 0 < len(text) <= LONGEST:
        raise CommunityError(_("Write up to %(most)d characters.") % {"most": LONGEST})
    return text


def _reads(person: User, entry: Entry) -> bool:
    return Entry.objects.visible_to(person).filter(pk=entry.pk).exists()


def _tell(people: list[User], counsel: Counsel, body: str, key: str) -> None:
    tell(
        people,
        key=key,
        kind="community_counsel",
        title=_("A word of %(department)s on a thread") % {"department": counsel.department.name},
        body=body,
        path=f"/desk/counsel/{counsel.pk}/",
    )
