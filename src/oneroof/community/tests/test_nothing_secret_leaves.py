"""A word of a secret group is planted wherever one writes, and whoever does not belong reads every address."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client

from oneroof.accounts.access import routes
from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
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
NUMBERED = re.compile(r"<(?:\w+:)?(\w+)>")


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


def addresses(den: Group) -> Iterator[str]:
    """Every route, for the question, its answer and each member."""
    entries = [str(pk) for pk in Entry.objects.order_by("pk").values_list("pk", flat=True)[:2]]
    members = [str(pk) for pk in den.memberships.values_list("member", flat=True)]
    for route, _pattern in routes():
        names = NUMBERED.findall(route)
        ids = members if "member_id" in names or "user_id" in names else entries
        for number in ids if names else ("",):
            filled = (den.slug if name == "slug" and "question" not in route else number for name in names)
            yield "/" + re.sub(r"<[^>]+>", lambda _match, filled=filled: next(filled), route)


EXTRA = (
    "/?q=zebra",
    "/found/?q=where+is+the+zebra",
    "/q/?tag=zebra",
    "/t/zebra",
    "/t/zebra/feed",
    "/q/?show=unanswered",
    "/api/v1/search?q=zebra&in=questions",
    "/desk/listen/?q=zebra",
    "/desk/people/?q=mia",
    "/desk/settings/audit/",
    "/desk/settings/audit/file/",
)


def met(client: Client, den: Group) -> list[str]:
    """Where the word was read."""
    found = []
    for address in dict.fromkeys([*addresses(den), *EXTRA]):
        if "logout" in address or address.endswith("/desk/stream/"):
            continue
        answered = client.get(address)
        text = b"".join(answered.streaming_content) if answered.streaming else answered.content
        if WORD in (text.decode(errors="replace") + str(dict(answered.headers))).lower():
            found.append(f"{address} {answered.status_code}")
    return found


@pytest.mark.parametrize(
    "role",
    [
        None,
        pytest.param(Role.MEMBER, marks=pytest.mark.slow),
        pytest.param(Role.AGENT, marks=pytest.mark.slow),
        pytest.param(Role.LEAD, marks=pytest.mark.slow),
        pytest.param(Role.ADMIN, marks=pytest.mark.slow),
    ],
)
def test_no_address_says_it_to_whoever_does_not_belong(
    planted: Group, role: str | None, signed_in: SignIn
) -> None:
    outsider = role and User.objects.create_user("otto@outside.example", role=role)
    client = signed_in(outsider) if isinstance(outsider, User) else Client(raise_request_exception=False)
    client.raise_request_exception = False
    assert met(client, planted) == []


@pytest.mark.slow
def test_whoever_belongs_reads_it(planted: Group, member: User, signed_in: SignIn) -> None:
    """So that the walk can fail."""
    client = signed_in(member)
    client.raise_request_exception = False
    assert len(met(client, planted)) > 5


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
