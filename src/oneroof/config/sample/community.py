"""The sample company's community: its customers ask and answer one another, in five languages."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Group
from oneroof.core import clock

ANSWERED_AFTER = timedelta(hours=3)
ACCEPTED_AFTER = timedelta(hours=5)
TO_CARE_AFTER = timedelta(hours=12)


def fill_community(now: datetime) -> int:
    """How many questions there are then. What an earlier start left is not asked again."""
    sample = _sample()
    people = {each["email"]: _member(each) for each in sample["members"]}
    rooms = {each["slug"]: _group(each) for each in sample["groups"]}
    for each in sample["questions"]:
        if not Entry.objects.filter(kind="question", title=each["title"]).exists():
            _ask(each, people, rooms[each["group"]], now - timedelta(hours=each["hours_ago"]))
    return Entry.objects.filter(kind="question").count()


def _ask(row: Mapping[str, Any], people: Mapping[str, User], room: Group, moment: datetime) -> None:
    asker = people[row["asker"]]
    with clock.frozen_at(moment):
        question = ask(asker, row["title"], row["body"], group=room, tags=row["tags"], product=row["product"])
    for number, each in enumerate(row["answers"], 1):
        with clock.frozen_at(moment + ANSWERED_AFTER * number):
            said = answer(people[each["author"]], question.pk, each["body"])
        if each["accepted"]:
            with clock.frozen_at(moment + ANSWERED_AFTER * number + ACCEPTED_AFTER):
                accept(asker, said.pk)


def _member(row: Mapping[str, Any]) -> User:
    found: User = User.objects.get_or_create(
        email=row["email"], defaults={"name": row["name"], "role": Role.MEMBER}
    )[0]
    return found


def _group(row: Mapping[str, Any]) -> Group:
    found, _is_new = Group.objects.get_or_create(
        slug=row["slug"],
        defaults={"name": row["name"], "about": row["about"], "to_care_after": TO_CARE_AFTER},
    )
    return found


def _sample() -> dict[str, Any]:
    text = resources.files("oneroof.config.sample").joinpath("community.json").read_text(encoding="utf-8")
    sample: dict[str, Any] = json.loads(text)
    return sample
