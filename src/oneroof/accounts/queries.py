"""Reads for pages and for the rooms above."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.http import url_has_allowed_host_and_scheme

from oneroof.accounts.models import ApiToken, AuditEntry, Department, RulesOfEngagement, User
from oneroof.accounts.policies import Permission, Role
from oneroof.core.export import csv_lines
from oneroof.core.pagination import LIMIT, Page, decode_cursor, decode_pk, page_of

SPEAKERS = RulesOfEngagement.Audience.SPEAKERS


def current_rules(audience: str = SPEAKERS) -> RulesOfEngagement | None:
    """The newest version, such as of the rules of engagement; None where none was ever published."""
    return RulesOfEngagement.objects.filter(audience=audience).first()


def must_accept_rules(user: User, audience: str = SPEAKERS) -> RulesOfEngagement | None:
    """The rules that this person has still to accept, such as before a public reply; None where there are none."""
    rules = current_rules(audience)
    if rules is None or user.rules_accepted.filter(rules=rules).exists():
        return None
    return rules


def rules_versions() -> QuerySet[RulesOfEngagement]:
    """Every version, newest first, with who published it."""
    return RulesOfEngagement.objects.filter(audience=SPEAKERS).select_related("published_by")


def rules_before(rules: RulesOfEngagement) -> RulesOfEngagement | None:
    return RulesOfEngagement.objects.filter(audience=rules.audience, version__lt=rules.version).first()


def rules_accepted_before(user: User, audience: str = SPEAKERS) -> RulesOfEngagement | None:
    """The newest version that this person accepted; None where they never did."""
    return RulesOfEngagement.objects.filter(rulesacceptance__user=user, audience=audience).first()


def acceptances(rules: RulesOfEngagement) -> tuple[int, int]:
    """How many of those who answer have accepted this version, and how many answer."""
    who_answer = User.objects.who_may(Permission.ANSWER)
    counts = who_answer.aggregate(
        all=Count("pk", distinct=True),
        accepted=Count("pk", distinct=True, filter=Q(rules_accepted__rules=rules)),
    )
    return counts["accepted"], counts["all"]


def audit_entries(
    *,
    on_kind: str = "",
    on_id: str = "",
    actor_id: int | None = None,
    verb: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEntry]:
    """The audit, newest first, narrowed by what is given; ``verb`` by its beginning, ``until`` exclusive."""
    narrowed = {
        "on_kind": on_kind,
        "on_id": on_id,
        "actor_id": actor_id,
        "verb__startswith": verb,
        "at__gte": since,
        "at__lt": until,
    }
    given = {name: value for name, value in narrowed.items() if value}
    return AuditEntry.objects.select_related("actor").filter(**given)


def audit_page(entries: QuerySet[AuditEntry], cursor: str | None) -> Page[AuditEntry]:
    """Raises CursorError."""
    if cursor:
        entries = entries.filter(pk__lt=decode_pk(cursor))
    return page_of(list(entries[: LIMIT + 1]), LIMIT, lambda entry: (entry.pk,))


def audit_as_csv(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """A line each."""
    rows = (
        (
            entry.at.isoformat(),
            entry.actor_name,
            entry.verb,
            entry.on_kind,
            entry.on_id,
            entry.on_name,
            json.dumps(entry.before, ensure_ascii=False),
            json.dumps(entry.after, ensure_ascii=False),
        )
        for entry in entries.iterator(chunk_size=1_000)
    )
    return csv_lines(("at", "who", "what", "on_kind", "on_id", "on_name", "before", "after"), rows)


def people(text: str = "", cursor: str | None = None) -> Page[User]:
    """Everyone who may enter the desk or once could, with their departments. Raises CursorError."""
    found = User.objects.exclude(role=Role.MEMBER).prefetch_related("departments")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if cursor:
        found = found.filter(email__gt=str(decode_cursor(cursor, 1)[0]))
    return page_of(list(found[: LIMIT + 1]), LIMIT, lambda user: (user.email,))


def departments() -> QuerySet[Department]:
    """Every department, each with ``members``: how many people of its may sign in."""
    counted = Department.objects.annotate(members=Count("people", filter=Q(people__is_active=True)))
    return counted.order_by("name")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    return user.tokens.filter(revoked_at=None).order_by("-id")


def safe_next(address: str) -> str:
    """An address to go on to, if it lies within this site; else the empty text."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


def layout_for(user: User) -> str:
    """The frame of a page of one's own: Settings at the desk, or for a member the account's pages."""
    return "oneroof/settings.html" if user.is_staff_member else "allauth/layouts/manage.html"
