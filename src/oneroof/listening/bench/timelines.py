"""A server on which many sources have something new to say at each asking: feeds, Mastodon, Bluesky, HN Search,
Stack Exchange."""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oneroof.core.lifeline import die_with_parent
from oneroof.listening.bench.sample import Language, make_posts

NEW_EVERY, NEWS_EVERY = 60, 600
"""Seconds in which a source has one new post, Hacker News less often: what is shown reaches further back than
what a listener reads again, or it would ask after each that fell out."""
SHOWN = 20
TEXTS = 2_000

type Shown = Sequence[tuple[int, datetime, str]]
"""Number, moment and text of each post, newest first."""


def main() -> None:
    """Prints its port and serves until its parent ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    die_with_parent(parser.parse_args().parent)
    server = Timelines()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


class Timelines(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        rng = random.Random(5)  # noqa: S311 - made-up text, not a secret
        self.texts = [
            post.text.replace("<", "") for post in make_posts(Language(1), TEXTS, rng.randrange(99))
        ]

    def shown(self, source: str, every: int = NEW_EVERY) -> Shown:
        newest = int(time.time()) // every
        start = sum(map(ord, source))
        return [
            (each, datetime.fromtimestamp(each * every, UTC), self.texts[(each * 7 + start) % TEXTS])
            for each in range(newest, newest - SHOWN, -1)
        ]


class _Answering(BaseHTTPRequestHandler):
    server: Timelines

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: each[-1] for name, each in parse_qs(parts.query).items()}
        for start, told in ANSWERS.items():
            if parts.path.startswith(start):
                self._say(told(parts.path, query, self.server))
                return
        self.send_error(404)

    def _say(self, body: str) -> None:
        raw = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml" if body.startswith("<") else "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Nothing: it would be most of the work."""


type Answer = Callable[[str, Mapping[str, str], Timelines], str]


def _feed(path: str, query: Mapping[str, str], server: Timelines) -> str:  # noqa: ARG001 - an Answer
    items = "".join(
        f"<item><guid>{path}-{number}</guid><title>{text}</title><pubDate>{format_datetime(at)}</pubDate></item>"
        for number, at, text in server.shown(path)
    )
    return f'<rss version="2.0"><channel><title>{path}</title>{items}</channel></rss>'


def _timeline(path: str, query: Mapping[str, str], server: Timelines) -> str:
    before = int(query.get("max_id", 1 << 62))
    return json.dumps(
        [
            {
                "id": str(int(at.timestamp() * 1_000) << 16),
                "account": {"acct": f"user{number % 50}", "url": "http://127.0.0.1/", "followers_count": 9},
                "content": f"<p>{text}</p>",
                "created_at": at.isoformat(),
            }
            for number, at, text in server.shown(path)
            if int(at.timestamp() * 1_000) << 16 < before
        ]
    )


def _instance(path: str, query: Mapping[str, str], server: Timelines) -> str:  # noqa: ARG001 - an Answer
    return json.dumps({"configuration": {"statuses": {"max_characters": 500}}})


def _search(path: str, query: Mapping[str, str], server: Timelines) -> str:  # noqa: ARG001 - an Answer
    posts = [
        {
            "uri": f"at://did:plc:{number % 50}/app.bsky.feed.post/{query['q']}-{number}",
            "author": {"did": f"did:plc:{number % 50}", "handle": f"user{number % 50}.example"},
            "record": {"text": text, "createdAt": at.isoformat()},
            "indexedAt": at.isoformat(),
        }
        for number, at, text in server.shown(query["q"])
    ]
    return json.dumps({"posts": posts})


def _hits(path: str, query: Mapping[str, str], server: Timelines) -> str:  # noqa: ARG001 - an Answer
    hits = [
        {
            "objectID": str(number),
            "author": f"user{number % 50}",
            "comment_text": text,
            "created_at": at.isoformat(),
            "created_at_i": int(at.timestamp()),
            "_tags": ["comment"],
        }
        for number, at, text in server.shown(query["query"], NEWS_EVERY)
    ]
    return json.dumps({"hits": hits, "nbHits": len(hits), "page": 0, "nbPages": 1, "hitsPerPage": len(hits)})


def _questions(path: str, query: Mapping[str, str], server: Timelines) -> str:
    """By tag; below them nobody has said anything yet."""
    since, until = int(query.get("min", 0)), int(query.get("max", 2**40))
    asked = server.shown(query["tagged"]) if path.endswith("/questions") else ()
    items = [
        _question(number, int(at.timestamp()), text)
        for number, at, text in asked
        if since <= at.timestamp() <= until
    ]
    return json.dumps({"items": items, "has_more": False, "quota_max": 10_000, "quota_remaining": 9_000})


def _question(number: int, at: int, text: str) -> dict[str, Any]:
    return {
        "question_id": number,
        "title": text[:60],
        "body": f"<p>{text}</p>",
        "owner": {"user_id": number % 50, "display_name": f"user{number % 50}"},
        "creation_date": at,
        "last_activity_date": at,
        "answer_count": 0,
        "score": 0,
        "tags": [],
        "link": f"https://cooking.stackexchange.com/questions/{number}/x",
    }


ANSWERS: Mapping[str, Answer] = {
    "/feed/": _feed,
    "/api/v1/timelines/tag/": _timeline,
    "/api/v2/instance": _instance,
    "/xrpc/app.bsky.feed.searchPosts": _search,
    "/api/v1/search_by_date": _hits,
    "/2.3/questions": _questions,
    "/2.3/posts": _questions,
}

if __name__ == "__main__":
    main()
