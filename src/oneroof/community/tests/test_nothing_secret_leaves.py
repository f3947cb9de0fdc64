"""A word of a secret group is planted wherever one writes: nobody outside is told of it, nor writes to it.

That no address says it is tried where all addresses are: tests/test_secret_group.py.
"""

import pytest
from django.core import mail

from oneroof.accounts.models import User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.drafting import keep_draft
from oneroof.community.actions.editing import edit
from oneroof.community.actions.following import follow
from oneroof.community.actions.groups import make_group
from oneroof.community.actions.hearing import hear
from oneroof.community.actions.indexing import index_entries
from oneroof.community.actions.joining import admit
from oneroof.community.actions.members import member_of
from oneroof.community.actions.telling import tell_followers, tell_of_acceptance
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.models import Entry, Group, Visibility
from oneroof.community.tests.conftest import SignIn
from oneroof.listening.models import Post
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
WORD = "quagga"


@pytest.fixture
def planted(agent: User, member: User) -> Group:
    """Amir keeps it, Mia belongs; both follow what is public, too."""
    den = make_group(
        agent, f"The {WORD} den", about=f"For friends of the {WORD}.", visibility=Visibility.SECRET
    )
    admit(member_of(member), den, by=agent)
    asked = ask(
        member, f"Where is the {WORD}?", f"The {WORD} of the zebras.", group=den, tags=f"{WORD}, zebra"
    )
    said = answer(agent, asked.pk, f"The {WORD} is behind the zebra.")
    comment(member, said.pk, f"There is the {WORD}!")
    vote(member, said.pk, "up")
    accept(member, said.pk)
    edit(member, asked.pk, title=asked.title, body=f"The {WORD} again.", tags=WORD, why=f"{WORD} forgotten")
    keep_draft(member, f"answer:{asked.pk}", {"body": f"A {WORD} is a zebra."})
    index_entries(list(Entry.objects.select_related("root").order_by("pk")))
    return den


def test_it_is_neither_told_nor_mailed_nor_heard(
    planted: Group, agent: User, helper: User, lead: User
) -> None:
    for each in (helper, lead):
        follow(each, member_of(agent))
    for entry in Entry.objects.all():
        tell_followers(entry.pk)
        tell_of_acceptance(entry.pk)
        hear(entry.pk)
    gather_letters()
    told = Notice.objects.filter(user__in=(helper, lead))
    assert not any(WORD in f"{each.title}{each.body}" for each in told)
    assert not Post.objects.exists()
    assert not any(letter.to in ([helper.email], [lead.email]) for letter in mail.outbox)


def test_nobody_writes_to_it_who_does_not_belong(planted: Group, helper: User, signed_in: SignIn) -> None:
    client, before = signed_in(helper), list(Entry.objects.values_list("pk", "body"))
    for pk, _body in before:
        for deed in ("comments/", "edit/", "acceptance/", "votes/up/", "follow/", "deletion/", "merging/"):
            assert client.post(f"/e/{pk}/{deed}", {"body": "x", "into": "1"}).status_code == 404, deed
        assert client.post(f"/q/{pk}/answers/", {"body": "x"}).status_code == 404
    for deed in ("joining/", "leaving/", "follow/", "change/", "invitations/"):
        assert client.post(f"/g/{planted.slug}/{deed}").status_code == 404, deed
    assert list(Entry.objects.values_list("pk", "body")) == before
