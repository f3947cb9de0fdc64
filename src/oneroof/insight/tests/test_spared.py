"""What a known answer would have spared: drawn by chance, found as of then, judged, with its interval."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.indexing import index_missing
from oneroof.community.models import Article, Entry, Group, Kind, Status
from oneroof.community.queries.known_answers import known_answer
from oneroof.core import clock
from oneroof.insight.actions.spared import draw_cases, judge_case, look_for_answers
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Contact, PlacedPost, Reason, SparedCase
from oneroof.insight.queries.drivers import as_report, drivers
from oneroof.insight.rules.spared import Sampled, share
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost

pytestmark = pytest.mark.django_db

TITLE = "How do I descale my kettle?"
LEAKS, PARCELS = "descale my kettle", "where is my parcel"


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles alone are near then, and no model is loaded."""
    monkeypatch.setattr("oneroof.text.embeddings.is_available", lambda: False)


def article(title: str = TITLE, *, days_ago: int = 30) -> Entry:
    group = Group.objects.get_or_create(slug="kettles", defaults={"name": "Kettles"})[0]
    entry = Entry.objects.create(
        kind=Kind.ARTICLE, group=group, title=title, body="Vinegar, ten minutes.", status=Status.PUBLISHED
    )
    Article.objects.create(entry=entry, published_at=clock.now() - timedelta(days=days_ago))
    index_missing()
    return entry


def logged(reason: Reason, text: str, count: int, *, days_ago: int = 2) -> list[Contact]:
    return [
        Contact.objects.create(
            external_id=f"{reason.pk} {number} {text}", channel="phone", text=text, reason=reason,
            customer=f"caller {number}", opened_at=clock.now() - timedelta(days=days_ago, minutes=number),
        )
        for number in range(count)
    ]  # fmt: skip


def look() -> None:
    draw_cases()
    while look_for_answers():
        pass


def reason(name: str = "Limescale", **fields: object) -> Reason:
    return Reason.objects.create(name=name, **fields)


def test_what_was_published_later_spared_nobody() -> None:
    page = article(days_ago=30)
    now = clock.now()
    assert known_answer(LEAKS, at=now) == page.pk
    assert known_answer(LEAKS, at=now - timedelta(days=31)) is None
    assert known_answer("how tall is the tower", at=now) is None
    Entry.objects.filter(pk=page.pk).update(status=Status.ARCHIVED)
    assert known_answer(LEAKS, at=now) is None


def test_a_question_answers_once_an_answer_is_accepted(member: User) -> None:
    group = Group.objects.create(slug="kettles", name="Kettles")
    asked = Entry.objects.create(kind=Kind.QUESTION, group=group, title=TITLE, body="So much lime.")
    answer = Entry.objects.create(kind=Kind.ANSWER, group=group, root=asked, parent=asked, body="Vinegar.")
    index_missing()
    assert known_answer(LEAKS, at=clock.now()) is None
    Entry.objects.filter(pk=answer.pk).update(accepted_at=clock.now() - timedelta(hours=1))
    assert known_answer(LEAKS, at=clock.now()) == asked.pk
    assert known_answer(LEAKS, at=clock.now() - timedelta(hours=2)) is None


def test_contacts_and_posts_are_drawn_once_and_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneroof.insight.actions.spared.OF_A_REASON", 4)
    page, lime = article(), reason()
    logged(lime, LEAKS, 6)
    logged(reason("Parcel"), PARCELS, 3)
    logged(lime, LEAKS + " now", 1, days_ago=120)
    source = Source.objects.create(network="files", name="Forum")
    receive_posts(source, [RawPost(external_id="1", author_handle="mia", text=LEAKS, created_at=clock.now())])
    post = Post.objects.get()
    PlacedPost.objects.update_or_create(
        pk=post.pk, defaults={"said_at": post.said_at, "source": source, "reason": lime}
    )
    look()
    drawn = set(SparedCase.objects.values_list("pk", "place"))
    assert SparedCase.objects.filter(reason=lime).count() == 4
    assert SparedCase.objects.filter(page=page).count() == 4
    assert SparedCase.objects.filter(page=None, looked_at__isnull=False).count() == 3
    look()
    assert set(SparedCase.objects.values_list("pk", "place")) == drawn


def test_what_lost_its_words_leaves_the_sample() -> None:
    article()
    one = logged(reason(), LEAKS, 1)[0]
    draw_cases()
    Contact.objects.filter(pk=one.pk).update(text="")
    while look_for_answers():
        pass
    assert not SparedCase.objects.exists()


def test_people_judge_and_may_change_their_mind(agent: User, member: User, lead: User) -> None:
    article()
    lime = reason()
    logged(lime, LEAKS, 1)
    logged(lime, PARCELS, 1)
    look()
    case = SparedCase.objects.get(page__isnull=False)
    with pytest.raises(NotAllowed):
        judge_case(member, case.pk, is_spared=True)
    judge_case(agent, case.pk, is_spared=True)
    judge_case(lead, case.pk, is_spared=False)
    case.refresh_from_db()
    assert (case.is_spared, case.judged_by) == (False, lead)
    assert AuditEntry.objects.filter(verb="spared.judged").count() == 2
    with pytest.raises(InsightError, match="Nothing that was known"):
        judge_case(agent, SparedCase.objects.get(page=None).pk, is_spared=True)


