"""Tallies are exact whatever happens to the rows, and slices say the same by tallies and by rows."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pyarrow.parquet
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.core import clock
from oneroof.insight.actions.learning import place_again, place_posts
from oneroof.insight.actions.products import remove_product, write_product
from oneroof.insight.actions.reasons import remove_reason, write_reason
from oneroof.insight.actions.slices import as_csv, as_parquet, remove_slice, save_slice
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Contact, PlacedPost, Product, Reason, SavedSlice, Side
from oneroof.insight.queries.slices import COLUMNS, slices, whole_months
from oneroof.insight.rules.charts import bars
from oneroof.insight.rules.sides import Products, feeling_class
from oneroof.insight.tallying import ALL_SIDES, MIXTURES, fill_mixtures, recount, recount_mixtures
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = (DAY - timedelta(days=9), DAY + timedelta(days=2))


def assert_exact() -> int:
    """The tallies that are not zero are those of a recount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT side_a, value_a, side_b, value_b, day, posts, contacts FROM insight_tally"
            " WHERE posts <> 0 OR contacts <> 0"
        )
        kept = set(cursor.fetchall())
        cursor.execute(recount())
        assert kept == {(*row[:5], int(row[5]), int(row[6])) for row in cursor.fetchall()}
        for unit, table in MIXTURES.items():
            cursor.execute(
                f"SELECT {ALL_SIDES}, posts, contacts FROM {table} WHERE posts <> 0 OR contacts <> 0"
            )
            mixed = set(cursor.fetchall())
            cursor.execute(recount_mixtures(unit))
            assert mixed == {(*row[:7], int(row[7]), int(row[8])) for row in cursor.fetchall()}
    return len(kept)


@pytest.fixture
def rows(db: None) -> list[int]:
    """Sixty posts and twenty contacts of every kind."""
    chance = Random(1)
    departments = [
        Department.objects.get_or_create(slug=each, defaults={"name": each})[0] for each in ("a", "b")
    ]
    sources = [
        Source.objects.create(network="files", name=f"S{n}", department=departments[n]) for n in (0, 1)
    ]
    reasons = [
        Reason.objects.create(name="R0"),
        Reason.objects.create(name="R1", department=departments[0]),
        None,
    ]
    products = [Product.objects.create(name="Kettle", words=["Kettle"]), None]

    def sides() -> dict[str, object]:
        return {
            "reason": chance.choice(reasons),
            "product": chance.choice(products),
            "lang": chance.choice(["en", "de", ""]),
            "feeling": chance.choice([-1, 0, 1, None]),
        }

    PlacedPost.objects.bulk_create(
        PlacedPost(post_id=n, said_at=AT - timedelta(hours=3 * n), source=chance.choice(sources), **sides())
        for n in range(1, 61)
    )
    Contact.objects.bulk_create(
        Contact(external_id=str(n), channel="phone", opened_at=AT - timedelta(hours=9 * n), **sides())
        for n in range(20)
    )
    return list(range(1, 61))


def test_tallies_are_exact_after_every_kind_of_change(rows: list[int], lead: User) -> None:
    assert assert_exact() > 100
    reason = Reason.objects.get(name="R0")
    PlacedPost.objects.filter(pk__in=rows[:10]).update(reason=reason, lang="fr")
    Contact.objects.filter(external_id__in="12345").update(reason=reason)
    assert_exact()
    PlacedPost.objects.filter(pk__in=rows[5:15]).delete()
    Contact.objects.filter(external_id="7").delete()
    assert_exact()
    PlacedPost.objects.filter(pk=rows[20]).update(said_at=AT - timedelta(days=30))
    remove_product(lead, Product.objects.get().pk)
    remove_reason(lead, reason.pk)
    assert_exact()
    Source.objects.filter(name="S0").delete()
    assert_exact()


def test_whose_a_row_is_moves_with_its_reason_and_source(rows: list[int], lead: User) -> None:
    a, b = Department.objects.filter(slug__in="ab").order_by("slug")
    moved, source = Reason.objects.get(name="R1"), Source.objects.get(name="S1")
    assert set(PlacedPost.objects.filter(reason=moved).values_list("department", flat=True)) == {a.pk}
    write_reason(lead, "R1", department_id=b.pk, reason_id=moved.pk)
    assert set(PlacedPost.objects.filter(reason=moved).values_list("department", flat=True)) == {b.pk}
    Source.objects.filter(pk=source.pk).update(department=a)
    of_source = PlacedPost.objects.filter(source=source).exclude(reason=moved)
    assert set(of_source.values_list("department", flat=True)) == {a.pk}
    assert_exact()


