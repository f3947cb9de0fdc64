"""How people came: links lead to this site alone, counted without a cookie, and what brought them is kept."""

from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.origin import OriginError, follow_code, make_code, note_touch, switch_code
from oneroof.customers.models import Customer, Purchase, ReferralCode, ReferralVisit, Touch
from oneroof.customers.origin import by_way, funnel, worth_of
from oneroof.customers.tests.test_people import START, met

pytestmark = pytest.mark.django_db


def code(agent: User, name: str = "ana-tea", target: str = "/q/", owner: int | None = None) -> ReferralCode:
    return make_code(agent, code=name, label="", target=target, owner_id=owner)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "q",
        "///evil.example",
    ],
)
def test_a_link_leads_to_this_site_alone(agent: User, target: str, client: Client) -> None:
    with pytest.raises(OriginError):
        code(agent, target=target)
    ReferralCode.objects.create(code="planted", target=target)
    assert client.get("/r/planted/")["Location"] == "/"


def test_a_visit_counts_once_a_visitor_and_day_without_a_cookie(agent: User, client: Client) -> None:
    code(agent)
    for agent_string in ("one", "one", "two"):
        answer = client.get("/r/ANA-tea/", headers={"User-Agent": agent_string})
        assert (answer.status_code, answer["Location"]) == (302, "/q/")
        assert not answer.cookies
    assert ReferralVisit.objects.count() == 2
    assert "one" not in ReferralVisit.objects.values_list("visitor", flat=True)
    switch_code(agent, ReferralCode.objects.get().pk, is_on=False)
    assert client.get("/r/ana-tea/").status_code == 404
    assert client.get("/r/nobody/").status_code == 404
    assert client.post("/r/ana-tea/").status_code == 405


def test_codes_are_asked_for_and_refused(agent: User, volunteer: User) -> None:
    assert len(code(agent, "").code) == 8
    code(agent)
    for name in ("ana-tea", "a b", "-x-", "ä" * 5):
        with pytest.raises(OriginError):
            code(agent, name)
    with pytest.raises(NotAllowed):
        code(volunteer, "other")


def test_first_and_last_touch_of_one_human_and_their_purchases(agent: User) -> None:
    ana, anna, ben, cleo = met("ana", "anna", "ben", "cleo")
    link = code(agent, owner=ana.pk)
    early = clock.now() - timedelta(days=30)
    note_touch(agent, ben.pk, "search", code="ana-tea", at=early)
    note_touch(agent, ben.pk, "community")
    note_touch(agent, cleo.pk, "search", source="said so")
    books = Customer.objects.create(person=ben, external_id="K1")
    Purchase.objects.create(customer=books, purchased_at=START, amount=40, currency="EUR", digest="d")
    with pytest.raises(OriginError, match="themselves"):
        note_touch(agent, ana.pk, "word", code="ana-tea")
    join_people(agent, ana.pk, anna.pk, "")
    with pytest.raises(OriginError, match="themselves"):
        note_touch(agent, anna.pk, "word", code="ana-tea")
    told = {each.label: (each.first, each.last, each.bought) for each in by_way()}
    assert told == {
        "A referral link or code": (1, 0, 1),
        "The community": (0, 1, 0),
        "A search": (1, 1, 0),
    }
    follow_code("ana-tea", "somebody")
    (row,) = funnel([link])
    assert (row.visits, row.people, row.bought, float(row.paid)) == (1, 1, 1, 40.0)
    (amount,) = worth_of([ana.pk, anna.pk], [])
    assert amount.worth is not None
    assert (amount.currency, amount.worth.low, amount.worth.high, amount.rows) == ("EUR", 0, 40.0, 1)


def test_the_pages_show_and_take_it(client: Client, agent: User, volunteer: User) -> None:
    (ana,) = met("ana")
    client.force_login(agent)
    page = "/desk/people/origin/"
    assert "There are none yet" in client.get(page).text
    client.post(f"{page}codes/", {"code": "spring", "target": "/", "label": "Fair"})
    client.post(f"{page}codes/", {"code": "theirs", "target": "/q/", "owner": ana.pk})
    for wrong in ({"target": "//evil.example"}, {"target": "/", "owner": 10**9}, {}):
        assert client.post(f"{page}codes/", wrong).status_code == 302
    assert ReferralCode.objects.count() == 2
    client.post(f"/desk/people/{ana.pk}/origin/", {"way": "word", "source": "on the phone"})
    assert client.post(f"/desk/people/{ana.pk}/origin/", {"way": "stork"}).status_code == 302
    assert Touch.objects.get().source == "on the phone"
    assert "Word of mouth" in client.get(f"/desk/people/{ana.pk}/").text
    assert "/r/spring" in client.get(page).text
    assert f"{page}?owner={ana.pk}#new" in client.get(f"/desk/people/{ana.pk}/").text
    assert f'name="owner" value="{ana.pk}"' in client.get(f"{page}?owner={ana.pk}").text
    client.post(f"{page}codes/{ReferralCode.objects.get(code='spring').pk}/", {"on": "0"})
    assert not ReferralCode.objects.get(code="spring").is_on
    assert client.post(f"{page}codes/99999/", {"on": "0"}).status_code == 404
    assert client.get(f"{page}?after=rubbish").status_code == 404
    client.force_login(volunteer)
    assert client.get(page).status_code == 404
