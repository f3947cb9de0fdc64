"""Every page of experience in a real Chromium: axe, no sideways scroll; a trial is planned by keyboard alone."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from oneroof.accounts.models import Department, User
from oneroof.care.actions.states import close_conversation
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.core.testing.browser import browsing, looks_fine
from oneroof.customers.models import Customer, Person, Purchase
from oneroof.experience.actions.asking import invite, save_survey
from oneroof.experience.actions.reporting import save_report
from oneroof.experience.actions.returning import state_input
from oneroof.experience.actions.trials import plan_trial
from oneroof.experience.letters import token_of
from oneroof.experience.models import Survey, SurveyAnswer, Trial
from oneroof.experience.queries.reports import SECTIONS
from oneroof.experience.tests.conftest import SignIn
from oneroof.experience.tests.test_asking import ASKED
from oneroof.experience.tests.test_return import STATED, seek
from oneroof.insight.models import Contact, Reason
from oneroof.listening.models import Source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = "/desk/experience/"


@pytest.fixture
def page(live_server: Any, lead: User, signed_in: SignIn) -> Iterator[Page]:
    with browsing(live_server.url) as page_for:
        yield page_for(signed_in(lead))


@pytest.fixture
def helped(forum: Source, hear: Hear, lead: User, agent: User) -> None:
    """Conversations of two months, some solved; surveys answered and one that waits; what customers bought."""
    sales = Department.objects.get_or_create(slug="sales", defaults={"name": "Sales"})[0]
    lead.departments.add(sales)
    draw, reason = Random(5), Reason.objects.create(name="Late parcel", department=sales)
    for number in range(12):
        with clock.frozen_at(clock.now() - timedelta(days=5 * number)):
            found = hear(forum, said(f"p{number}", "@brumi it leaks", author=f"author{number}"))
            if number % 3:
                close_conversation(lead, found[0].pk, "solved")
    survey = save_survey(lead, None, ASKED)
    invite(survey, "answer 1", email="ana@customers.example")
    for number in range(60):
        _buys_calls_and_answers(number, reason, draw)


def _buys_calls_and_answers(number: int, reason: Reason, draw: Random) -> None:
    at = clock.now() - timedelta(days=draw.randint(1, 330))
    books = Customer.objects.create(
        person=Person.objects.create(name=f"Customer {number}"),
        external_id=f"K{number}",
        since=clock.ago(days=400),
    )
    Purchase.objects.create(customer=books, purchased_at=at, amount=40, currency="EUR", digest=f"d{number}")
    Contact.objects.create(
        external_id=f"{number}", channel="phone", opened_at=at, reason=reason, customer=books.external_id
    )
    for kind, most in (("nps", 10), ("csat", 5)):
        said = "The lid, the lid." if number % 4 else ""
        told = {"kind": kind, "score": draw.randint(1, most), "answered_at": at, "comment": said}
        SurveyAnswer.objects.create(
            **told,
            digest=f"{kind}{number}",
            customer=f"K{number}",
            person=books.person,
            touch_point="Web shop",
        )


def tried(lead: User, unit: str, measure: str, keys: list[int], *numbers: int) -> Trial:
    """Planned long ago, and over."""
    begun = clock.ago(days=80)
    told = {"name": f"A card in the box: {unit}", "unit": unit, "measure": measure, "step_days": 7}
    days = {"starts_on": begun.date(), "ends_on": clock.ago(days=10).date()}
    with clock.frozen_at(begun - timedelta(days=2)):
        return plan_trial(lead, {**told, **days}, keys, *numbers)


def test_answers_and_waits_and_teams(page: Page, helped: None, lead: User, agent: User) -> None:
    department = lead.departments.get()
    surveys = (
        "satisfaction/",
        "satisfaction/?kind=csat",
        "satisfaction/answers/?kind=nps",
        "surveys/",
        "surveys/add/",
    )
    people = (f"teams/{department.pk}/", f"teams/people/{lead.pk}/", f"surveys/{Survey.objects.get().pk}/")
    for place in ("", "response/rows/?days=90&place=inbox&clock=answer", "teams/", *surveys, *people):
        looks_fine(page, f"{AT}{place}")


def test_proof(page: Page, helped: None, lead: User) -> None:
    looks_fine(page, f"{AT}return/")
    seek(100, 30)
    for name, (value, low, high) in STATED.items():
        state_input(lead, name, value, low, high, "Our books", clock.now().date())
    for place in ("return/", "return/sought/", "return/inputs/staff_cost/", "years/", "recovery/"):
        looks_fine(page, f"{AT}{place}")


def test_trials_and_reports(page: Page, helped: None, lead: User, agent: User) -> None:
    for place in ("trials/", "trials/add/", "trials/add/?unit=department", "reports/", "reports/add/"):
        looks_fine(page, f"{AT}{place}")
    rooms = [Department.objects.create(slug=f"d{number}", name=f"Room {number}").pk for number in range(6)]
    planned = [
        tried(lead, "customer", "spent_each", [], 0, 0),
        tried(lead, "department", "contacts", rooms, 3, 1),
    ]
    told = {"name": "The week", "sections": list(SECTIONS), "every": "week", "is_on": True}
    report = save_report(lead, None, told, [lead.pk, agent.pk])
    for place in (
        "trials/",
        *(f"trials/{each.pk}/" for each in planned),
        "reports/",
        f"reports/{report.pk}/",
    ):
        looks_fine(page, f"{AT}{place}")
    looks_fine(page, f"{AT}reports/{report.pk}/change/")


def test_who_is_asked_answers_and_may_say_no(page: Page, helped: None) -> None:
    token = token_of(Survey.objects.get().invitations.get())
    for place in ("", "stop/", "done/"):
        looks_fine(page, f"/s/{token}/{place}")


def test_a_trial_is_planned_by_keyboard_alone(page: Page, lead: User) -> None:
    """From the list of trials, with Tab, space, arrows and Enter, and it stands in the list."""
    page.goto(f"{AT}trials/")
    walk_to(page, "link", "Plan a trial")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.partition('/desk')[0]}{AT}trials/add/")
    walk_to(page, "radio", "Customers, some held out")
    walk_to(page, "button", "Next")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trials/add/?unit=customer")
    walk_to(page, "textbox", "Name")
    page.keyboard.type("A card in the box")
    walk_to(page, "combobox", "Judged by")
    page.keyboard.press("ArrowDown")
    walk_to(page, "button", "Plan it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A card in the box")).to_be_visible()
    planned = Trial.objects.get()
    assert (planned.measure, planned.held_out, planned.made_by) == ("spent_each", 10, lead)
    page.goto(f"{AT}trials/")
    walk_to(page, "link", "A card in the box")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/trials/{planned.pk}/")


def walk_to(page: Page, role: Any, name: str) -> None:
    """Tab after tab, as a person does who has no mouse; what has the focus shows it."""
    wanted = page.get_by_role(role, name=name).first
    expect(wanted).to_be_visible()
    for _step in range(80):
        if wanted.evaluate("each => each === document.activeElement"):
            ring = wanted.evaluate(
                "each => getComputedStyle(each).outlineStyle + getComputedStyle(each).boxShadow"
            )
            assert ring != "nonenone", name
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No Tab leads to {name}.")
