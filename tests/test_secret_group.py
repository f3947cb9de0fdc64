"""A word of a secret group stands wherever one can write it, and whoever does not belong tries every address."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern

from oneroof.accounts.access import routes
from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.articles import draft_article, publish_article
from oneroof.community.actions.attaching import attach
from oneroof.community.actions.counsel import ask_counsel
from oneroof.community.actions.drafting import keep_draft
from oneroof.community.actions.editing import Words, edit
from oneroof.community.actions.following import follow
from oneroof.community.actions.freshness import flag_article
from oneroof.community.actions.groups import make_group
from oneroof.community.actions.hearing import hear
from oneroof.community.actions.ideas import answer_idea, suggest_idea
from oneroof.community.actions.indexing import index_entries
from oneroof.community.actions.inviting import invite
from oneroof.community.actions.joining import admit
from oneroof.community.actions.members import member_of
from oneroof.community.actions.proposing import propose_change
from oneroof.community.actions.reporting import report
from oneroof.community.actions.telling import tell_followers, tell_mentioned, tell_of_acceptance
from oneroof.community.actions.translating import correct
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.models import (
    Attachment,
    Counsel,
    Entry,
    Group,
    GroupInvitation,
    Kind,
    Member,
    Proposal,
    Tag,
    Visibility,
)
from oneroof.listening.models import Post
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.actions.mailing import send_letter
from oneroof.notify.models import Notice
from oneroof.recognition.actions import mvp
from oneroof.recognition.actions.ledger import settle_all

pytestmark = pytest.mark.django_db
WORD = "quagga"
PART = re.compile(r"<(?:\w+:)?(\w+)>")
ROOMS = ("oneroof.community", "oneroof.recognition")
SAID = {
    "body": "x",
    "title": "x",
    "words": "x",
    "q": "zebra",
    "text": "zebra",
    "reason": "spam",
    "because": "x",
}
EXTRA = (
    "/?q=zebra", "/found/?q=where+is+the+zebra", "/q/?tag=zebra", "/q/?show=unanswered", "/mentionable/?q=m",
    "/articles/?tag=zebra", "/ideas/?tag=zebra", "/api/v1/search?q=zebra", "/api/v1/posts?q=zebra",
    "/api/v1/search?q=zebra&in=questions,articles,ideas,announcements", "/api/v1/people?handle=mia",
    "/desk/listen/?q=zebra", "/desk/inbox/?q=zebra", "/desk/people/?text=mia", "/people/?q=zebra",
    "/desk/insight/slices/?q=zebra",
)  # fmt: skip

OUTSIDERS = [
    None,
    Role.MEMBER,
    Role.AGENT,
    *(pytest.param(role, marks=pytest.mark.slow) for role in (Role.VOLUNTEER, Role.LEAD, Role.ADMIN)),
]


@pytest.fixture
def den(agent: User, member: User, lead: User) -> Group:
    """Amir keeps it, Mia belongs, and Lena is let in to honour her; all three write of the word."""
    den = make_group(agent, f"The {WORD} den", about=f"For friends of {WORD}s.", visibility=Visibility.SECRET)
    for each in (member, lead):
        Member.objects.update_or_create(user=each, defaults={"name": each.name, "trust": 4})
        admit(member_of(each), den, by=agent)
    asked = ask(
        member, f"Where is the {WORD}?", f"The {WORD} of the zebras.", group=den, tags=f"{WORD}, zebra"
    )
    said = answer(agent, asked.pk, f"The {WORD} is behind the zebra. @Mia, look!")
    comment(member, said.pk, f"There is the {WORD}! {_file(member)}")
    vote(member, said.pk, "up")
    accept(member, said.pk)
    edit(
        member,
        asked.pk,
        title=asked.title,
        body=f"The {WORD} again.",
        tags=f"{WORD}, zebra",
        why=f"{WORD} forgotten",
    )
    correct(member, said.pk, "es", body=f"El {WORD} está detrás de la cebra.")
    _pages(den, agent, member, lead)
    keep_draft(member, f"answer:{asked.pk}", {"body": f"A {WORD} is a zebra."})
    report(member, said.pk, "other", f"No {WORD} is a zebra.")
    ask_counsel(agent, asked.pk, "care", f"May one keep a {WORD}?")
    invite(agent, den.pk, "ines@outside.example")
    _honour(lead, member, den)
    index_entries(list(Entry.objects.select_related("root").order_by("pk")))
    return den


def _file(member: User) -> str:
    kept = attach(member, "den.txt", f"All of the {WORD}.".encode())
    return f"[den](/files/{kept.token}/{kept.name})"


def _pages(den: Group, agent: User, member: User, lead: User) -> None:
    """An article with a change that waits and a sign of age; an idea with the company's word; news."""
    told = draft_article(
        agent, f"How to keep a {WORD}", f"Feed your {WORD} like a zebra.", group=den, tags="zebra"
    )
    publish_article(lead, told.pk)
    propose_change(
        member, told.pk, Words(f"Feed your {WORD} twice.", told.title, "zebra", f"{WORD} hungry", None)
    )
    flag_article(member, told.pk, f"The {WORD} is hungry.")
    wish = suggest_idea(
        member, f"A stable for the {WORD}", "Beside that of the zebra.", group=den, tags="zebra"
    )
    answer_idea(agent, wish.pk, "planned", f"The {WORD} will have it.")
    Entry.objects.create(
        kind="announcement", group=den, author=member_of(lead), title=f"The {WORD} is back", body="Zebra!",
        status="published",
    )  # fmt: skip


