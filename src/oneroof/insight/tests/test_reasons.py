"""The tree is the company's own; what is corrected is learnt, and no machine overwrites it."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.insight.actions.grouping import find_groups
from oneroof.insight.actions.learning import (
    correct_contact,
    correct_post,
    embed_examples,
    place_contacts,
    place_posts,
)
from oneroof.insight.actions.reasons import remove_reason, take_up_group, write_reason
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Contact, Example, FoundGroup, PlacedPost, Reason
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost
from oneroof.text.embeddings import is_available

pytestmark = pytest.mark.django_db

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATE = (
    "my parcel is late",
    "where is my parcel",
    "the parcel has not arrived",
    "parcel lost",
    "no parcel yet",
)
LEAK = (
    "the kettle leaks",
    "water runs out of my kettle",
    "my kettle is leaking",
    "kettle drips",
    "a leaky kettle",
)


def contact(external_id: str, text: str = "", **fields: object) -> Contact:
    return Contact.objects.create(
        external_id=external_id, channel="phone", opened_at=WHEN, text=text, **fields
    )


def posts(*texts: str) -> list[int]:
    source = Source.objects.create(network="files", name="forum")
    raw = [
        RawPost(external_id=str(number), author_handle="mia", text=text, created_at=WHEN)
        for number, text in enumerate(texts)
    ]
    receive_posts(source, raw)
    return list(Post.objects.order_by("pk").values_list("pk", flat=True))


def taught(agent: User) -> tuple[Reason, Reason]:
    late, leak = Reason.objects.create(name="Late parcel"), Reason.objects.create(name="Leaking kettle")
    for number, (reason, text) in enumerate(
        [(late, each) for each in LATE] + [(leak, each) for each in LEAK]
    ):
        correct_contact(agent, contact(f"taught {number}", text).pk, reason.pk)
    return late, leak


def test_leads_edit_the_tree_and_nobody_else(lead: User, agent: User, member: User) -> None:
    top = write_reason(lead, "  Delivery ")
    late = write_reason(lead, "Late parcel", parent_id=top.pk)
    for refused in (agent, member):
        with pytest.raises(NotAllowed):
            write_reason(refused, "Mine")
        with pytest.raises(NotAllowed):
            remove_reason(refused, top.pk)
    with pytest.raises(InsightError, match="of that name"):
        write_reason(lead, "late PARCEL")
    with pytest.raises(InsightError, match="below itself"):
        write_reason(lead, "Delivery", parent_id=late.pk, reason_id=top.pk)
    with pytest.raises(InsightError, match="has a name"):
        write_reason(lead, " ")
    counted = contact("1", reason=top, reason_by="hand")
    remove_reason(lead, top.pk)
    late.refresh_from_db()
    counted.refresh_from_db()
    assert (late.parent, counted.reason, counted.reason_by) == (None, None, "")
    with pytest.raises(Reason.DoesNotExist):
        remove_reason(lead, top.pk)
    assert write_reason(lead, "Delivery").pk != top.pk


def test_a_correction_stands_is_audited_and_is_learnt(agent: User, member: User) -> None:
    late, leak = taught(agent)
    other = contact("9", "is my parcel late?")
    assert place_contacts() == 1
    other.refresh_from_db()
    assert (other.reason, other.reason_by) == (late, "learnt")
    with pytest.raises(NotAllowed):
        correct_contact(member, other.pk, leak.pk)
    correct_contact(agent, other.pk, leak.pk)
    correct_contact(agent, other.pk, late.pk)
    assert Example.objects.get(key=f"contact {other.pk}").reason == late
    assert AuditEntry.objects.filter(verb="reason.corrected").count() == 12
    assert place_contacts() == 0
    other.refresh_from_db()
    assert other.reason_by == "hand"


def test_posts_are_counted_once_under_what_was_learnt(agent: User, member: User) -> None:
    late, leak = taught(agent)
    ids = posts("where is my parcel now", "zebra crossing")
    place_posts(ids)
    place_posts(ids)
    first, second = PlacedPost.objects.order_by("pk")
    assert (first.reason, first.reason_by) == (late, "learnt")
    assert second.sureness is not None
    with pytest.raises(NotAllowed):
        correct_post(member, first.pk, leak.pk)
    correct_post(agent, first.pk, leak.pk)
    place_posts(ids)
    first.refresh_from_db()
    assert (first.reason, first.reason_by) == (leak, "hand")


def test_without_examples_posts_are_counted_as_unknown() -> None:
    place_posts(posts("where is my parcel"))
    assert PlacedPost.objects.get().reason is None
    contact("1", "hello")
    assert place_contacts() == 0


@pytest.mark.skipif(not is_available(), reason="there is no embedding model for this machine")
def test_meaning_is_learnt_once_every_example_has_its_vector(agent: User) -> None:
    late, _leak = taught(agent)
    assert embed_examples() == 10
    assert embed_examples() == 0
    other = contact("9", "Wo bleibt mein Paket?")
    place_contacts()
    other.refresh_from_db()
    assert other.sureness is not None
    assert other.reason in {late, None}


def test_groups_that_are_found_become_reasons(lead: User, agent: User) -> None:
    for number, text in enumerate(LATE + LEAK + LATE + LEAK):
        contact(str(number), text)
    assert find_groups() >= 1
    group = FoundGroup.objects.order_by("-size").first()
    assert group is not None
    assert group.size == len(group.keys) >= 5
    with pytest.raises(NotAllowed):
        take_up_group(agent, group.pk, "Mine")
    reason = take_up_group(lead, group.pk, "Ours")
    assert reason.contacts.count() == group.size == Example.objects.filter(reason=reason).count()
    with pytest.raises(FoundGroup.DoesNotExist):
        take_up_group(lead, group.pk, "Ours again")


def test_pages_show_and_correct_what_was_counted(
    client: Client, lead: User, member: User, agent: User
) -> None:
    late, leak = taught(agent)
    place_posts(posts("where is my parcel"))
    client.force_login(lead)
    pages = ("", "unknown/", "groups/", "reasons/add/", f"reasons/{late.pk}/", f"reasons/{late.pk}/change/")
    for path in (*pages, f"reasons/{late.pk}/?show=posts"):
        assert client.get(f"/desk/insight/{path}").status_code == 200
    PlacedPost.objects.update(reason=None)
    unknown = "/desk/insight/posts/"
    page = client.get("/desk/insight/unknown/").text
    assert (unknown in page, '<option value="">–</option>' in page) == (True, True)
    assert unknown not in client.get("/desk/insight/unknown/?show=contacts").text
    one = late.contacts.first()
    assert one is not None
    answer = client.post(f"/desk/insight/contacts/{one.pk}/reason/", {"reason": leak.pk})
    assert answer.url == f"/desk/insight/reasons/{leak.pk}/"
    assert client.post(f"/desk/insight/contacts/{one.pk}/reason/", {"reason": "x"}).url == "/desk/insight/"
    assert client.post("/desk/insight/contacts/0/reason/", {"reason": leak.pk}).status_code == 404
    assert client.post("/desk/insight/reasons/add/", {"name": "Price"}).status_code == 302
    client.force_login(member)
    assert client.get("/desk/insight/").status_code == 404


def test_lists_ask_as_often_for_many_as_for_few(client: Client, lead: User, agent: User) -> None:
    late, _leak = taught(agent)
    client.force_login(lead)

    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/insight/")
            client.get(f"/desk/insight/reasons/{late.pk}/")
        return len(queries)

    few = asked()
    for number in range(20):
        reason = Reason.objects.create(name=f"Reason {number}", parent=late)
        contact(f"more {number}", "hello", reason=late)
        contact(f"yet more {number}", "hello", reason=reason)
    assert asked() == few
