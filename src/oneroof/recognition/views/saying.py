"""How an action went, in words on the page that follows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest

from oneroof.accounts.models import User
from oneroof.recognition.errors import RecognitionError


@contextmanager
def saying(request: HttpRequest, done: str) -> Iterator[None]:
    """Say ``done``, or why it could not be; what does not exist is 404."""
    try:
        yield
    except RecognitionError as error:
        messages.error(request, str(error))
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, done)


def reader_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def number(text: str) -> int:
    """What a form names by its key; raises Http404 for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
