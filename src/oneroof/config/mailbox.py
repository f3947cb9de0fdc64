"""The demo's mail server: takes every e-mail, sends none on, and leaves each as a file to look at."""

import asyncio
import os
import signal

from aiosmtpd.smtp import SMTP, Envelope, Session

from oneroof.core import clock
from oneroof.core.home import home


class Mailbox:
    """What aiosmtpd calls for each message."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        folder = home() / "mail"
        folder.mkdir(mode=0o700, exist_ok=True)
        name = f"{clock.now():%Y-%m-%dT%H-%M-%S.%f}.eml"
        content = envelope.content or b""
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return "250 taken; it stays here"


def receive() -> None:
    """Take mail on ``ONEROOF_SMTP_PORT`` of this machine until SIGTERM."""
    asyncio.run(_receive(int(os.environ["ONEROOF_SMTP_PORT"])))


async def _receive(port: int) -> None:
    loop = asyncio.get_running_loop()
    asked_to_stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, asked_to_stop.set)
    async with await loop.create_server(lambda: SMTP(Mailbox()), "127.0.0.1", port):
        await asked_to_stop.wait()
