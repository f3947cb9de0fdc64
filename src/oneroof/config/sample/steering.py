"""What the sample company's leads have set up: a trial that is over, a report, a target, links, and its CRM.

Nothing of it leaves: the CRM is told nothing, and the report goes to the demo's own letterbox on its day.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission, Role
from oneroof.core import clock
from oneroof.core.webhooks import signed_headers
from oneroof.customers.actions.crm_setting_up import Wanted, set_up_crm
from oneroof.customers.actions.crm_taking import take_message
from oneroof.customers.actions.origin import follow_code, make_code, note_touch
from oneroof.customers.models import Customer
from oneroof.experience.actions.reporting import save_report
from oneroof.experience.actions.targeting import state_target
from oneroof.experience.actions.trials import plan_trial
from oneroof.experience.models import Trial, Unit

type Row = Mapping[str, Any]
VISITORS = 9


def fill_steering(now: datetime) -> int:
    """How many trials are known then. What an earlier start left stands."""
    if not Trial.objects.exists():
        told = json.loads(_text())
        lead: User = User.objects.filter(role=Role.LEAD).earliest("pk")
        _try(lead, told["trial"], now)
        readers = User.objects.who_may(Permission.STEER).values_list("pk", flat=True)
        save_report(lead, None, {**told["report"], "is_on": True}, list(readers))
        _aim(lead, told["target"], now)
        _say_how_they_came(lead, told, now)
        _connect(lead, told["crm"], now)
    return Trial.objects.count()


def _try(lead: User, row: Row, now: datetime) -> None:
    """Planned before it began, as a lot must be."""
    begun = now - timedelta(days=row["days_ago"])
    told = {name: row[name] for name in ("name", "what", "measure", "held_out")}
    days = {"starts_on": begun.date(), "ends_on": (begun + timedelta(days=row["days"])).date()}
    with clock.frozen_at(begun - timedelta(days=2)):
        plan_trial(lead, {**told, **days, "unit": Unit.CUSTOMER}, [], 0, 0)


def _aim(lead: User, row: Row, now: datetime) -> None:
    """What is asked of them would punish the help that they give and get: the page shows each case."""
    begun = (now - timedelta(days=row["days_ago"])).date()
    days = {"starts_on": begun, "ends_on": begun + timedelta(days=row["days"])}
    whose = Department.objects.get(name=row["department"])
    told = {name: row[name] for name in ("measure", "least", "tolerated")}
    state_target(lead, {**told, **days, "department": whose})


def _say_how_they_came(lead: User, told: Row, now: datetime) -> None:
    customers = Customer.objects.exclude(person=None).order_by("external_id")
    people = list(customers.values_list("person", flat=True)[:20])
    with clock.frozen_at(now - timedelta(days=30)):
        for row in told["codes"]:
            owner = people[row["owner"]] if "owner" in row else None
            make_code(lead, code=row["code"], label=row["label"], target=row["target"], owner_id=owner)
            for visitor in range(VISITORS):
                follow_code(row["code"], f"{visitor}")
        for row in told["touches"]:
            who = people[row["who"]]
            note_touch(lead, who, row["way"], code=row.get("code", ""), source=row["source"])


def _connect(lead: User, row: Row, now: datetime) -> None:
    """One message, signed as any; to no address is anything told."""
    with clock.frozen_at(now - timedelta(days=3)):
        sync, secrets = set_up_crm(lead, Wanted(name=row["name"]))
        records = [{**each, "changed_at": clock.now().isoformat()} for each in row["records"]]
        body = json.dumps({"type": "records.changed", "data": {"records": records}}).encode()
        take_message(sync.pk, signed_headers(secrets.theirs, "msg_sample", clock.now(), body), body)


def _text() -> str:
    return resources.files("oneroof.config.sample").joinpath("steering.json").read_text(encoding="utf-8")
