"""The public sets of questions that mean the same, and the vectors of their texts."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from defusedxml.ElementTree import parse

from oneroof.text.routing import Floats

FAQS = Path("stackfaq") / "stackExchange-FAQ.xml"
RELATED = Path("semeval_cqa") / "SemEval2016-Task3-CQA-QL-train-part2.xml"
BETWEEN_REPHRASINGS = "*"
type Embedded = Callable[[Sequence[str]], Floats]


class SetMissingError(Exception):
    """The folder with the public sets is not there."""


@dataclass(frozen=True, slots=True)
class Page:
    """A question, with its body and its answers."""

    title: str
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, the pages to be put in order, the published order's best first, and those that are right."""

    text: str
    among: list[int]
    right: frozenset[int]


def faqs(data: Path) -> tuple[list[Page], list[Asked]]:
    pages, asked = [], []
    for number, pair in enumerate(_root(data / FAQS).iter("qapair")):
        pages.append(Page(_text(pair, "question"), ["", *map(_cleaned, pair.iterfind("answer"))]))
        rephrased = {_cleaned(each): None for each in pair.iterfind("rephr")}
        asked += [(each, number) for each in rephrased if each != BETWEEN_REPHRASINGS]
    return pages, [Asked(text, list(range(len(pages))), frozenset({right})) for text, right in asked]


def related(data: Path) -> tuple[list[Page], list[Asked]]:
    """Ten questions that a search engine found for each asked, in its order; the answers are not looked at."""
    pages: list[Page] = []
    found: dict[str, list[tuple[int, int, bool]]] = {}
    for entry in _root(data / RELATED).iter("OrgQuestion"):
        text = f"{_text(entry, 'OrgQSubject')} {_text(entry, 'OrgQBody')}"
        question = entry.find("Thread/RelQuestion")
        is_right = question.get("RELQ_RELEVANCE2ORGQ") != "Irrelevant"
        there = found.setdefault(f"{entry.get('ORGQ_ID')} {text}", [])
        there.append((int(question.get("RELQ_RANKING_ORDER")), len(pages), is_right))
        pages.append(Page(_text(question, "RelQSubject"), [_text(question, "RelQBody")]))
    return pages, [_asked(key.split(" ", 1)[1], sorted(there)) for key, there in found.items()]


def abroad() -> tuple[list[Page], list[Asked]]:
    """Thirty questions of our own in five languages, each with the English answer that helps."""
    kept = json.loads(Path(__file__).with_name("abroad.json").read_text(encoding="utf-8"))
    pages = [Page(title, ["", answer]) for title, answer in kept["answers"]]
    among = list(range(len(pages)))
    return pages, [Asked(text, among, frozenset({right})) for _lang, text, right in kept["asked"]]


@dataclass(frozen=True, slots=True)
class Asking:
    """English pages; what is asked of them in which language, and which page answers (-1: none)."""

    pages: list[Page]
    asked: list[tuple[str, str, int]]


def asking(data: Path) -> dict[str, Asking]:
    """Of ours: about a kettle and a bicycle, each answer an article; and about the FAQs."""
    kept = json.loads(Path(__file__).with_name("abroad.json").read_text(encoding="utf-8"))
    elsewhere = [[*each, -1] for each in kept["elsewhere"]]
    others = [[*each, -1] for each in kept["other_elsewhere"]]
    known, _rephrased = faqs(data)
    return {
        "kettle": _asking(_articles(kept["answers"]), kept["asked"], kept["asked_in_english"], elsewhere),
        "bicycle": _asking(_articles(kept["other_answers"]), kept["other_asked"], others),
        "faqs": _asking(
            known, kept["faqs_asked"], [[*each, -1] for each in kept["faqs_elsewhere"]], elsewhere, others
        ),
    }


def _articles(answers: list[list[str]]) -> list[Page]:
    return [Page(title, [answer]) for title, answer in answers]


def _asking(pages: list[Page], *asked: list[Any]) -> Asking:
    return Asking(pages, [(lang, text, right) for part in asked for lang, text, right in part])


def _asked(text: str, there: list[tuple[int, int, bool]]) -> Asked:
    among = [page for _rank, page, _is_right in there]
    return Asked(text, among, frozenset(page for _rank, page, is_right in there if is_right))


def vectors(texts: Sequence[str], embed: Embedded) -> Floats:
    """Those of a run before, or new ones: half a minute a thousand texts of 30 words on one core."""
    name = hashlib.sha256("\n".join([embed.__name__, *texts]).encode()).hexdigest()[:24]
    path = Path(tempfile.gettempdir()) / "oneroof-quality" / f"{name}.npy"
    if path.is_file():
        return np.asarray(np.load(path), np.float32)
    found = embed(texts)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    np.save(path, found)
    return found


def _root(path: Path) -> Any:
    if not path.is_file():
        raise SetMissingError(f"{path.parent.name}/{path.name} is not in the folder of the public sets.")
    return parse(path).getroot()


def _text(element: Any, name: str) -> str:
    return _cleaned(element.find(name))


def _cleaned(element: Any) -> str:
    return " ".join((element.text or "").split())
