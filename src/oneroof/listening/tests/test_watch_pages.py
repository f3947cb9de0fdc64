"""Watches on the desk: made in one field, tried while one writes, changed by their owner or a lead."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneroof.accounts.models import Department, User
from oneroof.core.testing.jobs import run_jobs
from oneroof.core.testing.locks import locks_held
from oneroof.core.turns import LOOKING_BACK
from oneroof.listening.models import Mention, Watch
from oneroof.listening.tests.conftest import MakeWatch, Say

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_one_field_makes_a_watch(volunteer: User) -> None:
    answer = signed_in(volunteer).post(
        "/desk/listen/watches/new/", {"query": "kettle leak*", "tell": "never"}
    )
    watch = Watch.objects.get()
    assert (watch.name, watch.owner, watch.tell) == ("kettle leak*", volunteer, "never")
    assert answer["Location"] == f"/desk/listen/?watch={watch.pk}"


def test_name_telling_and_department_are_kept(agent: User) -> None:
    room = Department.objects.get(slug="care")
    given = {"query": "kettle", "name": "Kettles", "tell": "daily", "department": room.pk}
    signed_in(agent).post("/desk/listen/watches/new/", given)
    watch = Watch.objects.get()
    assert (watch.name, watch.tell, watch.department) == ("Kettles", "daily", room)


def test_what_one_writes_is_tried_at_once(agent: User, say: Say) -> None:
    say("My kettle leaks.", minutes=5)
    say("The kettle is fine.", minutes=60 * 24 * 10)
    say("An old kettle.", minutes=60 * 24 * 40)
    page = signed_in(agent).post("/desk/listen/watches/test/", {"query": "kettle"})
    past = page.context["past"]
    assert (past.last_7_days, past.last_30_days) == (1, 2)
    assert "My <mark>kettle</mark> leaks." in page.text
    assert Watch.objects.count() == 0


def test_a_mistake_is_pointed_at_and_mended(agent: User) -> None:
    query = "kettle AND (lid OR"
    for page in (
        signed_in(agent).post("/desk/listen/watches/test/", {"query": query}),
        signed_in(agent).post("/desk/listen/watches/new/", {"query": query, "tell": "never"}),
    ):
        assert "kettle AND (lid " in page.text
        assert '<mark class="query__bad">OR</mark>' in page.text
        assert "Write what comes after it" in page.text
    assert Watch.objects.count() == 0


def test_a_mistake_far_into_a_long_watch_shows_its_surroundings(agent: User) -> None:
    page = signed_in(agent).post("/desk/listen/watches/test/", {"query": "kettle " * 300 + "AND"})
    assert '<mark class="query__bad">AND</mark>' in page.text
    assert page.text.count("kettle") < 100


def test_a_lower_case_operator_is_hinted_at(agent: User) -> None:
    page = signed_in(agent).post("/desk/listen/watches/test/", {"query": "kettle or teapot"})
    assert "As an operator, write OR." in page.text


def test_without_scripts_one_looks_before_one_makes_it(agent: User, say: Say) -> None:
    say("My kettle leaks.")
    page = signed_in(agent).post(
        "/desk/listen/watches/new/", {"query": "kettle", "tell": "never", "look": "1"}
    )
    assert "My <mark>kettle</mark> leaks." in page.text
    assert Watch.objects.count() == 0


def test_the_owner_changes_it_a_lead_may_a_teammate_does_not_find_it(
    agent: User, teammate: User, lead: User, make_watch: MakeWatch
) -> None:
    watch = make_watch(agent, "kettle")
    path = f"/desk/listen/watches/{watch.pk}/"
    for who, status in ((agent, 302), (lead, 302), (teammate, 404)):
        answer = signed_in(who).post(path, {"query": f"kettle {who.role}", "name": "K", "tell": "never"})
        assert answer.status_code == status
        assert signed_in(who).get(path).status_code == (404 if status == 404 else 200)
    assert Watch.objects.get().query == "kettle lead"


def test_the_owner_deletes_it_a_teammate_does_not_find_it(
    agent: User, teammate: User, make_watch: MakeWatch
) -> None:
    watch = make_watch(agent, "kettle")
    path = f"/desk/listen/watches/{watch.pk}/deletion/"
    assert signed_in(teammate).post(path).status_code == 404
    assert Watch.objects.live().count() == 1
    assert signed_in(agent).get(path).status_code == 405
    assert signed_in(agent).post(path)["Location"] == "/desk/listen/watches/"
    assert Watch.objects.live().count() == 0
    assert signed_in(agent).post(path).status_code == 404


def test_outsiders_find_no_watch(member: User, agent: User, make_watch: MakeWatch) -> None:
    watch = make_watch(agent, "kettle")
    places = ["", "new/", f"{watch.pk}/"]
    for client in (Client(), signed_in(member)):
        assert {client.get(f"/desk/listen/watches/{place}").status_code for place in places} == {404}
        assert client.post("/desk/listen/watches/test/", {"query": "kettle"}).status_code == 404


def test_the_list_counts_days_and_what_was_useful(agent: User, say: Say, make_watch: MakeWatch) -> None:
    make_watch(agent, "kettle")
    for days in (0, 2, 20, 45):
        say("kettle", minutes=60 * 24 * days + 1)
    newest = Mention.objects.order_by("-said_at").first()
    Mention.objects.filter(pk=newest.pk).update(is_useful=True)
    page = signed_in(agent).get("/desk/listen/watches/")
    [watch] = page.context["watches"]
    assert (watch.catches_7d, watch.catches_30d, watch.useful_percent) == (2, 3, 100)
    assert (watch.days[29], watch.days[27], watch.days[9], sum(watch.days)) == (1, 1, 1, 3)


def test_everybodys_watches_are_seen_but_only_ones_own_changed(
    agent: User, teammate: User, make_watch: MakeWatch
) -> None:
    watch = make_watch(teammate, "teapots only")
    client = signed_in(agent)
    assert "teapots only" not in client.get("/desk/listen/watches/?whose=mine").text
    html = client.get("/desk/listen/watches/?whose=all").text
    assert "teapots only" in html
    assert f"/desk/listen/watches/{watch.pk}/" not in html


def test_the_list_asks_as_much_for_many_watches_as_for_few(
    agent: User, say: Say, make_watch: MakeWatch
) -> None:
    client, asked = signed_in(agent), []
    for count in (1, 12):
        for number in range(count):
            make_watch(agent, f"kettle {count}{number}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/listen/watches/?whose=all")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8


def test_the_language_is_told_with_its_limits(volunteer: User) -> None:
    html = signed_in(volunteer).get("/desk/listen/language/").text
    assert "20,000" in html
    assert "NEAR/5" in html


def test_an_empty_list_offers_to_make_one(agent: User) -> None:
    assert 'href="/desk/listen/watches/new/"' in signed_in(agent).get("/desk/listen/watches/").text


@pytest.mark.django_db(transaction=True)
def test_a_new_watch_says_that_it_looks_and_fills_itself(agent: User, say: Say) -> None:
    say("My kettle leaks.", minutes=5)
    desk = signed_in(agent)
    page = desk.post("/desk/listen/watches/new/", {"query": "kettle", "tell": "never"}, follow=True)
    assert "Still looking" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    assert "Nothing here yet" not in page.text
    run_jobs()
    html = desk.get(page.redirect_chain[-1][0]).text
    assert "Still looking" not in html
    assert "My <mark>kettle</mark> leaks." in html


def test_who_has_no_watch_sees_everybodys(agent: User, teammate: User, make_watch: MakeWatch) -> None:
    make_watch(teammate, "kettle", name="Kettles")
    desk = signed_in(agent)
    assert "Kettles" in desk.get("/desk/listen/watches/").text
    assert "Kettles" not in desk.get("/desk/listen/watches/?whose=mine").text
    make_watch(agent, "pots", name="Pots")
    html = desk.get("/desk/listen/watches/").text
    assert "Pots" in html
    assert "Kettles" not in html


def test_a_person_tries_one_watch_at_a_time(agent: User, teammate: User) -> None:
    with locks_held((LOOKING_BACK, agent.pk)):
        for user, is_told in ((agent, True), (teammate, False)):
            client = Client()
            client.force_login(user)
            page = client.post(reverse("watch_test"), {"query": "leak"})
            assert (page.status_code, "One is under way" in page.text) == (200, is_told)
