"""Who owns a tag hears of the questions that carry it, and of those that nobody answers."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import override

from oneroof.accounts.models import User
from oneroof.community.actions.letters import letters_about
from oneroof.community.models import Entry, Kind
from oneroof.notify.actions import tell

NEW, SILENT = noop("A question for you: %(title)s"), noop("Nobody has answered yet: %(title)s")


def tell_owners(question_id: int) -> None:
    """Once each, also where they follow it (``tell_followers``)."""
    if question := _shown(question_id):
        _tell(question, f"community:{question.pk}", NEW, by_letter=letters_about(question))


def tell_owners_of_silence(question_id: int) -> None:
    """It has waited as long as its group allows."""
    question = _shown(question_id)
    if question and not question.answers:
        _tell(question, f"community-silent:{question.pk}", SILENT)


def _shown(question_id: int) -> Entry | None:
    whole = Entry.objects.filter(pk=question_id, kind=Kind.QUESTION, deleted_at=None, held_at=None)
    return whole.select_related("author", "group").first()


def _tell(question: Entry, key: str, words: str, **letter: Any) -> None:
    owned = User.objects.active().filter(community_member__owned_tags__in=question.tags.all())
    people = owned.exclude(community_member=question.author).distinct()
    for person in (each for each in people if _reads(each, question)):
        with override(person.language):
            title = _(words) % {"title": question.title}
        tell(
            [person],
            key=key,
            kind="community_tag",
            title=title,
            body=question.body,
            path=question.get_absolute_url(),
            **letter,
        )


def _reads(person: User, question: Entry) -> bool:
    return Entry.objects.visible_to(person).filter(pk=question.pk).exists()
