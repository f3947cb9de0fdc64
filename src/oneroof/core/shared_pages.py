"""Pages that read the same for everybody who is not signed in: caches between us and them may keep those."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

SHARED_SECONDS = 3
"""How old a page may be that a visitor sees; what is taken away is gone for everybody after that."""


def shared_for_a_moment(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For visitors a shared cache may keep the page (RFC 9111, ``s-maxage``); a browser asks again each time."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = view(request, *args, **named)
        if response.status_code == 200 and not request.user.is_authenticated:
            patch_cache_control(response, public=True, max_age=0, s_maxage=SHARED_SECONDS)
        return response

    return marked
