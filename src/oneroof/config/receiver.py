"""The demo's other side: takes the replies that leave by webhook, and leaves each as a file to look at."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.db import connections

from oneroof.core import clock
from oneroof.core.home import home
from oneroof.core.webhooks import ReceiptRefusedError, new_secret, verified_id
from oneroof.listening.models import Source
from oneroof.listening.secrets import seal_secrets, settings_of

PORT = "ONEROOF_REPLIES_PORT"
SIZE_LIMIT = 1_048_576
SECONDS = 10.0
# Its bad days: what the first reply to these posts of the sample is answered, so that one sees what becomes of it.
BAD_DAYS = {"form-e2b10deb": 410, "4334854266758726": 503}


def answer_here(port: int) -> None:
    """The sample's webhook sources send their replies to that port of this machine."""
    for source in Source.objects.filter(network="webhook", settings__has_key="sample"):
        source.settings["reply_url"] = f"http://127.0.0.1:{port}/{source.settings['sample']}"
        if not settings_of(source).get("secret"):
            source.secret = seal_secrets({"secret": new_secret()})
        source.save(update_fields=["settings", "secret"])


def receive() -> None:
    """Take replies on ``ONEROOF_REPLIES_PORT`` of this machine until SIGTERM."""
    server = serving(int(os.environ[PORT]))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


def serving(port: int) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", port), Taker)


class Taker(BaseHTTPRequestHandler):
    """One signed message a request, at the path of its source."""

    timeout = SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > SIZE_LIMIT:
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        try:
            self._answer(_take(self.path.strip("/"), dict(self.headers), body))
        except ReceiptRefusedError as refusal:
            self._answer(refusal.status)
        finally:
            connections.close_all()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """The worker tells what was sent."""


def _take(key: str, headers: dict[str, str], body: bytes) -> int:
    """Keep a message that is signed for that source; the status to answer. Raises ReceiptRefusedError."""
    source = Source.objects.filter(network="webhook", settings__sample=key).first()
    if source is None:
        return 404
    name = verified_id(str(settings_of(source)["secret"]).split(), headers, body, now=clock.now())
    folder = home() / "replies"
    folder.mkdir(mode=0o700, exist_ok=True)
    if status := _bad_day(folder, str(json.loads(body)["data"]["in_reply_to"])):
        return status
    (folder / f"{Path(name).name}.json").write_bytes(body)
    return 204


def _bad_day(folder: Path, post: str) -> int | None:
    """What goes wrong with the first reply to that post, once."""
    if post not in BAD_DAYS:
        return None
    try:
        (folder / f".went-wrong-{post}").touch(exist_ok=False)
    except FileExistsError:
        return None
    return BAD_DAYS[post]
