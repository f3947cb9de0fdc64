"""Whoever stands out on their page is found by it in a segment, and nobody else: by rooms of every height."""

from datetime import timedelta
from pathlib import Path

import pytest

from oneroof.accounts.models import User
from oneroof.community.actions.members import member_of
from oneroof.core import clock
from oneroof.core.importing import Wanted, importers
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.flags import NAMES, flags_of
from oneroof.customers.models import Identity, Person
from oneroof.customers.queries import people_of_customers, rows_of
from oneroof.customers.segments import lines_of, people_who
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.listening.sources.base import RawPost
from oneroof.recognition.models import Contribution

pytestmark = pytest.mark.django_db
ANSWERS = "customer,score,answered_at,kind\nS1,2,2026-01-05,nps\nS2,9,2026-01-05,nps\nS3,9,2026-01-05,nps\n"
ANSWERS += "S3,3,2026-02-05,nps\nS4,8,2026-01-05,nps\nS5,1,2026-01-05,nps\nS6,10,2026-02-05,nps\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def answered(folder: Path) -> None:
    people = "external_id,name\n" + "".join(f"S{number},S{number}\n" for number in range(1, 7))
    for kind, text in (("customers", people), ("surveys", ANSWERS)):
        file = folder / f"{kind}.csv"
        file.write_text(text)
        importers()[kind](Wanted([file], "auto", None, {}))


def wrote(handle: str, words: str, times: int) -> None:
    source = Source.objects.get_or_create(network="files", name="forum")[0]
    at = clock.now() - timedelta(days=3)
    receive_posts(
        source,
        [
            RawPost(
                external_id=f"{handle}{time}",
                author_handle=handle,
                text=f"{words} {time}",
                created_at=at,
                lang="en",
            )
            for time in range(times)
        ],
    )


def helped(user: User, times: int) -> None:
    member = member_of(user)
    handle = f"member-{member.pk}"
    recognise_authors("community", [Author(handle, handle, user.name, None, None, clock.now())])
    for time in range(times):
        Contribution.objects.create(
            member=member,
            kind=Contribution.Kind.ACCEPTED,
            points=1,
            source=f"answer:{member.pk}{time}",
            at=clock.now(),
        )


def test_who_stands_out_is_found_by_it(tmp_path: Path, lead: User, member: User, agent: User) -> None:
    answered(tmp_path)
    people = people_of_customers(["S5", "S6"])
    join_people(lead, people["S5"], people["S6"], "one human, whose last word was a ten")
    wrote("angry", "This is terrible, awful, I hate it", 6)
    wrote("glad", "This is wonderful, great, I love it", 6)
    wrote("seldom", "This is terrible, awful, I hate it", 2)
    helped(member, 10)
    helped(agent, 9)
    told = {key: {person.pk for person in people_who({"flag": key})} for key in NAMES}
    for person in Person.objects.whole():
        rows = rows_of(person.pk)
        identities = list(Identity.objects.filter(person=person).values_list("pk", flat=True))
        flags = {flag.key for flag in flags_of(lead, rows, identities)}
        assert {key for key, found in told.items() if person.pk in found} == flags, person
    assert {key: len(found) for key, found in told.items()} == {
        "detractor": 3, "fan": 3, "super_user": 1, "at_risk": 0,
    }  # fmt: skip
    assert len(list(lines_of({"flag": "detractor"}))) == 3
