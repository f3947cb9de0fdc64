"""Helpers, partners and service points: found by everybody, looked after by their own people."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.models import Entry, Member
from oneroof.customers.belongings import Holder
from oneroof.notify.models import Notice
from oneroof.recognition.actions.claiming import claim_listing, decide_claim, leave_listing
from oneroof.recognition.actions.directory import change_listing, write_listing
from oneroof.recognition.actions.ledger import settle_entry
from oneroof.recognition.actions.routing import say_what_i_want
from oneroof.recognition.belongings import erase_help, help_of_holder
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Listing, ListingClaim, Willingness
from oneroof.recognition.queries.directory import LIMIT, Wanted, directory

pytestmark = pytest.mark.django_db
type Make = Callable[..., Entry]
WANTS = {"wants_questions": False, "most_a_week": 3, "from_hour": 8, "to_hour": 20, "skills": ["valves"]}


@pytest.fixture
def point(lead: User) -> Listing:
    return write_listing(
        lead,
        kind="service",
        name="Tarn Graz",
        about="We **mend** kettles.",
        place="Graz, Austria",
        address="Hauptplatz 1",
        hours="Mon–Fri 9–18",
        email="graz@repairs.example",
        phone="+43 316 1",
        skills=["kettles"],
        languages=["de"],
    )


def listed(user: User, to: str = "everybody", **more: object) -> Willingness:
    return say_what_i_want(user, **{**WANTS, "listed_to": to, **more})


def names(reader: User | None = None, **wanted: str) -> list[str]:
    return [row.name for row in directory(reader, Wanted(**wanted)).rows]


def test_one_list_by_name_of_whoever_is_there(point: Listing, member: User, lead: User) -> None:
    write_listing(lead, kind="partner", name="Aqua Ltd")
    listed(member, languages=["en"], place="Graz")
    assert names() == ["Aqua Ltd", "Mia Member", "Tarn Graz"]
    assert names(kind="helper") == ["Mia Member"]
    assert names(kind="partner") == ["Aqua Ltd"]
    assert names(place="graz") == ["Mia Member", "Tarn Graz"]
    assert names(place="graz", language="de") == ["Tarn Graz"]
    assert names(words="valve") == ["Mia Member"]


@pytest.mark.parametrize(
    ("to", "outside", "inside"), [("nobody", 0, 0), ("members", 0, 1), ("everybody", 1, 1)]
)
def test_each_chooses_who_finds_them(
    client: Client, member: User, agent: User, to: str, outside: int, inside: int
) -> None:
    listed(member, to)
    assert (len(names()), len(names(agent))) == (outside, inside)
    assert (b"Mia Member" in client.get("/people/").content) == bool(outside)
    assert (f"/people/{member.community_member.pk}/" in client.get("/people/sitemap.xml").text) == bool(
        outside
    )


def test_a_helper_is_found_by_what_they_solved(answer: Make, question: Make, member: User) -> None:
    listed(member)
    author = Member.objects.get(user=member)
    settle_entry(answer(question("Why does it leak?", "water-hardness"), author=author).pk)
    [found] = directory(None, Wanted(words="Water hardness")).rows
    assert (found.solved, list(found.topics)) == (1, ["water-hardness"])
    assert names(words="gardening") == []


def test_pages_follow_one_another_and_cost_the_same(client: Client, lead: User, member: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/people/").status_code == 200
        return len(caught)

    for number in range(3):
        Listing.objects.create(kind="partner", name=f"Partner {number:03}")
    listed(member)
    cost()
    few = cost()
    for number in range(3, LIMIT + 5):
        Listing.objects.create(kind="partner", name=f"Partner {number:03}")
    assert cost() == few
    first = directory(None, Wanted())
    second = directory(None, Wanted(), after=first.next)
    seen = [row.name for row in (*first.rows, *second.rows)]
    assert len(seen) == len(set(seen)) == LIMIT + 6
    assert second.next is None
    for nonsense in ("x", "WzFd", "WyJhIiwgImIiLCAiYyJd"):
        assert client.get(f"/people/?after={nonsense}").status_code == 404


def test_a_place_has_a_page_for_people_and_machines(client: Client, point: Listing) -> None:
    page = client.get(point.get_absolute_url()).text
    for told in ("<strong>mend</strong>", "Hauptplatz 1", "Mon–Fri 9–18", "graz@repairs.example", "Deutsch"):
        assert told in page
    assert '"@type": "LocalBusiness"' in page
    assert point.get_absolute_url() in client.get("/people/sitemap.xml").text
    assert "/people/sitemap.xml" in client.get("/sitemap.xml").text
    assert client.get("/people/places/999999/").status_code == 404


def test_the_api_tells_what_the_page_tells(client: Client, point: Listing, member: User) -> None:
    listed(member, "members")
    answer = client.get("/api/v1/directory").json()
    assert [each["name"] for each in answer["items"]] == ["Tarn Graz"]
    assert (answer["next"], answer["items"][0]["hours"]) == (None, "Mon–Fri 9–18")
    assert client.get("/api/v1/directory?kind=helper").json()["items"] == []
    for wrong in ("kind=shop", "cursor=x", "q=%00"):
        assert client.get(f"/api/v1/directory?{wrong}").status_code == 422
    assert client.get("/api/v1/directory", headers={"Authorization": "Bearer x"}).status_code == 401


def test_whoever_proves_its_address_looks_after_it_at_once(point: Listing, member: User) -> None:
    address = EmailAddress.objects.create(user=member, email=point.email.upper(), verified=False)
    assert claim_listing(member, point.pk).state == "asked"
    EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    for _twice in range(2):
        assert claim_listing(member, point.pk).state == "kept"
    change_listing(member, point.pk, hours="Mon–Sat 9–18")
    point.refresh_from_db()
    assert (point.hours, point.name, point.skills) == ("Mon–Sat 9–18", "Tarn Graz", ["kettles"])


def test_others_wait_for_a_lead_who_may_change_their_mind(
    client: Client, point: Listing, member: User, lead: User, agent: User
) -> None:
    claim = claim_listing(member, point.pk, "I run it")
    assert Notice.objects.filter(user=lead, kind="listing_claim").count() == 1
    with pytest.raises(NotAllowed):
        change_listing(member, point.pk, hours="never")
    for who in (member, agent):
        with pytest.raises(NotAllowed):
            decide_claim(who, claim.pk, granted=True)
    client.force_login(lead)
    assert "I run it" in client.get("/desk/recognition/directory/").text
    client.post(f"/desk/recognition/directory/claims/{claim.pk}/decision/", {"granted": "1"})
    decide_claim(lead, claim.pk, granted=True)
    assert Notice.objects.filter(user=member, kind="listing_decided").count() == 1
    change_listing(member, point.pk, hours="Fri 9–12")
    decide_claim(lead, claim.pk, granted=False)
    with pytest.raises(NotAllowed):
        change_listing(member, point.pk, hours="never")
    with pytest.raises(RecognitionError):
        claim_listing(member, point.pk)
    leave_listing(member, point.pk)
    assert ListingClaim.objects.get().state == "refused", "a refusal is not left behind by leaving"
    verbs = {"listing.claimed", "listing.given", "listing.changed", "listing.refused"}
    assert verbs <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_its_people_edit_it_on_its_page_and_outsiders_see_no_form(
    client: Client, point: Listing, member: User, teammate: User, lead: User
) -> None:
    edit = f"{point.get_absolute_url()}edit/"
    client.force_login(member)
    assert client.get(edit).status_code == 404
    client.post(f"{point.get_absolute_url()}claim/", {"note": "Mine"})
    decide_claim(lead, ListingClaim.objects.get().pk, granted=True)
    fields = {"about": "New", "place": "Graz", "skills": "a, b", "languages": "DE", "url": "graz.example"}
    assert client.post(edit, fields).status_code == 302
    point.refresh_from_db()
    assert (point.name, point.skills, point.languages) == ("Tarn Graz", ["a", "b"], ["de"])
    assert client.post(edit, {**fields, "url": "javascript:alert(1)"}).status_code == 422
    assert "Mia Member" in client.get(point.get_absolute_url()).text
    client.post(f"{point.get_absolute_url()}leaving/")
    assert not ListingClaim.objects.exists()
    client.force_login(teammate)
    assert client.get(edit).status_code == 404


def test_who_is_erased_leaves_nothing_here(point: Listing, member: User, lead: User) -> None:
    listed(member)
    decide_claim(lead, claim_listing(member, point.pk, "I run it").pk, granted=True)
    holder = Holder((), (), (member.email, "graz@repairs.example"))
    assert {row["kind"] for row in help_of_holder(holder)} == {"wish", "entry of the directory"}
    assert erase_help(holder) == 3
    assert list(help_of_holder(holder)) == []
    assert not Willingness.objects.exists()
    assert Listing.objects.get().email == ""
    assert "Mia" not in str(
        list(AuditEntry.objects.filter(verb="listing.given").values_list("after", flat=True))
    )
