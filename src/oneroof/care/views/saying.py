"""How an action went, in words on the page that follows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest

from oneroof.care.errors import CareError


@contextmanager
def saying(request: HttpRequest, done: str) -> Iterator[None]:
    """Say ``done``, or why it could not be; what does not exist is 404."""
    try:
        yield
    except CareError as error:
        messages.error(request, str(error))
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, done)
