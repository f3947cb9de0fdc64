"""Bursts found again in replayed traffic: how many, how soon, and how often there was none."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from oneroof.insight.quality.sets import SetMissingError
from oneroof.insight.rules import bursts

type Report = dict[str, Any]
DAY, WEEK = 1_440, 10_080
WEEKS = 52
STACKED, MOVED = (1, 8, 40), 20
"""So many real days are laid over one another, each of their posts moved by itself by up to so many minutes."""
SIZES = (1.5, 12.0)
LENGTHS = (30, 120)
COUNT = 200
LARGE = 3.0
QUIET_MINUTES = 60
CHANCES = (1e-5, 5e-6, 3e-6, 1e-6)
WHEN = "%a %b %d %H:%M:%S %z %Y"


def measure(data: Path) -> Report:
    """The threshold is chosen on the first half of the days; figures are of the other."""
    days = _days(data / "twcs_spotify_inbound" / "support_requests.csv")
    half = len(days) // 2
    return {
        "days": len(days),
        "from": str(days[0][0]),
        "unlikely": bursts.UNLIKELY,
        "chosen_on_first_half": {
            str(stack): _false_alarms(_year(days[:half], stack, 1)) for stack in STACKED
        },
        "volumes": [_volume(days[half:], stack) for stack in STACKED],
    }


def _volume(days: list[tuple[datetime, Any]], stack: int) -> Report:
    calm = _year(days, stack, 2)
    counts, truth = _with_bursts(calm, 3)
    noticed = [_noticed(counts, start, length) for start, length, _size in truth]
    large = [(delay, size) for delay, (_s, _l, size) in zip(noticed, truth, strict=True) if size > LARGE]
    found = sorted(delay for delay, _size in large if delay is not None)
    alarms = _episodes(_firing(calm, bursts.UNLIKELY))
    return {
        "posts_a_day": round(float(calm.sum()) / WEEKS / 7),
        "false_alarms_a_week": round(len(alarms) / (WEEKS - bursts.WEEKS), 2),
        "bursts": len(truth),
        "over_three_times": len(large),
        "recall": round(len(found) / len(large), 3),
        "median_delay_minutes": found[len(found) // 2] if found else None,
        "within_five_minutes": round(sum(delay <= 5 for delay in found) / len(large), 3),
        "by_size": _by_size(noticed, [size for *_rest, size in truth]),
        "nobody_could_find_more": {
            "within_five_minutes": most_found(calm, truth, 5),
            "within_ten_minutes": most_found(calm, truth, 10),
            "in_all": most_found(calm, truth, LENGTHS[1]),
        },
    }


def most_found(calm: Any, truth: list[tuple[int, int, float]], minutes: int) -> float:
    """The most that any test of counts finds of the large ones in their first minutes, at one false alarm a week.

    By Neyman and Pearson (1933): it knows what is usual to the last digit, when each burst begins and how large it
    is, and asks only whether there is one, as often as a week has such spans. Counts are Poisson's.
    """
    smooth = np.convolve(calm, np.ones(361) / 361, "same")
    large = [(start, min(length, minutes), size) for start, length, size in truth if size > LARGE]
    usual = np.array([smooth[start : start + length].sum() for start, length, _size in large])
    sizes = np.array([size for *_rest, size in large])
    allowed = float(np.mean([length for _start, length, _size in large])) / WEEK
    low, high = -100.0, 1_000.0
    for _step in range(60):
        middle = (low + high) / 2
        is_too_often = _chance_over(usual, sizes, usual, middle) > allowed
        low, high = (middle, high) if is_too_often else (low, middle)
    return round(_chance_over(usual, sizes, usual * sizes, high), 3)


def _chance_over(usual: Any, sizes: Any, truly: Any, evidence: float) -> float:
    """How often the logarithm of the likelihoods' ratio reaches ``evidence`` where ``truly`` so many are due."""
    from scipy.stats import poisson

    needed = np.ceil((evidence + (sizes - 1) * usual) / np.log(sizes))
    return float(poisson.sf(np.maximum(needed, 0) - 1, truly).mean())


def _by_size(noticed: list[int | None], sizes: list[float]) -> list[Report]:
    told = []
    for low, high in ((1.5, 3.0), (3.0, 5.0), (5.0, 8.0), (8.0, 12.0)):
        chosen = [delay for delay, size in zip(noticed, sizes, strict=True) if low < size <= high]
        found = sorted(delay for delay in chosen if delay is not None)
        told.append({
            "over": low, "bursts": len(chosen), "recall": round(len(found) / max(len(chosen), 1), 3),
            "median_delay": found[len(found) // 2] if found else None,
        })  # fmt: skip
    return told


def _days(path: Path) -> list[tuple[datetime, Any]]:
    """Each whole day's minutes, from the first on which the collection is dense."""
    if not path.is_file():
        raise SetMissingError(f"{path.parent.name}/{path.name} is not in the folder of the public sets.")
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        moments = [_moment(row["created_at"]) for row in csv.DictReader(file)]
    by_day: dict[datetime, Any] = {}
    for moment in filter(None, moments):
        day = moment.replace(hour=0, minute=0, second=0)
        by_day.setdefault(day, []).append(moment.hour * 60 + moment.minute)
    return [
        (day, np.bincount(minutes, minlength=DAY))
        for day, minutes in sorted(by_day.items())
        if len(minutes) >= 90
    ]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, WHEN).astimezone(UTC)
    except (TypeError, ValueError):
        return None


