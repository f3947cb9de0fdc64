"""Who one is."""

from django.http import HttpRequest
from ninja import Router, Schema

from oneroof.accounts.access import actor_of
from oneroof.accounts.bearer import bearer
from oneroof.accounts.policies import PERMISSIONS, Permission, Role

router = Router(tags=["accounts"])


class Me(Schema):
    email: str
    name: str
    role: str
    permissions: list[str]


@router.get("/me", auth=bearer(Permission.OWN_ACCOUNT), response=Me)
def me(request: HttpRequest) -> Me:
    """The account that the token stands for."""
    user = actor_of(request)
    return Me(
        email=user.email, name=str(user), role=user.role, permissions=sorted(PERMISSIONS[Role(user.role)])
    )
