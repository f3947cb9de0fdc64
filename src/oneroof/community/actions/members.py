"""Who takes part: a user becomes a member by what they first do."""

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Member


def member_of(user: User) -> Member:
    """As the community knows this person. Two requests may come at once: the constraint decides."""
    demand(user, Permission.TAKE_PART)
    name = user.name or user.email.partition("@")[0]
    found, _is_new = Member.objects.get_or_create(user=user, defaults={"name": name[:120]})
    return found
