"""A server that says so many events a second as Jetstream does, for one listener and a while.

Each event bears the moment at which it was due: who listens too slowly is late by what it left waiting. Words are
made up (``sample``), two in three of them everyday ones of the post's language; some posts name a company.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event, Thread

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from oneroof.core.lifeline import die_with_parent
from oneroof.listening.bench.sample import COMPANY, Language, make_posts
from oneroof.listening.matching import Document

POST = "app.bsky.feed.post"
DISTINCT, AUTHORS = 20_000, 50_000
DELETED_AFTER = 1_501
TICK = 0.01
EVERYDAY = {
    "en": "the and is it my not this was have with when order broken great awful again please thanks why",
    "es": "el la que de y no mi con por pedido roto gracias cuando otra vez genial nunca llega bien",
    "de": "der die das und ist nicht mein mit wann kaputt danke wieder bitte warum schon immer gut noch",
    "fr": "le la et est pas mon avec quand commande merci encore cassé jamais bien pourquoi toujours",
    "ja": "です ます の に を が 壊れた 届かない ありがとう また なぜ まだ 最高 注文 お願い",
}


def main() -> None:
    """Prints its port, serves whoever connects first, and ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--named", type=float, required=True)
    parser.add_argument("--parent", type=int, required=True)
    arguments = parser.parse_args()
    die_with_parent(arguments.parent)
    endings, over = _endings(arguments.named), Event()

    def speak(socket: ServerConnection) -> None:
        try:
            _speak(socket, endings, arguments.rate, arguments.seconds)
        except ConnectionClosed:
            pass  # whoever listened has had enough
        finally:
            over.set()

    with serve(speak, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        sys.stdout.write(f"{server.socket.getsockname()[1]}\n")
        sys.stdout.flush()
        Thread(target=server.serve_forever, daemon=True).start()
        over.wait()


def _speak(socket: ServerConnection, endings: Sequence[tuple[str, bool]], rate: int, seconds: float) -> None:
    began, said, total = time.time(), 0, int(rate * seconds)
    while said < total:
        due = min(total, int((time.time() - began) * rate))
        for number in range(said, due):
            socket.send(_event(number, began + number / rate, *endings[number % len(endings)]))
        said = due
        time.sleep(TICK)


def _event(number: int, at: float, ending: str, is_deletion: bool) -> str:
    """A deletion is of a post of a moment before."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    number -= DELETED_AFTER if is_deletion else 0
    return (
        f'{{"did":"did:plc:{number % AUTHORS:024d}","time_us":{int(at * 1_000_000)},"kind":"commit","commit":'
        f'{{"rev":"3k{number}","collection":"{POST}","rkey":"3k{number:011d}","record":'
        f'{{"$type":"{POST}","createdAt":"{moment}",{ending}'
    )


def _endings(named: float) -> list[tuple[str, bool]]:
    """What of an event does not change with its moment, and whether it is a deletion: one in twenty is."""
    rng = random.Random(7)  # noqa: S311 - made-up text, not a secret
    posts = enumerate(make_posts(Language(1), DISTINCT, 200))
    return [_ending(number, each, rng, is_named=rng.random() < named) for number, each in posts]


def _ending(number: int, document: Document, rng: random.Random, *, is_named: bool) -> tuple[str, bool]:
    is_deletion = number % 20 == 19
    everyday = EVERYDAY[document.lang or "en"].split()
    said = [word if rng.random() < 0.34 else rng.choice(everyday) for word in document.text.split()]
    said = [COMPANY, *said] if is_named else said
    record = json.dumps({"text": " ".join(said)[:300], "langs": [document.lang]}, ensure_ascii=False)
    return f'{record[1:]},"operation":"{"delete" if is_deletion else "create"}"}}}}', is_deletion


if __name__ == "__main__":
    main()
