"""How fast a whole community is brought along: a Stack Exchange dump drawn at random, in a database of its own.

What there is of each kind beside a post is as in the public dump of a site of that size.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import quoteattr

from oneroof.community.actions.import_community import import_community
from oneroof.core.importing import Wanted
from oneroof.core.scratch import machine, scratch_database

BESIDE = {"Users": 1.0, "Comments": 1.5, "Votes": 4.0, "PostHistory": 2.8, "Badges": 1.5, "PostLinks": 0.1}
"""Of each kind, for each post."""
ANSWERS, TAGS = 0.6, 500
START = datetime(2015, 1, 1, tzinfo=UTC)
WORDS = [
    f"{start}{end}"
    for start in ["ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "zu"]
    for end in ["bel", "dor", "gin", "lam", "nur"]
]
type Row = dict[str, object]


def measure_bringing(posts: int) -> dict[str, Any]:
    """The import, and the same once more, which stores nothing."""
    with scratch_database(), drawn_dump(posts) as folder:
        size = sum(path.stat().st_size for path in folder.iterdir())
        first = import_community(Wanted([folder], "stackexchange", "bench", {}))
        again = import_community(Wanted([folder], "stackexchange", "bench", {}))
    kinds = {kind: count["stored"] for kind, count in first["by_kind"].items()}
    return {
        "machine": machine(),
        "posts": posts,
        "megabytes": round(size / 1e6),
        "rows": first["stored"],
        "by_kind": kinds,
        "seconds": first["seconds"],
        "again_seconds": again["seconds"],
        "again_stored": again["stored"],
    }


def bringing_as_table(result: Any) -> str:
    return (
        f"{result['posts']:,} posts, {result['rows']:,} rows, {result['megabytes']} MB: "
        f"{result['seconds']:.0f} s; "
        f"again, nothing new: {result['again_seconds']:.0f} s"
    )


@contextmanager
def drawn_dump(posts: int) -> Iterator[Path]:
    with TemporaryDirectory(prefix="oneroof-dump-") as name:
        folder = Path(name)
        draw(folder, posts)
        yield folder


def draw(folder: Path, posts: int) -> None:
    """The same for the same number."""
    drawn = random.Random(posts)  # noqa: S311  the same dump each time
    counts = {kind: int(posts * share) for kind, share in BESIDE.items()}
    _write(folder, "Tags", TAGS, lambda n: {"TagName": f"tag-{n}"})
    _write(folder, "Posts", posts, lambda n: _post(drawn, n, posts, counts["Users"]))
    makers: dict[str, Callable[[int], Row]] = {
        "Users": lambda n: {"DisplayName": f"Member {n}", "AboutMe": _html(drawn, 12) if n % 3 == 0 else ""},
        "Comments": lambda _n: {
            "PostId": drawn.randint(1, posts),
            "Text": _words(drawn, 25),
            "UserId": drawn.randint(1, counts["Users"]),
        },
        "Votes": lambda _n: {
            "PostId": drawn.randint(1, posts),
            "VoteTypeId": drawn.choice((2, 2, 2, 2, 2, 2, 3, 5, 1, 16)),
        },
        "PostHistory": lambda n: _history(drawn, n, posts, drawn.randint(1, counts["Users"])),
        "Badges": lambda n: {
            "UserId": drawn.randint(1, counts["Users"]),
            "Name": f"Badge {n % 90}",
            "Date": _at(n),
        },
        "PostLinks": lambda _n: {
            "PostId": drawn.randint(1, posts),
            "RelatedPostId": drawn.randint(1, posts),
            "LinkTypeId": 1,
        },
    }
    for kind, make in makers.items():
        _write(folder, kind, counts[kind], make)


def _write(folder: Path, name: str, rows: int, make: Callable[[int], Row]) -> None:
    with (folder / f"{name}.xml").open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<{name.lower()}>\n')
        for n in range(1, rows + 1):
            told = {"Id": n, "CreationDate": _at(n), **make(n)}
            file.write(
                f"  <row {' '.join(f'{key}={quoteattr(str(value))}' for key, value in told.items())} />\n"
            )
        file.write(f"</{name.lower()}>\n")


def _post(drawn: random.Random, n: int, posts: int, users: int) -> Row:
    """The first ones are questions; the others answer one of them."""
    questions = max(1, int(posts * (1 - ANSWERS)))
    said: Row = {
        "Body": _html(drawn, 90),
        "Score": drawn.randint(-2, 9),
        "OwnerUserId": drawn.randint(1, users),
    }
    if n > questions:
        return {"PostTypeId": 2, "ParentId": drawn.randint(1, questions), **said}
    tags = "".join(f"<tag-{drawn.randint(1, TAGS)}>" for _ in range(3))
    return {"PostTypeId": 1, "Title": _words(drawn, 9), "Tags": tags, "AnswerCount": 1, **said}


def _history(drawn: random.Random, n: int, posts: int, user: int) -> Row:
    kind = (2, 5, 24)[n % 3] if n > posts else 2
    post = n if n <= posts else drawn.randint(1, posts)
    text = {} if kind == 24 else {"Text": _words(drawn, 90)}
    return {"PostHistoryTypeId": kind, "PostId": post, "RevisionGUID": f"g{n}", "UserId": user, **text}


def _html(drawn: random.Random, words: int) -> str:
    half, code = words // 2, _words(drawn, 5)
    link = f'<a href="https://example.com/{_words(drawn, 1)}">{_words(drawn, 3)}</a>'
    first = f"<p>{_words(drawn, half)} <strong>{_words(drawn, 2)}</strong></p>"
    return f"{first}\n\n<pre><code>{code}\n</code></pre>\n<p>{_words(drawn, half)} {link}</p>\n"


def _words(drawn: random.Random, count: int) -> str:
    return " ".join(drawn.choices(WORDS, k=count))


def _at(n: int) -> str:
    return f"{START + timedelta(minutes=n):%Y-%m-%dT%H:%M:%S}.000"
