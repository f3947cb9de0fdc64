"""What ``oneroof doctor`` looks at. Each finding says what is so, and how to mend it."""

import importlib.util
import platform
import shutil
import smtplib
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from oneroof.config.database import NEEDED_EXTENSIONS, has_pending_migrations, server
from oneroof.config.running import is_up
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.health import is_fresh, last_beat
from oneroof.core.home import home

NEEDED_POSTGRESQL = 18
LITTLE_DISK, TOO_LITTLE_DISK = 5 * 2**30, 2**29
CLOCKS_MAY_DIFFER = timedelta(seconds=5)


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    state: State
    says: str
    mend: str = ""


def examine() -> dict[str, object]:
    """Every finding; ``ok`` is False where one of them fails."""
    findings = [*_outside_the_database(), *_database()]
    return {
        "ok": all(finding.state != State.FAIL for finding in findings),
        "home": str(home()),
        "findings": [asdict(finding) for finding in findings],
    }


def _outside_the_database() -> Iterator[Finding]:
    for look in (_python, _disk, _secret_key, _address, _mail, _language):
        yield look()


def _python() -> Finding:
    return Finding(
        "python", State.OK, f"Python {platform.python_version()} on {platform.platform(terse=True)}."
    )


def _disk() -> Finding:
    free = shutil.disk_usage(home()).free
    says = f"{free / 2**30:.1f} GB are free at {home()}."
    state = State.FAIL if free < TOO_LITTLE_DISK else State.WARN if free < LITTLE_DISK else State.OK
    return Finding(
        "disk", state, says, "" if state == State.OK else "Make room, or move the home: --home DIR."
    )


def _secret_key() -> Finding:
    key = home() / "secret.key"
    if not key.exists():
        return Finding("secret key", State.OK, "It comes from SECRET_KEY.")
    if stat.S_IMODE(key.stat().st_mode) & 0o077:
        return Finding("secret key", State.FAIL, f"Others may read {key}.", f"chmod 600 {key}")
    return Finding("secret key", State.OK, f"{key} is readable by its owner alone.")


def _address() -> Finding:
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme == "https" or address.hostname in {"localhost", "127.0.0.1", "::1"}:
        return Finding("address", State.OK, f"The site is {settings.PUBLIC_URL}.")
    mend = "Put a proxy with TLS before it, and set ONEROOF_PUBLIC_URL to its https address."
    return Finding("address", State.WARN, f"{settings.PUBLIC_URL} is not encrypted.", mend)


def _mail() -> Finding:
    options = settings.MAILERS["default"]["OPTIONS"]
    place = f"{options['host']}:{options['port']}"
    try:
        with smtplib.SMTP(options["host"], options["port"], timeout=5) as mail_server:
            mail_server.noop()
    except (OSError, smtplib.SMTPException) as error:
        mend = "Set ONEROOF_SMTP_HOST and ONEROOF_SMTP_PORT; without them no e-mail goes out."
        return Finding("e-mail", State.WARN, f"The mail server {place} does not answer: {error}.", mend)
    return Finding("e-mail", State.OK, f"The mail server {place} answers.")


def _language() -> Finding:
    if importlib.util.find_spec("eldc"):
        return Finding("language", State.OK, "eldc tells languages.")
    says = "eldc has no build for this system: py3langid tells languages, less surely."
    return Finding("language", State.WARN, says)


def _database() -> Iterator[Finding]:
    """All that needs the database; where it does not answer, that alone."""
    with ExitStack() as stack:
        try:
            stack.enter_context(server())
            connection.ensure_connection()
        except (OneroofError, DatabaseError, OSError) as error:
            mend = (
                "Look at DATABASE_URL."
                if settings.DATABASE_URL
                else "Its log lies in postgres/log of the home."
            )
            yield Finding("database", State.FAIL, f"It does not answer: {str(error).strip()}", mend)
            return
        yield _server_version()
        yield _extensions()
        yield _clock()
        if has_pending_migrations():
            yield Finding(
                "tables", State.WARN, "They are not up to date.", "The next command that needs them does it."
            )
            return
        yield Finding("tables", State.OK, "They are up to date.")
        yield from _running_parts()
        for look in (_sources, _unsure_replies, _failed_jobs):
            yield look()


def _server_version() -> Finding:
    found = connection.pg_version // 10_000  # type: ignore[attr-defined]
    if found >= NEEDED_POSTGRESQL:
        return Finding("database", State.OK, f"PostgreSQL {found} answers.")
    mend = f"Oneroof is tested on PostgreSQL {NEEDED_POSTGRESQL}."
    return Finding("database", State.FAIL, f"It is PostgreSQL {found}.", mend)


def _extensions() -> Finding:
    known = {name for (name,) in _rows("SELECT name FROM pg_available_extensions")}
    missing = [name for name in NEEDED_EXTENSIONS if name not in known]
    if not missing:
        return Finding("extensions", State.OK, f"{', '.join(NEEDED_EXTENSIONS)} are there.")
    mend = "Install PostgreSQL's contrib package on the server."
    return Finding("extensions", State.FAIL, f"Missing: {', '.join(missing)}.", mend)


def _clock() -> Finding:
    ((theirs,),) = _rows("SELECT clock_timestamp()")
    apart = abs(clock.now() - theirs)
    if apart <= CLOCKS_MAY_DIFFER:
        return Finding("clock", State.OK, "This machine's and the database's agree.")
    mend = "Let both follow the same time server."
    return Finding("clock", State.FAIL, f"This machine's and the database's are {apart} apart.", mend)


def _running_parts() -> Iterator[Finding]:
    running = is_up(home())
    for part in ("worker", "listener"):
        if is_fresh(last_beat(part)):
            yield Finding(part, State.OK, "It is at work.")
        elif running:
            yield Finding(
                part, State.FAIL, "It gives no sign of life.", "What it says stands in the log of oneroof up."
            )
        else:
            yield Finding(part, State.WARN, "It does not run.", "oneroof up starts it.")


def _sources() -> Finding:
    failing = _rows(
        "SELECT name, last_error FROM listening_source WHERE enabled AND failures > 0 ORDER BY name"
    )
    if not failing:
        return Finding("sources", State.OK, "None is failing.")
    says = "; ".join(f"{name}: {error.strip() or 'no reason given'}" for name, error in failing[:10])
    return Finding("sources", State.WARN, f"{len(failing)} failing: {says}", "Each source's page tells more.")


def _unsure_replies() -> Finding:
    ((waiting,),) = _rows("SELECT count(*) FROM care_reply WHERE state = 'unknown'")
    if not waiting:
        return Finding("outbox", State.OK, "No reply waits for a person.")
    says = f"{waiting} replies may or may not have gone out."
    return Finding("outbox", State.WARN, says, "Decide them in the inbox, under their conversations.")


def _failed_jobs() -> Finding:
    rows = _rows(
        "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1"
    )
    if not rows:
        return Finding("jobs", State.OK, "None has failed.")
    says = "Failed for good: " + ", ".join(f"{count} × {name}" for name, count in rows) + "."
    return Finding("jobs", State.WARN, says, "The log tells why.")


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
