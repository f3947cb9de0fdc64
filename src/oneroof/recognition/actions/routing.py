"""Questions find few people who could answer; people say whether they want to be asked."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.members import member_of
from oneroof.community.models import Entry, Member
from oneroof.core import clock
from oneroof.notify.actions import tell
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Ask, Audience, Willingness
from oneroof.recognition.queries import routing as queries
from oneroof.recognition.rules.experts import Ranked
from oneroof.recognition.rules.routing import choose

MOST_A_WEEK, HOURS = 50, 24


@transaction.atomic
def say_what_i_want(
    actor: User,
    *,
    wants_questions: bool,
    most_a_week: int,
    from_hour: int,
    to_hour: int,
    listed_to: str,
    skills: Sequence[str],
    languages: Sequence[str] | None = None,
    place: str | None = None,
    about: str | None = None,
) -> Willingness:
    """One's own choice; nobody makes it for somebody else. What is None stays as it is."""
    demand(actor, Permission.TAKE_PART)
    if not (0 <= from_hour <= HOURS and 0 <= to_hour <= HOURS and 0 <= most_a_week <= MOST_A_WEEK):
        raise RecognitionError(_("Hours run from 0 to 24, and fifty questions a week are the most."))
    chosen: dict[str, Any] = {
        "wants_questions": wants_questions,
        "most_a_week": most_a_week,
        "from_hour": from_hour,
        "to_hour": to_hour,
        "listed_to": listed_to,
        "skills": [skill.strip()[:60] for skill in skills if skill.strip()][:20],
    }
    if listed_to not in Audience.values:
        raise RecognitionError(_("Say who finds you among the helpers."))
    member = member_of(actor)
    _introduce(member, languages=languages, place=place, about=about)
    saved, _is_new = Willingness.objects.update_or_create(
        member=member, defaults={**chosen, "changed_at": clock.now()}
    )
    audit.record(actor, "willingness.set", on=saved, name=str(actor), after=chosen)
    return saved


def _introduce(member: Member, **said: Sequence[str] | str | None) -> None:
    """What others read of them."""
    changed = {name: words for name, words in said.items() if words is not None}
    for name, words in changed.items():
        setattr(member, name, words.replace("\0", "").strip() if isinstance(words, str) else list(words))
    if changed:
        member.save(update_fields=list(changed))


@transaction.atomic
def pass_on(actor: User, ask_id: int) -> None:
    """“Not for me”: no reason is asked."""
    demand(actor, Permission.TAKE_PART)
    ask = Ask.objects.select_for_update().get(pk=ask_id, member__user=actor)
    if ask.passed_at is None:
        ask.passed_at = clock.now()
        ask.save(update_fields=["passed_at"])


def route_waiting() -> int:
    """Ask for each question that waited long enough; returns how many people were asked."""
    now = clock.now()
    waiting = queries.waiting_for_experts(now)
    if not waiting:
        return 0
    past = queries.history(now)
    return sum(_route(question, queries.ranked_for(past, question)) for question in waiting)


@transaction.atomic
def _route(question: Entry, ranked: Sequence[Ranked]) -> int:
    """The question's row is held, so that two workers do not ask twice; loads are read anew for each."""
    Entry.objects.select_for_update().get(pk=question.pk)
    if Ask.objects.filter(entry=question).exists():
        return 0
    by_member = {each.member: each for each in ranked}
    chosen = choose(
        [(each.member, each.score) for each in ranked if _may_read(question, each.member)],
        queries.wishes(clock.now()),
        clock.now(),
    )
    for member in Member.objects.filter(pk__in=chosen).select_related("user"):
        _ask(question, member, by_member[member.pk])
    return len(chosen)


def _may_read(question: Entry, member_id: int) -> bool:
    user = User.objects.filter(community_member=member_id).first()
    return user is not None and Entry.objects.visible_to(user).filter(pk=question.pk).exists()


def _ask(question: Entry, member: Member, why: Ranked) -> None:
    Ask.objects.create(entry=question, member=member, score=why.score, reasons=dict(why.parts))
    if member.user:
        with override(member.user.language):
            title = _("Could you answer “%(title)s”?") % {"title": question.title[:120]}
        tell(
            [member.user],
            key=f"ask-{question.pk}",
            kind="asked",
            title=title,
            path=question.get_absolute_url(),
        )


def offer_others(question_id: int) -> None:
    """After a solved question: whoever asked it hears, once, of open ones that they could answer."""
    question = Entry.objects.select_related("author__user").get(pk=question_id)
    if question.author is None or question.author.user is None:
        return
    if queries.answerable_by(question.author, question.author.user):
        with override(question.author.user.language):
            title = _("Your question is solved. There are open ones that you could answer.")
        tell(
            [question.author.user],
            key=f"others-{question.pk}",
            kind="could_answer",
            title=title,
            path="/people/me/",
        )
