"""Search's fusing, measured in memory: rephrasings find their FAQ, related questions come before others."""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from oneroof.community.quality.metrics import average_precision, mean, reciprocal_rank
from oneroof.community.quality.ordering import Orders
from oneroof.community.quality.sets import Asked, Asking, Page, abroad, asking, faqs, related
from oneroof.community.queries.finding import LEAST_MEANING, MEANING, TITLE, WORDS
from oneroof.community.rules.fusing import fused

BOUNDS = (0.80, 0.81, LEAST_MEANING, 0.85, 0.87)
STEPS = (0.0, 0.25, 0.5, 1.0, 2.0)
type Report = dict[str, Any]
type Ordered = list[list[int]]
type Weights = tuple[float, float, float]


def run(data: Path, *, meaning: bool = True) -> Report:
    """Without ``meaning`` nothing is embedded: as search is where there is no model."""
    report = {"stackfaq": _faqs(*faqs(data), meaning), "semeval": _related(*related(data), meaning)}
    return report | ({"abroad": _abroad(*abroad()), "shown": _shown(data)} if meaning else {})


def _faqs(pages: list[Page], asked: list[Asked], meaning: bool) -> Report:
    """Weights are searched on rephrasings of FAQs of even number, and judged on those of odd number."""
    orders = _orders(pages, asked, meaning)
    even = [n for n, each in enumerate(asked) if min(each.right) % 2 == 0]
    odd = [n for n, each in enumerate(asked) if min(each.right) % 2]
    report: Report = {"all": _found(orders, asked, range(len(asked))), "odd": _found(orders, asked, odd)}
    weights = max(_all_weights(), key=lambda each: _first(_fused(orders, each), asked, even)["mrr"])
    return report | {"searched": {"weights": weights, **_first(_fused(orders, weights), asked, odd)}}


def _abroad(pages: list[Page], asked: list[Asked]) -> Report:
    """Of questions in other languages, how many find their English answer first."""
    orders = _orders(pages, asked, meaning=True)
    return {name: _first(orders[name], asked, range(len(asked))) for name in ("words", "meaning", "fused")}


def _shown(data: Path) -> Report:
    """By meaning, from each bound on: how many find their answer first and see it; how many that have none are
    shown something. Of other languages than English, and of English."""
    report: Report = {}
    for name, told in asking(data).items():
        every = list(range(len(told.pages)))
        best = Orders(
            told.pages, [Asked(text, every, frozenset({right})) for _lang, text, right in told.asked]
        ).nearest()
        report[name] = {
            group: {bound: _of_shown(told, best, bound, is_english) for bound in BOUNDS}
            for group, is_english in {"abroad": False, "english": True}.items()
        }
    return report


def _of_shown(told: Asking, best: list[tuple[int, float]], bound: float, is_english: bool) -> Report:
    counted = Counter(asked=0, answered=0, elsewhere=0, misled=0)
    for (lang, _text, right), (page, cosine) in zip(told.asked, best, strict=True):
        if (lang == "en") == is_english:
            counted["elsewhere" if right < 0 else "asked"] += 1
            counted["misled" if right < 0 else "answered"] += cosine >= bound and right in (-1, page)
    return dict(counted)


def _related(pages: list[Page], asked: list[Asked], meaning: bool) -> Report:
    """As the weights are: nothing is searched here."""
    orders = _orders(pages, asked, meaning)
    orders["search_engine"] = [each.among for each in asked]
    known = [n for n, each in enumerate(asked) if each.right]
    precise = {
        name: [average_precision(_to_the_end(order[n], asked[n]), asked[n].right) for n in known]
        for name, order in orders.items()
    }
    return {"asked": len(asked), "with_related": len(known)} | {
        name: {"map": mean(figures), "map_of_all": round(sum(figures) / len(asked), 4)}
        for name, figures in precise.items()
    }


def _orders(pages: list[Page], asked: list[Asked], meaning: bool) -> dict[str, Ordered]:
    """The baselines, each order alone, and the fused, as search fuses them."""
    made = Orders(pages, asked)
    orders = {
        "tf_idf_titles": made.by_tf_idf(with_answers=False),
        "tf_idf_pages": made.by_tf_idf(with_answers=True),
        "words": made.by_words(),
        "bm25": made.by_bm25(),
        "title": made.by_title(of_all=not meaning),
        "meaning": made.by_meaning() if meaning else [[] for _each in asked],
    }
    return orders | {"fused": _fused(orders, (WORDS, TITLE, MEANING))}


def _fused(orders: dict[str, Ordered], weights: Weights) -> Ordered:
    """What has no weight finds nothing."""
    parts = zip(orders["words"], orders["title"], orders["meaning"], strict=True)
    return [
        list(fused([(w, each) for w, each in zip(weights, found, strict=True) if w and each]))
        for found in parts
    ]


def _all_weights() -> list[Weights]:
    return [(words, title, 1.0) for words, title in product(STEPS, STEPS)]


def _found(orders: dict[str, Ordered], asked: list[Asked], judged: Sequence[int]) -> Report:
    return {"asked": len(judged)} | {name: _first(order, asked, judged) for name, order in orders.items()}


def _first(order: Ordered, asked: list[Asked], judged: Sequence[int]) -> Report:
    ranks = [reciprocal_rank(order[n], asked[n].right) for n in judged]
    return {"p_at_1": mean([float(rank == 1) for rank in ranks]), "mrr": mean(ranks)}


def _to_the_end(order: list[int], asked: Asked) -> list[int]:
    """What is not found comes last, in the worst case: the right ones after all others."""
    missing = [each for each in asked.among if each not in order]
    return [*order, *sorted(missing, key=lambda each: each in asked.right)]