def _honour(lead: User, member: User, den: Group) -> None:
    """For help in the secret group; what the company says of it in public names no secret."""
    settle_all()
    round_ = mvp.open_round(lead, name="2026")
    for each in den.memberships.filter(member__contributions__isnull=False).distinct():
        mvp.choose_mvp(lead, round_.pk, each.member_id, citation="For patience")
    mvp.announce_round(lead, round_.pk)


def named(den: Group) -> dict[str, list[object]]:
    """What of the secret group each part of an address may name; what is not of it is 1."""
    one = {kind: list(_ids(Entry.objects.filter(kind=kind))) for kind in Kind.values}
    asked, said, word, told = (one[kind][0] for kind in ("question", "answer", "comment", "article"))
    return {
        "question_id": [asked], "article_id": [told], "idea_id": one["idea"], "news_id": one["announcement"],
        "entry_id": [asked, said, word, told], "number": [asked], "place": [f"answer:{asked}"],
        "member_id": list(den.memberships.filter(state="keeper").values_list("member", flat=True)),
        "token": [*Attachment.objects.values_list("token", flat=True), GroupInvitation.objects.get().token],
        "name": ["den.txt"], "tag": ["zebra"], "lang": ["es"], "what": ["up"], "slug": [den.slug],
        "membership_id": _ids(den.memberships)[:1], "invitation_id": _ids(GroupInvitation.objects),
        "proposal_id": _ids(Proposal.objects), "counsel_id": _ids(Counsel.objects),
    }  # fmt: skip


def _ids(rows: Any) -> list[object]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def addresses(den: Group, rooms: tuple[str, ...] = ("",)) -> list[str]:
    """Every route of these packages, with all that it may name; a page's slug is not told."""
    known, aside = named(den), {"slug": ["x"]}
    return list(
        dict.fromkeys(
            address
            for route, _pattern in _routes(rooms)
            for address in _filled(route, known if route.startswith("g/") else {**known, **aside})
        )
    )


def _routes(rooms: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for route, pattern in routes():
        if pattern.callback.__module__.startswith(rooms) and not re.search("logout|desk/stream", route):
            yield route, pattern


def _filled(route: str, known: dict[str, list[object]]) -> Iterator[str]:
    for chosen in product(*(known.get(name, [1]) for name in PART.findall(route))):
        parts = iter(chosen)
        yield "/" + re.sub(r"<[^>]+>", lambda _part, parts=parts: str(next(parts)), route)


def coming(person: User | None) -> Client:
    """With a session and, for the API, a token."""
    client = Client(raise_request_exception=False)
    if person:
        client = Client(
            raise_request_exception=False,
            headers={"authorization": f"Bearer {create_token(None, person.email)}"},
        )
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def says_it(answer: Any) -> bool:
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return WORD in (text.decode(errors="replace") + str(dict(answer.headers))).lower()


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_address_says_it_to_whoever_does_not_belong(den: Group, role: str | None) -> None:
    outsider = User.objects.create_user("otto@outside.example", name="Otto", role=role) if role else None
    client, before = coming(outsider), _all_of(den)
    told = [each for each in [*addresses(den), *EXTRA] if says_it(client.get(each))]
    told += [f"POST {each}" for each in addresses(den, ROOMS) if says_it(client.post(each, SAID))]
    assert told == []
    assert _all_of(den) == before


def _all_of(den: Group) -> list[object]:
    """What it says and who belongs: nobody outside changes it."""
    said = (
        Entry.objects.filter(group=den)
        .order_by("pk")
        .values_list("pk", "body", "status", "deleted_at", "score")
    )
    return [*said, *den.memberships.order_by("pk").values_list("pk", "state")]


def test_whoever_belongs_reads_it(den: Group, member: User) -> None:
    """So that the walk can fail: each kind of page, the file, the feed, the search and the API say it to Mia."""
    client = coming(member)
    read = {each for each in [*addresses(den, ROOMS), *EXTRA] if says_it(client.get(each))}
    kinds = {re.sub(r"[\d/]+.*", "", each.removeprefix("/").replace("api/v1/", "")) for each in read}
    assert {"q", "e", "articles", "ideas", "news", "g", "files", "t", "found", "search?q=zebra"} <= kinds, (
        read
    )


@pytest.mark.parametrize("role", [Role.MEMBER, Role.LEAD])
def test_it_is_neither_told_nor_mailed_nor_heard(den: Group, agent: User, member: User, role: str) -> None:
    """Not to whoever follows its people and its tag, either."""
    otto = User.objects.create_user("otto@outside.example", name="Otto", role=role)
    for each in (member_of(agent), member_of(member), Tag.objects.get(name="zebra")):
        follow(otto, each)
    for entry in Entry.objects.all():
        tell_followers(entry.pk)
        tell_mentioned(entry.pk)
        tell_of_acceptance(entry.pk)
        hear(entry.pk)
    for letter in gather_letters():
        send_letter(letter)
    assert any(WORD in str(letter.message()) for letter in mail.outbox)
    assert [letter.to for letter in mail.outbox if otto.email in letter.to] == []
    assert not Notice.objects.filter(user=otto).exists()
    assert not Post.objects.exists()
