"""What single sign-on says of a person lets them into groups, and out again when it says so no more."""

from collections.abc import Mapping
from typing import Any

from allauth.account.signals import user_logged_in
from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.joining import admit, forget_what_was_told
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import ClaimRule, Group, Membership, groups_known_to
from oneroof.community.rules.groups import values_of


@transaction.atomic
def add_claim_rule(actor: User, group_id: int, claim: str, value: str) -> ClaimRule:
    """For a private group that this administrator knows of; raises Group.DoesNotExist for others."""
    demand(actor, Permission.MANAGE_USERS)
    group = groups_known_to(actor).get(pk=group_id)
    claim, value = claim.strip(), value.strip()
    if group.is_public or not (claim and value) or len(claim) > 120 or len(value) > 200:
        raise CommunityError(_("Name a claim, its value, and a private group."))
    rule, is_new = ClaimRule.objects.get_or_create(group=group, claim=claim, value=value)
    if is_new:
        audit.record(actor, "group.claim_added", on=group, name=group.name_for_all, after={"claim": claim})
    return rule


@transaction.atomic
def remove_claim_rule(actor: User, rule_id: int) -> None:
    """Whoever it let in stays until they sign in again."""
    demand(actor, Permission.MANAGE_USERS)
    rule = ClaimRule.objects.select_related("group").get(pk=rule_id, group__in=groups_known_to(actor))
    audit.record(actor, "group.claim_removed", on=rule.group, name=rule.group.name_for_all)
    rule.delete()


@transaction.atomic
def admit_by_claims(user: User, claims: Mapping[str, Any]) -> None:
    """Into each group that a rule names, and out of those where no rule fits any more."""
    if not user.may(Permission.TAKE_PART):
        return
    rules = ClaimRule.objects.select_related("group")
    due = {rule.group for rule in rules if rule.value in values_of(claims, rule.claim)}
    if due:
        member = member_of(user)
        for group in sorted(due, key=_number):
            admit(member, group, by=None, by_claim=True)
    _put_out_of_others(user, due)


def listen_to_sign_on() -> None:
    """Called once, as the program loads."""
    user_logged_in.connect(_on_sign_in, weak=False, dispatch_uid="oneroof.community.claims")


def _on_sign_in(sender: Any, user: User, **told: Any) -> None:  # noqa: ARG001  a signal's arguments
    sign_on = told.get("sociallogin")
    if sign_on is not None:
        admit_by_claims(user, sign_on.account.extra_data or {})


def _put_out_of_others(user: User, due: set[Group]) -> None:
    """Who keeps a group stays, for somebody has to."""
    by_claim = Membership.objects.filter(member__user=user, by_claim=True, state=Membership.State.MEMBER)
    for membership in by_claim.exclude(group__in=due).select_related("group"):
        audit.record(None, "group.put_out", on=membership.group, name=membership.group.name_for_all)
        forget_what_was_told(user, membership.group)
        membership.delete()


def _number(group: Group) -> int:
    return group.pk
