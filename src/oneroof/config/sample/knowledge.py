"""What the sample company and its customers have written besides questions, by the usual actions, at its time."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.community.actions.announcing import announce
from oneroof.community.actions.articles import About, draft_article, publish_article, submit_article
from oneroof.community.actions.deciding import remove
from oneroof.community.actions.disclaiming import write_disclaimer
from oneroof.community.actions.editing import edit
from oneroof.community.actions.groups import make_group
from oneroof.community.actions.ideas import answer_idea, suggest_idea
from oneroof.community.actions.joining import admit, ask_to_join
from oneroof.community.actions.members import member_of
from oneroof.community.actions.reporting import report
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Article, Entry, Group, Kind
from oneroof.config.sample.company import SampleCompany, ServicePoint
from oneroof.core import clock
from oneroof.recognition.actions.directory import write_listing
from oneroof.recognition.actions.ledger import settle_all
from oneroof.recognition.actions.mvp import open_round
from oneroof.recognition.actions.routing import say_what_i_want

type Row = Mapping[str, Any]
MENDS = ("kettles", "coffee makers")
LANGUAGES = {"GB": "en", "DE": "de", "FR": "fr", "ES": "es", "MX": "es", "JP": "ja"}
AN_HOUR = timedelta(hours=1)


def fill_knowledge(company: SampleCompany, now: datetime) -> int:
    """How many pages there are then. What an earlier start left is not written again."""
    if Entry.objects.filter(kind=Kind.IDEA).exists():
        return Entry.objects.filter(root=None).count()
    rows = json.loads(_text())
    people = {user.email: user for user in User.objects.all()}
    for each in rows["disclaimers"]:
        write_disclaimer(_lead(), each["about"], each["lang"], each["text"])
    for kind, fill in FILLS.items():
        for each in rows[kind]:
            fill(each, people, now)
    _fill_directory(company, rows["partners"])
    _honour(now)
    return Entry.objects.filter(root=None).count()


def _article(row: Row, people: Mapping[str, User], now: datetime) -> None:
    writer, then = people[row["by"]], row.get("then")
    with clock.frozen_at(now - timedelta(days=row["days_ago"])):
        about = About(product=row["product"], sort=row["sort"])
        made = draft_article(
            writer, row["title"], row["body"], group=_room(row), tags=row["tags"], about=about
        )
        submit_article(writer, made.pk)
    if row["publish"]:
        with clock.frozen_at(now - timedelta(days=row["days_ago"]) + AN_HOUR):
            publish_article(_lead(), made.pk)
    if then:
        with clock.frozen_at(now - timedelta(days=then["days_ago"])):
            edit(_lead(), made.pk, title=row["title"], body=then["body"], why=then["why"])
    if "due_in" in row:  # a short time, so that it is due for review by now
        due = now - timedelta(days=row["days_ago"]) + timedelta(days=row["due_in"])
        Article.objects.filter(pk=made.pk).update(review_every=row["due_in"], review_due_at=due)


def _idea(row: Row, people: Mapping[str, User], now: datetime) -> None:
    moment = now - timedelta(days=row["days_ago"])
    with clock.frozen_at(moment):
        made = suggest_idea(
            people[row["by"]], row["title"], row["body"], group=_room(row), product=row["product"]
        )
    voters = [user for email, user in sorted(people.items()) if "@people." in email and email != row["by"]]
    for number, voter in enumerate(voters[: row["votes"]], 1):
        with clock.frozen_at(moment + AN_HOUR * 5 * number):
            vote(voter, made.pk, "up")
    if said := row.get("answer"):
        with clock.frozen_at(moment + timedelta(days=6)):
            answer_idea(people[said["by"]], made.pk, said["status"], said["body"])


def _news(row: Row, people: Mapping[str, User], now: datetime) -> None:
    told = {name: row[name] for name in ("tags", "audience", "product", "version")}
    with clock.frozen_at(now - timedelta(days=row["days_ago"])):
        announce(people[row["by"]], row["title"], row["body"], group=_room(row), news=row["kind"], **told)


def _private_group(row: Row, people: Mapping[str, User], now: datetime) -> None:
    keeper, asked = people[row["by"]], row["question"]
    with clock.frozen_at(now - timedelta(days=30)):
        maker = keeper if keeper.role == Role.LEAD else _lead()
        room = make_group(maker, row["name"], about=row["about"], visibility=row["visibility"])
        for email in (row["by"], *row["members"]):
            admit(member_of(people[email]), room, by=maker)
    with clock.frozen_at(now - timedelta(days=2)):
        ask(keeper, asked["title"], asked["body"], group=room)
        if "asks" in row:
            ask_to_join(people[row["asks"]], room.pk)


def _report(row: Row, people: Mapping[str, User], now: datetime) -> None:
    page = Entry.objects.get(kind=Kind.QUESTION, title=row["on"])
    with clock.frozen_at(now - timedelta(days=1)):
        said = answer(people[row["author"]], page.pk, row["text"])
        report(people[row["by"]], said.pk, row["reason"], row["note"])
    if row.get("removed"):
        with clock.frozen_at(now - AN_HOUR * 20):
            remove(_moderator(), said.pk, row["reason"])


def _helper(row: Row, people: Mapping[str, User], now: datetime) -> None:
    with clock.frozen_at(now - timedelta(days=30)):
        say_what_i_want(
            people[row["by"]],
            wants_questions=True,
            most_a_week=3,
            from_hour=8,
            to_hour=21,
            listed_to="everybody",
            **{name: row[name] for name in ("skills", "languages", "place", "about")},
        )


FILLS = {
    "articles": _article,
    "ideas": _idea,
    "news": _news,
    "groups": _private_group,
    "helpers": _helper,
    "reports": _report,
}


def _fill_directory(company: SampleCompany, partners: list[dict[str, Any]]) -> None:
    for each in (*map(_listing, company.service_points), *partners):
        write_listing(_lead(), **each)


def _listing(point: ServicePoint) -> dict[str, Any]:
    return {
        "kind": "service",
        "name": f"Tarn {point.city}",
        "place": f"{point.city}, {point.country}",
        "hours": point.hours,
        "skills": list(MENDS),
        "languages": [LANGUAGES[point.country]],
        "email": "care@tarn.example",
    }


def _honour(now: datetime) -> None:
    """The ledger as it stands, and a round that waits to be chosen from."""
    settle_all()
    with clock.frozen_at(now - AN_HOUR):
        open_round(_lead(), name=f"{now.year}", perks="A kettle with your name on it, and our thanks.")


def _room(row: Row) -> Group:
    return Group.objects.get(slug=row["group"])


def _lead() -> User:
    lead: User = User.objects.filter(role=Role.LEAD).earliest("pk")
    return lead


def _moderator() -> User:
    agent: User = User.objects.filter(role=Role.AGENT).earliest("pk")
    return agent


def _text() -> str:
    return resources.files("oneroof.config.sample").joinpath("knowledge.json").read_text(encoding="utf-8")
