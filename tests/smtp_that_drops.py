"""A real SMTP server that takes every letter for good and, every tenth time, hangs up before it says so.

``python smtp_that_drops.py PORT FILE``: each Message-ID taken is a line of FILE, written through to the disk.
To ``nobody…`` it refuses for good, to ``busy…`` for now, and of a letter to ``silent…`` it says nothing more.
"""

import asyncio
import os
import sys
from email import message_from_bytes
from pathlib import Path
from zlib import crc32

from aiosmtpd.smtp import SMTP, Envelope, Session

SILENCE = 3_600


class Taker:
    def __init__(self, taken: Path) -> None:
        self.taken = taken.open("a")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("busy"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = str(message_from_bytes(bytes(envelope.content))["Message-ID"])
        self.taken.write(f"{envelope.rcpt_tos[0]} {name}\n")
        self.taken.flush()
        os.fsync(self.taken.fileno())
        if envelope.rcpt_tos[0].startswith("silent"):
            await asyncio.sleep(SILENCE)
        if crc32(name.encode()) % 10 == 0:
            server.transport.abort()
        return "250 taken"


async def serve(port: int, taken: Path) -> None:
    taker = Taker(taken)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(taker), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
