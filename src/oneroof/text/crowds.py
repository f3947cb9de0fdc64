"""Crowds among very many short texts: what many people say at once, without being told how many crowds there are.

Leaders are chosen as Butina does (J. Chem. Inf. Comput. Sci. 39, 1999): whoever has most texts alike and is in no
crowd yet leads those that are in none. It chains nothing, knows no number of crowds, and costs what the shared
words cost. Crowds whose middles are alike are then joined, by their words and, where an embedding is given, by
meaning. Few texts are compared all with all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oneroof.text.grouping import group_by_meaning, group_by_words
from oneroof.text.joining import JOINING
from oneroof.text.noise import own_words
from oneroof.text.routing import Floats
from oneroof.text.weighing import average_linked, weighed

ALIKE = 0.45
"""Cosine from which a text follows a leader; chosen on the ten texts a label with which BANKING77 is learnt."""
MIDDLES_ALIKE = 0.5
MEANINGS_APART = 0.55
COMMON, MANY = 0.1, 200
"""A word in more than that share of many texts tells nothing apart."""
BLOCK = 1_000
JOINED_AT_MOST = 1_500
FEW, MEANT_AT_MOST = 500, 100
"""So few texts are compared all with all; of more, so many crowds by meaning. Embedding takes one core a second
for 14 to 27 texts, so that a hundred take as long as all the rest."""
SHARED_BY = 2
"""A word that fewer people use stands in no name: it may be theirs."""
NAMED_BY, SIGNED_BY, JOINS = 4, 40, 3
LONGEST = 600
WORD = r"(?u)\b[^\W\d_][\w'’-]+\b"

type Embed = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Crowd:
    """``members`` are places of texts, the most typical first; ``terms`` say by weight what it is about."""

    members: list[int]
    closeness: list[float]
    terms: dict[str, float]
    name: str


def crowds(
    texts: Sequence[str], speakers: Sequence[str], *, smallest: int = 3, embed: Embed | None = None
) -> list[Crowd]:
    """Of at least ``smallest`` speakers, the largest first."""
    rows, words = _weighed([own_words(text[:LONGEST]) for text in texts])
    if rows is None:
        return []
    groups = [
        members
        for members in _grouped(rows, texts, embed)
        if len({speakers[place] for place in members}) >= smallest
    ]
    found = [_crowd(members, rows, words, speakers) for members in groups]
    kept = [each for each in found if each.terms]
    return sorted(kept, key=lambda each: (-len({speakers[place] for place in each.members}), each.members[0]))


def _grouped(rows: Any, texts: Sequence[str], embed: Embed | None) -> list[list[int]]:
    if len(texts) > FEW:
        return _joined(_led(rows), rows, texts, embed)
    short = [text[:LONGEST] for text in texts]
    labels = group_by_words(list(map(own_words, short))) if embed is None else group_by_meaning(embed(short))
    return _together([[place] for place in range(len(texts))], labels)


def likeness(one: dict[str, float], other: dict[str, float]) -> float:
    """Cosine of two crowds' terms."""
    few, many = sorted((one, other), key=len)
    return sum(weight * many.get(word, 0.0) for word, weight in few.items())


def _weighed(texts: Sequence[str]) -> tuple[Any, Any]:
    """Rarity is squared: that people share how they ask says less than that they share of what."""
    many = len(texts) >= MANY
    least, most = (2, COMMON) if many else (1, 1.0)
    return weighed(texts, WORD, least=least, most=most, rarity_counts=2) or (None, None)


def _led(rows: Any) -> list[list[int]]:
    """Leaders with those who follow them; who is alone is left out."""
    alike = _neighbours(rows)
    free = np.ones(rows.shape[0], bool)
    groups = []
    for leader in np.argsort([-len(each) for each in alike], kind="stable"):
        if not free[leader]:
            continue
        members = [int(each) for each in alike[leader] if free[each]]
        free[members] = False
        if len(members) > 1:
            groups.append(members)
    return groups


def _neighbours(rows: Any) -> list[NDArray[np.int32]]:
    other = rows.T.tocsr()
    found: list[NDArray[np.int32]] = []
    for start in range(0, rows.shape[0], BLOCK):
        product = (rows[start : start + BLOCK] @ other).tocsr()
        for place in range(product.shape[0]):
            row = slice(product.indptr[place], product.indptr[place + 1])
            near = product.indices[row][product.data[row] >= ALIKE]
            found.append(np.sort(near).astype(np.int32))
    return found


def _joined(groups: list[list[int]], rows: Any, texts: Sequence[str], embed: Embed | None) -> list[list[int]]:
    """The largest are compared with one another; the rest stay as they are."""
    groups = sorted(groups, key=len, reverse=True)
    head, tail = groups[:JOINED_AT_MOST], groups[JOINED_AT_MOST:]
    if len(head) > 1:
        middles = np.stack([_middle(rows[each]) for each in head])
        head = _together(head, average_linked(middles, 1 - MIDDLES_ALIKE))
    if embed is not None and len(head) > 1:
        head.sort(key=len, reverse=True)
        meant = head[:MEANT_AT_MOST]
        typical = [texts[_by_closeness(each, rows)[0][0]][:LONGEST] for each in meant]
        head = _together(meant, group_by_meaning(embed(typical), apart=MEANINGS_APART)) + head[MEANT_AT_MOST:]
    return head + tail


def _together(groups: Sequence[list[int]], labels: Sequence[Any] | NDArray[Any]) -> list[list[int]]:
    joined: dict[int, list[int]] = {}
    for members, label in zip(groups, labels, strict=True):
        joined.setdefault(int(label), []).extend(members)
    return list(joined.values())


def _middle(chosen: Any) -> Floats:
    middle = np.asarray(chosen.mean(axis=0), np.float32).ravel()
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), np.float32)


def _by_closeness(members: Sequence[int], rows: Any) -> tuple[list[int], list[float]]:
    chosen = rows[members]
    close = np.asarray(chosen @ _middle(chosen)).ravel()
    order = np.argsort(-close, kind="stable").tolist()
    return [members[place] for place in order], [float(close[place]) for place in order]


def _crowd(members: Sequence[int], rows: Any, words: Any, speakers: Sequence[str]) -> Crowd:
    ordered, closeness = _by_closeness(members, rows)
    terms = _terms(members, rows, words, speakers)
    return Crowd(ordered, closeness, terms, _name(terms))


def _name(terms: dict[str, float]) -> str:
    """The heaviest words; the short ones, which join others in most languages, only where nothing else is left."""
    telling = [word for word in terms if len(word) > JOINS and word not in JOINING]
    return " ".join((telling or list(terms))[:NAMED_BY])


def _terms(members: Sequence[int], rows: Any, words: Any, speakers: Sequence[str]) -> dict[str, float]:
    """The heaviest words of the middle, of those that several people use."""
    chosen = rows[members]
    weight = np.asarray(chosen.mean(axis=0)).ravel()
    users: dict[int, set[str]] = {}
    for place, member in enumerate(members):
        for column in chosen.indices[chosen.indptr[place] : chosen.indptr[place + 1]]:
            users.setdefault(int(column), set()).add(speakers[member])
    shared = [column for column, who in users.items() if len(who) >= SHARED_BY]
    best = sorted(shared, key=lambda column: (-weight[column], words[column]))[:SIGNED_BY]
    length = float(np.linalg.norm(weight[best])) if best else 1.0
    return {str(words[column]): round(float(weight[column]) / length, 4) for column in best}
