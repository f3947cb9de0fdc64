"""Who reads what: the one query that says so."""

import pytest

from oneroof.accounts.models import User
from oneroof.community.models import Entry, Group, Kind, Member, Membership, Visibility
from oneroof.core import clock

pytestmark = pytest.mark.django_db


def entry(visibility: str, **fields: object) -> Entry:
    group = Group.objects.create(
        slug=f"{visibility}-{Group.objects.count()}", name="A group", visibility=visibility
    )
    return Entry.objects.create(kind=Kind.QUESTION, group=group, title="Why?", body="Why?", **fields)


def seen_by(reader: User | None) -> set[int]:
    return set(Entry.objects.visible_to(reader).values_list("pk", flat=True))


def test_a_private_group_is_read_by_those_who_belong_and_nobody_else(member: User, lead: User) -> None:
    public, listed, secret = (entry(visibility) for visibility in Visibility.values)
    assert seen_by(None) == seen_by(member) == seen_by(lead) == {public.pk}
    mia = Member.objects.create(user=member, name="Mia")
    Membership.objects.create(group=listed.group, member=mia, state=Membership.State.ASKED)
    Membership.objects.create(group=secret.group, member=mia, state=Membership.State.MEMBER)
    assert seen_by(member) == {public.pk, secret.pk}


def test_what_is_held_back_is_seen_by_its_author_and_by_moderators(
    member: User, agent: User, volunteer: User
) -> None:
    mia = Member.objects.create(user=member, name="Mia")
    held = entry(Visibility.PUBLIC, author=mia, held_at=clock.now())
    gone = entry(Visibility.PUBLIC, author=mia, deleted_at=clock.now())
    draft = entry(Visibility.PUBLIC, author=mia, is_unlisted=True)
    assert seen_by(None) == seen_by(volunteer) == set()
    assert seen_by(member) == {held.pk, draft.pk}
    assert seen_by(agent) == {held.pk, gone.pk, draft.pk}