def _year(days: list[tuple[datetime, Any]], stack: int, seed: int) -> Any:
    """A year of minutes: real days in random order, workdays on workdays, as they were; or laid over one another,
    each post moved by itself: moved all together, one post would become as many at once."""
    chance = np.random.default_rng(seed)
    kinds = [
        [minutes for day, minutes in days if (day.weekday() > 4) == is_late] for is_late in (False, True)
    ]
    year = []
    for number in range(WEEKS * 7):
        chosen = kinds[number % 7 > 4]
        picks = chance.integers(0, len(chosen), stack)
        minutes = np.concatenate([np.repeat(np.arange(DAY), chosen[pick]) for pick in picks])
        if stack > 1:
            minutes = (minutes + chance.integers(-MOVED, MOVED + 1, len(minutes))) % DAY
        year.append(np.bincount(minutes, minlength=DAY))
    return np.concatenate(year).astype(float)


def _with_bursts(calm: Any, seed: int) -> tuple[Any, list[tuple[int, int, float]]]:
    """So many bursts at random moments: start, length and how many times the usual there is altogether."""
    chance = np.random.default_rng(seed)
    counts, truth = calm.copy(), []
    smooth = np.convolve(calm, np.ones(361) / 361, "same")
    slots = np.linspace(bursts.WEEKS * WEEK + 500, len(calm) - 500, COUNT).astype(int)
    for slot in slots:
        start = int(slot + chance.integers(-400, 401))
        length = int(chance.integers(*LENGTHS))
        size = float(np.exp(chance.uniform(*np.log(SIZES))))
        more = (size - 1) * smooth[start : start + length]
        counts[start : start + length] += chance.poisson(more)
        truth.append((start, length, size))
    return counts, truth


def _firing(counts: Any, unlikely: float, start: int = bursts.WEEKS * WEEK, end: int | None = None) -> Any:
    """The minutes at which there is a burst, learnt anew each hour from the weeks before."""
    chance, begin = _least_chance(counts, start, len(counts) if end is None else end)
    return begin + np.flatnonzero(chance < unlikely)


def _least_chance(counts: Any, start: int, end: int) -> tuple[Any, int]:
    hourly = counts[: len(counts) // 60 * 60].reshape(-1, 60).sum(axis=1)
    start -= start % 60
    summed = np.concatenate(([0.0], np.cumsum(counts)))
    found = []
    for hour in range(start // 60, (end + 59) // 60):
        first = max(0, hour - bursts.WEEKS * bursts.HOURS)
        profile = bursts.learn(hourly[first:hour], first % bursts.HOURS)
        minutes = np.arange(hour * 60, min(hour * 60 + 60, len(counts)))
        found.append(_of_hour(profile, minutes, summed))
    return np.concatenate(found), start


def _of_hour(profile: bursts.Profile, minutes: Any, summed: Any) -> Any:
    usual = np.concatenate(([0.0], np.cumsum(np.tile(bursts.usual_by_minute(profile), 2))))
    place = minutes % WEEK + WEEK
    least = np.ones(len(minutes))
    for width in bursts.WINDOWS:
        heard = summed[minutes + 1] - summed[minutes + 1 - width]
        least = np.minimum(
            least, bursts.chances(heard, usual[place + 1] - usual[place + 1 - width], profile.spread)
        )
    return least


def _noticed(counts: Any, start: int, length: int) -> int | None:
    """Minutes from the first minute of a burst to the alarm; None where there was none while it lasted."""
    firing = _firing(counts, bursts.UNLIKELY, start, start + length)
    within = firing[(firing >= start) & (firing < start + length)]
    return int(within[0] - start + 1) if len(within) else None


def _episodes(minutes: Any) -> list[int]:
    """Alarms within an hour of the one before are one."""
    return [
        int(each)
        for each, gap in zip(minutes, np.diff(minutes, prepend=-DAY), strict=True)
        if gap > QUIET_MINUTES
    ]


def _false_alarms(calm: Any) -> Report:
    """A week, by threshold."""
    chance, start = _least_chance(calm, bursts.WEEKS * WEEK, len(calm))
    weeks = WEEKS - bursts.WEEKS
    return {
        str(unlikely): round(len(_episodes(start + np.flatnonzero(chance < unlikely))) / weeks, 2)
        for unlikely in CHANCES
    }


def crisislex(data: Path) -> Report:
    """How long after the first tweet of each event it is noticed, by the moments alone."""
    folder = data / "crisislex" / "T26"
    if not folder.is_dir():
        raise SetMissingError("crisislex/T26 is not in the folder of the public sets.")
    return {"events": [_event(path) for path in sorted(folder.iterdir()) if path.is_dir()]}


def _event(folder: Path) -> Report:
    moments = sorted(_tweets(folder))
    first = moments[0].replace(minute=0, second=0)
    minutes = np.array([int((moment - first).total_seconds() // 60) for moment in moments])
    counts = np.bincount(minutes).astype(float)
    chance, start = _least_chance(counts, 60, len(counts))
    firing = start + np.flatnonzero(chance < bursts.UNLIKELY)
    told = json.loads(next(folder.glob("*-event_description.json")).read_text(encoding="utf-8"))
    peak = int(np.argmax(np.convolve(counts, np.ones(60), "valid")))
    return {
        "event": told["name"],
        "tweets": len(moments),
        "noticed_minutes_after_first_tweet": int(firing[0]) + 1 - int(minutes[0]) if len(firing) else None,
        "tweets_until_then": int(counts[: firing[0] + 1].sum()) if len(firing) else None,
        "before_its_busiest_hour_by_minutes": peak - int(firing[0]) if len(firing) else None,
    }


def _tweets(folder: Path) -> Iterator[datetime]:
    path = next(folder.glob("*-tweetids_entire_period.csv"))
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            moment = _moment(row["Timestamp"])
            if moment:
                yield moment
