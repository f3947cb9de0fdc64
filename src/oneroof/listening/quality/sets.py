"""The public sets, read into cases in the order of time. What cannot be read is counted, never guessed."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oneroof.listening.need import PostFacts
from oneroof.text.feeling import judge
from oneroof.text.language import detect

SEVEN_DAYS = timedelta(days=7)
_HANDLE = re.compile(r"@(\w+)")
_LINK = re.compile(r"https?://", re.IGNORECASE)


class SetMissingError(Exception):
    """The folder with the public sets is not there."""


@dataclass(frozen=True, slots=True)
class Case:
    """A post as it was known on arrival, and whether it needed an answer, which was known only later."""

    facts: PostFacts
    needed: bool
    author: str
    part: str = "all"


@dataclass(frozen=True, slots=True)
class _Tweet:
    id: str
    author: str
    inbound: bool
    said_at: datetime
    text: str
    parent: str


def airline(data: Path) -> list[Case]:
    """Tweets at six airlines, February 2015. Negative stands for needs an answer. An id counts once."""
    rows = {row["tweet_id"]: row for row in reversed(_rows(data / "airline" / "Tweets_merged_utf8.csv"))}
    ordered = sorted(rows.values(), key=lambda row: (row["tweet_created"], int(row["tweet_id"])))
    again = _Again()
    cases = []
    for row in ordered:
        said_at = datetime.fromisoformat(row["tweet_created"]).replace(tzinfo=UTC)
        facts = _facts(
            row["text"],
            addressed_to_us=row["text"].lstrip().startswith("@"),
            author_posts_7d=again.before(row["name"], said_at),
        )
        cases.append(Case(facts, row["airline_sentiment"] == "negative", row["name"]))
    return cases


def twcs(data: Path) -> list[Case]:
    """Customers' tweets to brands, late 2017. One that a brand's tweet in the set answers needed an answer.

    `part` is opening for a tweet that answers none, following otherwise.
    """
    tweets = list(_tweets(data / "twcs_head" / "twcs_monalisapatra26.csv"))
    by_id = {tweet.id: tweet for tweet in tweets}
    brands = {tweet.author.casefold() for tweet in tweets if not tweet.inbound}
    answered = {tweet.parent for tweet in tweets if not tweet.inbound}
    again = _Again()
    cases = []
    for tweet in sorted(tweets, key=lambda tweet: (tweet.said_at, int(tweet.id))):
        if not tweet.inbound:
            continue
        parent = by_id.get(tweet.parent)
        facts = _facts(
            tweet.text,
            addressed_to_us=any(handle.casefold() in brands for handle in _HANDLE.findall(tweet.text)),
            is_reply=bool(tweet.parent),
            answers_us=parent is not None and not parent.inbound,
            thread_answered_by_us=any(not above.inbound for above in _above(tweet, by_id)),
            author_posts_7d=again.before(tweet.author, tweet.said_at),
        )
        part = "following" if tweet.parent else "opening"
        cases.append(Case(facts, tweet.id in answered, tweet.author, part))
    return cases


def labelled(folder: Path, split: str) -> list[tuple[str, int]]:
    """Texts and labels of the two-file sets (umsab, tweeteval)."""
    texts = _lines(folder / f"{split}_text.txt")
    labels = [int(label) for label in _lines(folder / f"{split}_labels.txt")]
    return list(zip(texts, labels, strict=True))


def rated(data: Path) -> list[tuple[str, float]]:
    """The tweets of VADER's authors, with the mean of ten people's ratings."""
    rows = (line.split("\t", 2) for line in _lines(data / "vader" / "tweets_GroundTruth.txt"))
    return [(text, float(rating)) for _, rating, text in rows]


def spotify(data: Path) -> list[str]:
    rows = _rows(data / "twcs_spotify_inbound" / "support_requests.csv")
    return [row["text"] for row in rows if row.get("text")]


class _Again:
    """How often an author had written in the seven days before; to be asked in the order of time."""

    def __init__(self) -> None:
        self._said: dict[str, deque[datetime]] = {}

    def before(self, author: str, said_at: datetime) -> int:
        said = self._said.setdefault(author, deque())
        while said and said_at - said[0] > SEVEN_DAYS:
            said.popleft()
        said.append(said_at)
        return len(said) - 1


def _facts(text: str, **known: bool | int) -> PostFacts:
    lang = detect(text)
    facts = PostFacts(text=text, lang=lang, feeling=judge(text, lang), has_link=bool(_LINK.search(text)))
    return replace(facts, **known)  # type: ignore[arg-type]  # the callers name fields of PostFacts


def _above(tweet: _Tweet, by_id: dict[str, _Tweet]) -> Iterator[_Tweet]:
    seen = {tweet.id}
    while (parent := by_id.get(tweet.parent)) is not None and parent.id not in seen:
        seen.add(parent.id)
        yield parent
        tweet = parent


def _tweets(path: Path) -> Iterator[_Tweet]:
    for row in _rows(path):
        if not row["tweet_id"].isdigit() or not row["created_at"]:
            continue
        yield _Tweet(
            id=row["tweet_id"],
            author=row["author_id"],
            inbound=row["inbound"].casefold() == "true",
            said_at=datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y"),
            text=row["text"],
            parent=row["in_response_to_tweet_id"].removesuffix(".0"),
        )


def _rows(path: Path) -> list[dict[str, str]]:
    with _found(path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def _lines(path: Path) -> list[str]:
    return _found(path).read_text(encoding="utf-8", errors="replace").rstrip("\n").split("\n")


def _found(path: Path) -> Path:
    if not path.is_file():
        raise SetMissingError(f"{path.parent.name}/{path.name} is not in the folder of the public sets.")
    return path