def test_tallies_and_rows_tell_the_same(rows: list[int]) -> None:
    whole = slices(*SPAN, {})
    assert (whole.posts, whole.contacts) == (60, 20)
    for side in COLUMNS:
        assert sum(row.count for row in whole.sides[side]) == 80
        for row in whole.sides[side]:
            narrow = slices(*SPAN, {side: row.value})
            assert (narrow.posts, narrow.contacts) == (row.posts, row.contacts)
    for lang in whole.sides[Side.LANGUAGE]:
        of_lang = slices(*SPAN, {Side.LANGUAGE: lang.value})
        for feeling in of_lang.sides[Side.FEELING]:
            both = slices(*SPAN, {Side.LANGUAGE: lang.value, Side.FEELING: feeling.value})
            assert (both.posts, both.contacts) == (feeling.posts, feeling.contacts)
            assert sum(posts + contacts for _first, posts, contacts in both.points) == feeling.count
    assert slices(*SPAN, {Side.REASON: "nonsense", Side.LANGUAGE: "en"}).posts == 0


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        (date(2026, 1, 1), date(2026, 3, 1), (date(2026, 1, 1), date(2026, 3, 1))),
        (date(2025, 12, 31), date(2026, 2, 28), (date(2026, 1, 1), date(2026, 2, 1))),
        (date(2026, 1, 2), date(2026, 2, 28), (date(2026, 2, 28), date(2026, 2, 28))),
        (date(2026, 2, 3), date(2026, 2, 20), (date(2026, 2, 20), date(2026, 2, 20))),
    ],
)
def test_months_that_a_span_has_whole(start: date, end: date, whole: tuple[date, date]) -> None:
    assert whole_months(start, end) == whole


def test_more_sides_over_months_are_what_counting_the_rows_gives(rows: list[int]) -> None:
    """Every span of some days, and every two and three values that a row has, against a count in Python."""
    chance = Random(2)
    for pk in rows:
        PlacedPost.objects.filter(pk=pk).update(said_at=AT - timedelta(days=chance.randrange(100)))
    told = list(PlacedPost.objects.all())
    for _each in range(40):
        start = DAY - timedelta(days=chance.randrange(110))
        end = start + timedelta(days=chance.randrange(1, 110))
        like = chance.choice(told)
        chosen = dict(chance.sample(list(sides_of(like).items()), chance.choice((2, 3))))
        found = slices(start, end, chosen)
        wanted = [
            each
            for each in told
            if start <= each.said_at.date() < end
            and all(sides_of(each)[side] == value for side, value in chosen.items())
        ]
        assert found.posts == len(wanted)
        for side in COLUMNS:
            counted = Counter(sides_of(each)[side] for each in wanted)
            assert {row.value: row.posts for row in found.sides[side] if row.posts} == counted


def sides_of(post: PlacedPost) -> dict[Side, str]:
    known = {
        Side.PLACE: f"source {post.source_id}",
        Side.PRODUCT: post.product_id,
        Side.REASON: post.reason_id,
        Side.FEELING: post.feeling,
        Side.LANGUAGE: post.lang,
        Side.DEPARTMENT: post.department_id,
    }
    return {side: "" if value is None else str(value) for side, value in known.items()}


def test_rows_from_before_the_mixtures_are_filled_in(rows: list[int]) -> None:
    with connection.cursor() as cursor:
        for table in MIXTURES.values():
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute(fill_mixtures())
    assert_exact()


def test_what_is_heard_edited_and_deleted_is_counted(lead: User) -> None:
    write_product(lead, "Glass kettle", ["GK 7"])
    source = Source.objects.create(network="files", name="Forum")
    said = RawPost(
        external_id="1", author_handle="mia", text="My gk 7 is terrible, it leaks again", created_at=AT
    )
    receive_posts(source, [said])
    (pk,) = Post.objects.values_list("pk", flat=True)
    place_posts([pk])
    placed = PlacedPost.objects.get()
    assert (placed.feeling, placed.lang, str(placed.product)) == (-1, "en", "Glass kettle")
    Post.objects.filter(pk=pk).update(text="Now it is wonderful, I love it", feeling=0.9)
    place_again([pk])
    placed = PlacedPost.objects.get()
    assert (placed.feeling, placed.product) == (1, None)
    Post.objects.filter(pk=pk).update(text="", gone_at=AT)
    place_again([pk])
    assert not PlacedPost.objects.exists()
    assert_exact()


