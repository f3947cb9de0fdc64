"""Whoever follows hears of it: at the desk, and by the ways that they chose."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from oneroof.accounts.models import User
from oneroof.community.actions.letters import letters_about
from oneroof.community.models import Entry, Follow, Kind
from oneroof.community.queries.audience import follows_tags_of
from oneroof.community.rules.naming import mentioned
from oneroof.notify.actions import tell


def tell_followers(entry_id: int) -> None:
    """Once each, however often it is called; nobody of what they wrote, or may not read."""
    entry = (
        Entry.objects.select_related("author", "root", "group").filter(pk=entry_id, deleted_at=None).first()
    )
    if entry is None or entry.held_at or _is_word_on_idea(entry):
        return
    people = [each for each in _followers(entry) if _may_read(each, entry)]
    for language in {each.language for each in people}:
        with override(language):
            tell(
                [each for each in people if each.language == language],
                key=f"community:{entry.pk}",
                kind="community_followed",
                title=_title(entry),
                body=entry.body,
                path=entry.get_absolute_url(),
                by_letter=letters_about(entry),
            )


def tell_mentioned(entry_id: int) -> None:
    """Whom its text names, once each, as far as they may read it."""
    whole = Entry.objects.select_related("author", "root", "group")
    entry = whole.filter(pk=entry_id, deleted_at=None, held_at=None, is_unlisted=False).first()
    if entry is None:
        return
    named = User.objects.active().filter(community_member__in=mentioned(entry.body))
    for person in named.exclude(community_member=entry.author):
        if _may_read(person, entry):
            _tell_of_mention(person, entry)


def _tell_of_mention(person: User, entry: Entry) -> None:
    name = entry.author.name if entry.author else _("Somebody")
    with override(person.language):
        title = _("%(name)s mentions you: %(title)s")
    tell(
        [person],
        key=f"community-mention:{entry.pk}",
        kind="community_mentioned",
        title=title % {"name": name, "title": (entry.root or entry).title},
        body=entry.body,
        path=entry.get_absolute_url(),
        by_letter=letters_about(entry),
    )


def tell_of_acceptance(answer_id: int) -> None:
    """Whoever answered hears that it helped."""
    answer = Entry.objects.select_related("author__user", "root").filter(pk=answer_id).first()
    if answer is None or answer.author is None or answer.author.user is None:
        return
    page = answer.root or answer
    with override(answer.author.user.language):
        title = _("Your answer solved it: %(title)s")
    tell(
        [answer.author.user],
        key=f"community-accepted:{answer.pk}",
        kind="community_accepted",
        title=title % {"title": page.title},
        path=answer.get_absolute_url(),
    )


def _is_word_on_idea(entry: Entry) -> bool:
    """Whoever wanted the idea is told of it, followers among them."""
    return entry.is_official and entry.root is not None and entry.root.kind == Kind.IDEA


def _followers(entry: Entry) -> QuerySet[User]:
    """Of its page, of its author, and where it begins a page of its tags and its group."""
    page = entry.root or entry
    follows = Q(entry=page) | Q(whom=entry.author)
    if entry.root is None:
        follows |= follows_tags_of(entry) | Q(group=entry.group)
    found = Follow.objects.filter(follows).exclude(member=entry.author)
    people: QuerySet[User] = User.objects.active()
    return people.filter(community_member__in=found.values("member"))


def _may_read(person: User, entry: Entry) -> bool:
    return Entry.objects.visible_to(person).filter(pk=entry.pk).exists()


def _title(entry: Entry) -> str:
    page, name = entry.root or entry, entry.author.name if entry.author else _("Somebody")
    words = {
        Kind.ANSWER: _("%(name)s answered: %(title)s"),
        Kind.COMMENT: _("%(name)s commented: %(title)s"),
    }
    said = words.get(Kind(entry.kind), _("%(name)s wrote: %(title)s"))
    return said % {"name": name, "title": page.title}
