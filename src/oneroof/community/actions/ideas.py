"""Ideas: suggested by members, answered by the company, and whoever wanted one hears what became of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.following import begin_to_follow
from oneroof.community.actions.writing import first_group, language_of, publish
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryEdited
from oneroof.community.models import Entry, Group, Kind, Status, Vote, groups_read_by
from oneroof.core import clock, events
from oneroof.notify.actions import tell

ANSWERS = (Status.OPEN, Status.PLANNED, Status.ADOPTED, Status.DECLINED)


@transaction.atomic
def suggest_idea(
    actor: User, title: str, body: str, *, group: Group | None = None, tags: str = "", product: str = ""
) -> Entry:
    """In a group in which one reads; raises Group.DoesNotExist for any other."""
    demand(actor, Permission.TAKE_PART)
    room = groups_read_by(actor).get(pk=group.pk) if group else first_group()
    title, body = store.titled(title), store.written(body)
    lang = language_of(f"{title}\n{body}")
    made = publish(
        actor,
        Entry(
            kind=Kind.IDEA,
            group=room,
            title=title,
            body=body,
            status=Status.OPEN,
            product=product[:120],
            lang=lang,
        ),
        tags=tags,
    )
    begin_to_follow(made.author, made)
    return made


@transaction.atomic
def answer_idea(actor: User, idea_id: int, status: str, body: str) -> Entry:
    """The company's word, and what becomes of it; everybody who wanted it hears. The comment that says so."""
    demand(actor, Permission.MODERATE)
    idea = store.locked(actor, idea_id)
    if idea.kind != Kind.IDEA or status not in ANSWERS:
        raise CommunityError(_("That can’t be said of this."))
    if idea.status == Status.DUPLICATE or idea.deleted_at:
        raise CommunityError(_("This is closed. Write on the page that it is a duplicate of."))
    body = store.written(body)
    said = Entry(
        kind=Kind.COMMENT,
        group=idea.group,
        root=idea,
        parent=idea,
        body=body,
        lang=language_of(body),
        is_official=True,
    )
    publish(actor, said)
    store.change(idea, status=status, active_at=clock.now())
    store.audited(actor, "answered", idea, of="idea", status=status)
    events.publish(EntryEdited(idea.pk, idea.kind))
    return said


def tell_of_answer(answer_id: int) -> None:
    """Whoever voted for the idea, suggested or follows it, once each; safe to call again."""
    said = Entry.objects.select_related("root", "author").filter(pk=answer_id, is_official=True).first()
    idea = said.root if said else None
    if said is None or idea is None or idea.kind != Kind.IDEA or said.deleted_at:
        return
    people = User.objects.active().filter(pk__in=_who_wanted(idea))
    if said.author and said.author.user_id:
        people = people.exclude(pk=said.author.user_id)
    tell(
        [each for each in people if Entry.objects.visible_to(each).filter(pk=idea.pk).exists()],
        key=f"idea:{idea.pk}:{said.pk}",
        kind="community_idea",
        title=_("%(status)s: %(title)s") % {"status": idea.get_status_display(), "title": idea.title},
        body=said.body,
        path=said.get_absolute_url(),
    )


def _who_wanted(idea: Entry) -> set[int]:
    voted = Vote.objects.filter(entry=idea, what=Vote.What.UP).values_list("member__user", flat=True)
    followed = idea.follows.values_list("member__user", flat=True)
    author = idea.author.user_id if idea.author else None
    return {each for each in (*voted, *followed, author) if each}