def test_a_judgement_outlives_a_new_draw(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    article()
    lime = reason()
    logged(lime, LEAKS, 2)
    look()
    first, second = SparedCase.objects.order_by("place")
    judge_case(agent, second.pk, is_spared=True)
    monkeypatch.setattr("oneroof.insight.actions.spared.OF_A_REASON", 1)
    look()
    second.refresh_from_db()
    assert (second.is_drawn, second.is_spared) == (False, True)
    monkeypatch.setattr("oneroof.insight.actions.spared.OF_A_REASON", 2)
    look()
    second.refresh_from_db()
    assert (second.is_drawn, second.is_spared) == (True, True)
    assert SparedCase.objects.filter(pk=first.pk).exists()


def test_drivers_tell_the_share_with_its_interval_and_its_rows(agent: User, lead: User) -> None:
    article()
    top = reason("Care of it")
    lime = reason(parent=top)
    logged(lime, LEAKS, 10)
    logged(lime, PARCELS, 10)
    look()
    row = next(each for each in drivers().rows if each.reason == top)
    assert row.spared is None
    assert (row.sample.looked_at, row.sample.found, row.sample.waiting) == (20, 10, 10)
    for number, case in enumerate(SparedCase.objects.filter(page__isnull=False).order_by("place")[:8]):
        judge_case(agent, case.pk, is_spared=number % 2 == 0)
    told = next(each for each in as_report(drivers())["drivers"] if each["id"] == top.pk)["spared"]
    assert told["share"] == 0.25
    assert 0.05 < told["low"] < 0.25 < told["high"] < 0.5
    assert told["sample"] == {"looked_at": 20, "found": 10, "judged": 8, "spared": 4}
    assert told["measured_of_count"] == 20


def test_the_share_is_weighed_by_count_and_says_what_is_measured() -> None:
    much, none, few = Sampled(100, 50, 20, 20), Sampled(100, 0, 0, 0), Sampled(5, 5, 5, 5)
    assert share([]) is None
    assert share([(10, few)]) is None
    assert share([(10, Sampled(100, 50, 4, 4))]) is None
    found = share([(300, much), (100, none), (50, few)])
    assert found is not None
    assert (round(found.share, 3), found.counted, found.of) == (0.375, 400, 450)
    assert found.low < found.share < found.high
    nothing = share([(10, none)])
    assert nothing is not None
    assert (nothing.share, nothing.low) == (0.0, 0.0)
    assert nothing.high < 0.05


def test_the_page_shows_what_was_known_beside_what_was_said(client: Client, lead: User, member: User) -> None:
    page, lime = article(), reason()
    logged(lime, LEAKS, 1)
    logged(lime, PARCELS, 1)
    client.force_login(lead)
    assert "Nothing to judge" in client.get("/desk/insight/spared/").content.decode()
    look()
    shown = client.get("/desk/insight/spared/", {"reason": lime.pk}).content.decode()
    assert LEAKS in shown
    assert TITLE in shown
    assert "Vinegar" in shown
    assert PARCELS not in shown
    assert PARCELS in client.get("/desk/insight/spared/?show=unfound").content.decode()
    assert f"spared/?reason={lime.pk}" in client.get("/desk/insight/").content.decode()
    case = SparedCase.objects.get(page=page)
    address = f"/desk/insight/spared/{case.pk}/judgement/"
    assert client.post(address, {"spared": "perhaps"}).status_code == 404
    assert client.post(address, {"spared": "yes", "back": "//evil.example/"}).url == "/desk/insight/spared/"
    assert "Would have spared it" in client.get("/desk/insight/spared/?show=judged").content.decode()
    for wrong in ("?reason=x", "?reason=0", "?after=x"):
        assert client.get(f"/desk/insight/spared/{wrong}").status_code == 404
    client.force_login(member)
    assert client.get("/desk/insight/spared/").status_code == 404
    assert client.post(address, {"spared": "yes"}).status_code == 404


def test_the_page_asks_as_often_for_many_as_for_few(client: Client, lead: User) -> None:
    article()
    client.force_login(lead)

    def asked() -> int:
        look()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/insight/spared/").status_code == 200
        return len(queries)

    logged(reason(), LEAKS, 1)
    few = asked()
    for number in range(3):
        logged(reason(f"Reason {number}"), LEAKS, 5)
    assert asked() == few


def test_reasons_that_are_gone_are_in_no_figure(lead: User) -> None:
    article()
    lime = reason()
    logged(lime, LEAKS, 12)
    look()
    Reason.objects.filter(pk=lime.pk).update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert drivers().total.sample == Sampled()
