"""The HTTP API: every package's routes under ``/api/v1/``, one kind of error, one kind of door."""

import importlib
import importlib.util
import logging
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from oneroof.accounts.access import NotAllowed, open_to_all
from oneroof.accounts.bearer import stated_permission, user_of
from oneroof.core.errors import OneroofError
from oneroof.core.middleware import too_long, took_too_long
from oneroof.core.problems import ProblemError, problem

api = NinjaAPI(title="Oneroof", version="1", urls_namespace="api", docs_url=None, openapi_url=None)

log = logging.getLogger(__name__)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(401, "A valid token is needed", "Send it as “Authorization: Bearer …”.")


@api.exception_handler(NotAllowed)
@api.exception_handler(Http404)
@api.exception_handler(ObjectDoesNotExist)
def _not_there(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(404, "There is nothing here")


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"pointer": _pointer(each["loc"]), "detail": each["msg"]} for each in error.errors]
    return problem(422, "The request does not fit", wrong[0]["detail"] if wrong else "", errors=wrong)


@api.exception_handler(ProblemError)
def _own_kind(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem(error.status, error.title, error.detail, **error.members)


@api.exception_handler(OneroofError)
def _cannot_be(request: HttpRequest, error: OneroofError) -> HttpResponse:
    return problem(422, "This cannot be done", str(error))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    if took_too_long(error):
        return too_long()
    log.error("%s %s broke.", request.method, request.path, exc_info=error, extra={"request": request})
    return problem(500, "Something broke on our side", "It has been written to the log.")


def _pointer(location: Any) -> str:
    """A JSON pointer into the body, or the name of a parameter."""
    return "#/" + "/".join(str(step) for step in location[1:] if step not in ("payload", "body"))


def _add_routers() -> None:
    for package in apps.get_app_configs():
        name = f"{package.name}.api"
        if (
            package.name.startswith("oneroof.")
            and package.label != "config"
            and importlib.util.find_spec(name)
        ):
            api.add_router("", importlib.import_module(name).router)


_add_routers()


@open_to_all("the description of the API is the same for everybody")
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/v1/"))


@csrf_exempt
@open_to_all("tells those with a token that nothing is here, and everybody else to bring one")
def no_such_route(request: HttpRequest, rest: str) -> HttpResponse:
    return problem(404, "There is nothing here") if user_of(request) else _no_token(request, None)


@register("permissions")
def every_operation_states_its_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A route without ``auth=bearer(…)`` stops the start; ``open_to_all`` says why one is open."""
    return [
        Error(f"{'/'.join(operation.methods)} /api/v1{path} states no permission.", id="oneroof.E002")
        for _prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if stated_permission(operation) is None and not hasattr(operation.view_func, "open_because")
    ]
