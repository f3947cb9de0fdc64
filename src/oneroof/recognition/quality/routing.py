"""The later questions of a dump, replayed with routing and without.

Everybody who wrote in the dump is taken to want it, three a week, at any hour. Whoever is asked sees it when they
next write, and answers only if they truly answered that question: then at that moment, where it is sooner than the
truth. Nobody else is taken to answer because they were asked, so what is found is the least that routing gives.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from oneroof.recognition.quality.dumps import DUMPS, Dump, read
from oneroof.recognition.quality.experts import CUT
from oneroof.recognition.rules.experts import Asked, History, gini, rank
from oneroof.recognition.rules.routing import WEEK, Wish, choose

MOST_A_WEEK = 3
HOUR = 3_600


def run(data: Path) -> dict[str, Any]:
    return {name: _replayed(read(data / name)) for name in DUMPS}


def _replayed(dump: Dump) -> dict[str, Any]:
    """Each later question in the order of time, asked of few as the program would ask."""
    first = int(len(dump.questions) * CUT)
    visits, asks = _visits(dump), defaultdict[int, list[datetime]](list)
    waits, hits, asked = [], 0, 0
    for at, question in dump.questions[first:]:
        truth = {a.member: a.at for a in reversed(dump.answers) if a.question == question.id and a.at >= at}
        truth.pop(question.asker or 0, None)
        if not truth:
            continue
        chosen = _chosen(dump, at, question, asks, visits)
        for member in chosen:
            asks[member].append(at)
        asked, hits = asked + len(chosen), hits + len(truth.keys() & set(chosen))
        without = min(truth.values())
        sooner = [_next(visits[member], at) for member in chosen if member in truth]
        waits.append(((without - at).total_seconds(), (min([without, *sooner]) - at).total_seconds()))
    return {
        "questions": len(waits),
        "asked": asked,
        "asked_who_answered": hits,
        **_figures(np.array(waits) / HOUR),
        "gini_of_asking": round(gini([len(times) for times in asks.values()]), 3),
        "gini_of_answers": round(gini(list(_answers_later(dump, first).values())), 3),
    }


def _chosen(
    dump: Dump,
    at: datetime,
    question: Asked,
    asks: Mapping[int, list[datetime]],
    visits: Mapping[int, list[datetime]],
) -> list[int]:
    ranked = rank(History(dump.known_at(at), at), question)
    wishes = {each.member: _wish(asks.get(each.member, ()), visits[each.member], at) for each in ranked}
    return choose([(each.member, each.score) for each in ranked], wishes, at)


def _wish(asked: Sequence[datetime], visits: Sequence[datetime], at: datetime) -> Wish:
    this_week = sum(at - moment < WEEK for moment in asked)
    return Wish(MOST_A_WEEK, 0, 24, "UTC", this_week, visits[bisect_right(visits, at) - 1])


def _visits(dump: Dump) -> dict[int, list[datetime]]:
    """When each member wrote anything, in order."""
    visits = defaultdict[int, list[datetime]](list)
    for at, question in dump.questions:
        if question.asker is not None:
            visits[question.asker].append(at)
    for answer in dump.answers:
        visits[answer.member].append(answer.at)
    return {member: sorted(moments) for member, moments in visits.items()}


def _next(visits: Sequence[datetime], at: datetime) -> datetime:
    """Whoever answered wrote again, at the latest their answer."""
    return visits[min(bisect_right(visits, at), len(visits) - 1)]


def _answers_later(dump: Dump, first: int) -> Counter[int]:
    since = dump.questions[first][0]
    return Counter(answer.member for answer in dump.answers if answer.at >= since)


def _figures(hours: Any) -> dict[str, Any]:
    without, routed = hours[:, 0], hours[:, 1]
    sooner = without > routed
    return {
        "answered_sooner": int(sooner.sum()),
        "median_hours_without": round(float(np.median(without)), 2),
        "median_hours_routed": round(float(np.median(routed)), 2),
        "mean_hours_without": round(float(without.mean()), 2),
        "mean_hours_routed": round(float(routed.mean()), 2),
    }
