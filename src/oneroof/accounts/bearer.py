"""The API's door: each route states the permission that its caller's token must carry.

``@router.get("/posts", auth=bearer(Permission.HEAR))``. Without a valid token each address answers 401, so it
tells nothing; with one that may not, 404, as for a page.
"""

from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from oneroof.accounts.access import demand
from oneroof.accounts.actions.tokens import user_of_token
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission


class bearer(HttpBearer):  # noqa: N801  reads as a verb where it is used; ninja wants a class
    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.stated_permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> User:
        user = user_of_token(token)
        if user is None:
            raise AuthenticationError
        demand(user, self.stated_permission)
        request.user = user
        return user


def user_of(request: HttpRequest) -> User | None:
    """Whom the request's bearer token stands for, on addresses that no route serves."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return user_of_token(token) if scheme.lower() == "bearer" and token else None


def stated_permission(operation: Any) -> Permission | None:
    """The permission that a ninja operation states; None where it states none."""
    stated = [guard.stated_permission for guard in operation.auth_callbacks if isinstance(guard, bearer)]
    return stated[0] if len(stated) == 1 else None
