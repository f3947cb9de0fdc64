"""Errors of the API as RFC 9457 problem documents."""

from typing import Any

from django.http import JsonResponse

PROBLEM_JSON = "application/problem+json"


def problem(status: int, title: str, detail: str = "", **members: Any) -> JsonResponse:
    """One problem document. ``members`` are extension members (RFC 9457, section 3.2)."""
    document = {"type": "about:blank", "title": title, "status": status, **members}
    if detail:
        document["detail"] = detail
    response = JsonResponse(document, status=status)
    response["Content-Type"] = PROBLEM_JSON
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


class ProblemError(Exception):
    """Raised by a route where the answer is a problem of its own kind."""

    def __init__(self, status: int, title: str, detail: str = "", **members: Any) -> None:
        super().__init__(detail or title)
        self.status, self.title, self.detail, self.members = status, title, detail, members
