"""What the log must not hold: addresses that let in whoever has them, and what tells of a person.

A line names numbers, places and kinds. What a visitor asked for is told without the words in its address, and an
exception by its kind and where it came from: what it says may quote a name, a handle, an address or a text.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

import psycopg
from django.http import HttpRequest

# Sign-in links, ways out of our letters, surveys, and the keys of password resets and confirmed addresses.
SECRET_PATHS = re.compile(
    r"((?<!\w)/s/|/claim/|/g/invitations/|"
    r"/sign-in/|/notices/unsubscribe/|/accounts/password/reset/key/|/accounts/confirm-email/)[^\s/?'\"]+"
)
OF_THE_CODE = (ImportError, AttributeError, NameError, TypeError, RecursionError)
"""They say what is wrong with the program, in its own words."""
QUOTING = "22"
"""PostgreSQL's class of errors that repeat the value they can't take."""
log = logging.getLogger(__name__)


class SecretsAreCut(logging.Filter):
    """Lets every record through, with the words of the address that was asked for cut out."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        cut = SECRET_PATHS.sub(r"\1…", _without_words(told, getattr(record, "request", None)))
        if cut != told:
            record.msg, record.args = cut, ()
        return True


class Impersonal(logging.Formatter):
    """Of an exception and what led to it: where each came from, its kind, and the reason if that quotes nobody."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_told(each) for each in _chain(error)) if isinstance(error, BaseException) else ""


def log_what_breaks() -> None:
    """What ends this process or one of its threads goes through the log, not past it."""

    def broke(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("It broke.", exc_info=(kind, error, trace))

    sys.excepthook = broke
    threading.excepthook = lambda hook: broke(
        hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback
    )


def _without_words(told: str, request: object) -> str:
    """Slugs, names and tokens give way; numbers stay."""
    if not isinstance(request, HttpRequest) or request.resolver_match is None:
        return told
    place = request.path
    for word in request.resolver_match.kwargs.values():
        if isinstance(word, str) and word:
            place = place.replace(f"/{word}", "/…")
    return told.replace(request.path, place)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """What led to it first, as Python tells it."""
    if error is None:
        return
    yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _chain(each)


def _told(error: BaseException) -> str:
    where = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    reason = _reason(error)
    return f"{where}{kind}: {reason}" if reason else f"{where}{kind}"


def _reason(error: BaseException) -> str:
    """Nothing where it may repeat what somebody wrote."""
    if isinstance(error, psycopg.Error):
        return "" if (error.sqlstate or "").startswith(QUOTING) else _of_the_database(error)
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if isinstance(error, OF_THE_CODE) else ""


def _of_the_database(error: psycopg.Error) -> str:
    """Its first sentence; the details that follow hold the row."""
    return error.diag.message_primary or str(error).partition("\n")[0]