def test_files_hold_the_rows_and_are_audited(rows: list[int], agent: User, volunteer: User) -> None:
    Contact.objects.filter(external_id="1").update(text="=1+1")
    lines = list(as_csv(agent, *SPAN, {}))
    assert len(lines) == 81
    assert '"\'=1+1"' in "".join(lines)
    chosen = {Side.LANGUAGE: "de", Side.PRODUCT: ""}
    table = pyarrow.parquet.read_table(io.BytesIO(as_parquet(agent, *SPAN, chosen)))
    counted = slices(*SPAN, chosen)
    assert table.num_rows == counted.posts + counted.contacts > 0
    assert set(table["language"].to_pylist()) == {"de"}
    assert AuditEntry.objects.filter(verb="slice.exported").count() == 2
    for take in (as_csv, as_parquet):
        with pytest.raises(NotAllowed):
            take(volunteer, *SPAN, {})


def test_slices_are_saved_and_shared(agent: User, teammate: User, lead: User, member: User) -> None:
    saved = save_slice(agent, "Unhappy", "feeling=-1")
    assert save_slice(agent, "Unhappy", "feeling=1", is_shared=True).pk == saved.pk
    with pytest.raises(InsightError, match="has a name"):
        save_slice(agent, " ", "")
    with pytest.raises(NotAllowed):
        save_slice(member, "Mine", "")
    with pytest.raises(SavedSlice.DoesNotExist):
        remove_slice(teammate, saved.pk)
    remove_slice(lead, saved.pk)


def test_pages_are_worked_with(client: Client, rows: list[int], lead: User, member: User) -> None:
    client.force_login(lead)
    with clock.frozen_at(AT):
        page = client.get("/desk/insight/slices/?days=30&feeling=-1").text
        assert "Negative" in page
        assert "Nothing in this slice" in client.get("/desk/insight/slices/?reason=x&language=en&days=z").text
        csv = client.post("/desk/insight/slices/export/", {"query": "days=30&language=de"})
        assert csv.headers["Content-Type"].startswith("text/csv")
        assert client.post("/desk/insight/slices/export/", {"kind": "parquet"}).content[:4] == b"PAR1"
    saved = client.post(
        "/desk/insight/slices/save/", {"name": "Sad", "query": "feeling=-1&evil=1", "shared": "on"}
    )
    assert saved.url == "/desk/insight/slices/?days=30&feeling=-1"
    assert "Sad" in client.get("/desk/insight/slices/").text
    assert client.post(f"/desk/insight/slices/{SavedSlice.objects.get().pk}/removal/").status_code == 302
    assert (
        client.post("/desk/insight/products/", {"name": "Toaster", "words": "TX, toasty"}).status_code == 302
    )
    assert Product.objects.get(name="Toaster").words == ["Toaster", "TX", "toasty"]
    assert client.post("/desk/insight/products/0/removal/").status_code == 404
    client.force_login(member)
    assert client.get("/desk/insight/slices/").status_code == 404


def test_the_page_asks_as_often_for_many_as_for_few(client: Client, rows: list[int], lead: User) -> None:
    client.force_login(lead)

    def asked() -> int:
        with clock.frozen_at(AT), CaptureQueriesContext(connection) as queries:
            client.get("/desk/insight/slices/")
        return len(queries)

    few = asked()
    for number in range(15):
        reason = Reason.objects.create(name=f"More {number}")
        Contact.objects.create(
            external_id=f"more {number}", channel=f"c{number}", opened_at=AT, reason=reason
        )
    assert asked() == few


def test_words_and_feelings_are_read_as_people_write() -> None:
    products = Products([(1, ["Glass kettle", "GK-7"]), (2, ["Kettle"])])
    assert [products.of(text) for text in ("a GLASS KETTLE", "the gk-7!", "my kettle", "kettles", "")] == [
        1, 1, 2, None, None,
    ]  # fmt: skip
    assert Products([]).of("kettle") is None
    assert [feeling_class(each) for each in (None, 0.04, -0.05, 0.05)] == [None, 0, -1, 1]
    assert [bar.height for bar in bars([("a", 1), ("b", 2)]).bars] == [60, 120]
    assert bars([]).most == 0
