"""The sample company's books: customers, what they bought, called about and said when asked, up to now.

All of it comes by the same importers as any file. It is drawn, always alike, from the words in ``books.json``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Role
from oneroof.config.sample.company import SampleCompany
from oneroof.core import clock
from oneroof.core.importing import Wanted, importers
from oneroof.customers.models import Purchase
from oneroof.experience.actions.asking import save_survey
from oneroof.experience.actions.returning import state_input
from oneroof.insight.actions.products import write_product
from oneroof.insight.actions.reasons import write_reason

type Row = dict[str, Any]
type Books = Mapping[str, Any]
DAYS, CONTACTS, ANSWERS, WITH_TEXT = 60, 9, 7, 4
"""Days; contacts and answers a day, about; one contact in so many was written down, and each of what rises."""
RISES_FOR, RISES_BY = 9, 4
NETWORKS = {"chirrup": "webhook", "care": "email"}
SECONDS = 86_400
BY_THE_CLOCK = ("oneroof.insight.twenty", "oneroof.insight.usual", "oneroof.insight.spared")
"""What would else show nothing until the full hour, or the first night."""


def fill_books(company: SampleCompany, now: datetime) -> int:
    """How many contacts are known then. What an earlier start left stands."""
    books, draw = _books(), Random(7)  # noqa: S311  it is a sample, not a secret
    if not Purchase.objects.exists():
        with clock.frozen_at(now - timedelta(days=DAYS)):
            _set_up(books)
        customers = list(_customers(company, now, draw))
        stored = [
            _import("customers", customers),
            _import("purchases", _purchases(books, customers, now, draw)),
            _import("surveys", _answers(books, customers, now, draw)),
            _import("contacts", _contacts(books, customers, now, draw)),
        ]
        for name in BY_THE_CLOCK:
            with suppress(AlreadyEnqueued):  # it is its time just now
                app.configure_task(name).defer(timestamp=int(now.timestamp()))
        return stored[-1]
    return 0


def _set_up(books: Books) -> None:
    lead: User = User.objects.filter(role=Role.LEAD).earliest("pk")
    rooms = dict(Department.objects.values_list("name", "pk"))
    for name, words in books["words"].items():
        write_product(lead, name, words)
    for each in books["reasons"]:
        write_reason(lead, each["name"], department_id=rooms[each["department"]])
    for each in books["inputs"]:
        state_input(lead, **each, as_of=clock.now().date())
    for each in books["surveys"]:
        save_survey(lead, None, {**each, "made_at": clock.now()})


def _customers(company: SampleCompany, now: datetime, draw: Random) -> Iterator[Row]:
    """Whoever spoke to us under one handle or address is known by it."""
    seen: dict[tuple[str, str], str] = {
        (NETWORKS[post.source], post.author_handle): post.author_name
        for post in company.posts
        if post.source in NETWORKS and not post.is_ours
    }
    for number, ((network, handle), name) in enumerate(sorted(seen.items())[:120], 1001):
        row = {"external_id": f"C{number}", "name": name, "since": _ago(now, draw.uniform(70, 900))}
        yield row | ({"email": handle} if network == "email" else {"handles": f"{network}:{handle}"})


def _purchases(books: Books, customers: Sequence[Row], now: datetime, draw: Random) -> Iterator[Row]:
    names, prices = list(books["prices"]), books["prices"]
    for customer in customers:
        for _number in range(draw.randint(1, 4)):
            product = draw.choice(names)
            yield {
                "customer": customer["external_id"],
                "purchased_at": _ago(now, draw.uniform(1, 700)),
                "amount": prices[product],
                "currency": "EUR",
                "product": product,
                "version": draw.choice(("4.2.0", "4.2.1")) if product == "Ripple S" else "",
            }


def _contacts(books: Books, customers: Sequence[Row], now: datetime, draw: Random) -> Iterator[Row]:
    """More of what rises in the last days, said alike; of the rest few are written down, as at any telephone."""
    reasons = books["reasons"]
    for number, at in enumerate(_moments(now, CONTACTS, draw)):
        late = now - at < timedelta(days=RISES_FOR)
        weights = [each["weight"] * (RISES_BY if late and each.get("rises") else 1) for each in reasons]
        [reason] = draw.choices(reasons, weights)
        rises = late and bool(reason.get("rises"))
        texts = reason["texts"][: 2 if rises else None]
        closed = min(at + timedelta(minutes=draw.uniform(4, 35)), now)
        yield {
            "external_id": f"call-{number}",
            "channel": draw.choices(("telephone", "chat", "shop"), (7, 2, 1))[0],
            "opened_at": at.isoformat(),
            "closed_at": closed.isoformat(),
            "customer": _known_as(draw.choice(customers)) if draw.random() < 0.4 else "",
            "reason": reason["name"],
            "text": draw.choice(texts) if rises or number % WITH_TEXT == 0 else "",
            "cost": round(draw.uniform(3.5, 9.5), 2),
        }


def _answers(books: Books, customers: Sequence[Row], now: datetime, draw: Random) -> Iterator[Row]:
    for at in _moments(now, ANSWERS, draw):
        point = draw.choice(books["touch_points"])
        lowest, highest = (1, 5) if point["kind"] == "csat" else (0, 10)
        score = min(max(round(draw.gauss(point["mean"], (highest - lowest) / 5)), lowest), highest)
        said = books["comments"]["high" if score > point["mean"] - 1 else "low"]
        yield {
            "kind": point["kind"],
            "score": score,
            "answered_at": at.isoformat(),
            "customer": draw.choice(customers)["external_id"],
            "touch_point": point["name"],
            "comment": draw.choice(said) if draw.random() < 0.3 else "",
        }


def _moments(now: datetime, a_day: int, draw: Random) -> Iterator[datetime]:
    for day in range(DAYS, 0, -1):
        begin = now - timedelta(days=day)
        seconds = sorted(
            draw.uniform(0, SECONDS - 60) for _number in range(draw.randint(a_day - 3, a_day + 3))
        )
        yield from (begin + timedelta(seconds=second) for second in seconds)


def _ago(now: datetime, days: float) -> str:
    return (now - timedelta(days=days)).isoformat()


def _known_as(customer: Row) -> str:
    return str(customer.get("email") or customer["handles"].partition(":")[2])


def _import(kind: str, rows: Iterable[Row]) -> int:
    """As ``oneroof import`` would; how many were stored."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{kind}.jsonl"
        file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return int(importers()[kind](Wanted([file], "jsonl", None, {}))["stored"])


def _books() -> Books:
    text = resources.files("oneroof.config.sample").joinpath("books.json").read_text(encoding="utf-8")
    books: Books = json.loads(text)
    return books
