"""The sample company's people, places, watches and rules: everything but what is said.

All of it may be called again on a home where an earlier start was cut off.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from oneroof.accounts.actions.people import add_user
from oneroof.accounts.actions.rules import accept_rules, publish_rules
from oneroof.accounts.models import Department, RulesOfEngagement, User
from oneroof.accounts.policies import Role
from oneroof.care.actions.saved import write_saved_reply
from oneroof.care.actions.service import set_hours, set_policy
from oneroof.care.models import SavedReply, ServicePolicy, WorkingHours
from oneroof.config.sample.company import SampleCompany, SampleSource, SampleUser
from oneroof.core import clock
from oneroof.listening.actions.watches import create_watch
from oneroof.listening.models import Source, Watch


def set_up(company: SampleCompany) -> None:
    """Before anything is heard, so that it is matched and timed as it comes."""
    _set_up_people(company)
    _set_up_service_levels(company)
    for reply in company.saved_replies:
        if not SavedReply.objects.filter(name=reply.name, lang=reply.lang).exists():
            write_saved_reply(_lead(), reply.name, reply.lang, reply.text)
    for source in company.sources:
        _set_up_source(source)
    _set_up_watches(company)


@transaction.atomic
def _set_up_people(company: SampleCompany) -> None:
    for name in company.departments:
        Department.objects.get_or_create(slug=name.lower(), defaults={"name": name})
    people = [_set_up_user(user) for user in company.users]
    if not RulesOfEngagement.objects.filter(audience=RulesOfEngagement.Audience.SPEAKERS).exists():
        rules = publish_rules(None, company.rules_of_engagement)
        # The administrator, whom the newcomer plays, has still to read them.
        for person in people:
            if person.role != Role.ADMIN:
                accept_rules(person, rules.version)


def _set_up_user(user: SampleUser) -> User:
    person, _link = add_user(None, user.email, user.role, name=user.name, departments=(user.department,))
    person.time_zone = user.time_zone
    person.save(update_fields=["time_zone"])
    return person


def _set_up_service_levels(company: SampleCompany) -> None:
    for hours in company.hours:
        if not WorkingHours.objects.filter(name=hours.name).exists():
            set_hours(None, hours.name, hours.time_zone, hours.days, list(_dates(hours.closed_on)))
    ids = dict(WorkingHours.objects.values_list("name", "pk"))
    for policy in company.policies:
        if not ServicePolicy.objects.filter(priority=policy.priority).exists():
            set_policy(
                None,
                policy.priority,
                policy.first_response_minutes,
                policy.resolution_minutes,
                ids[policy.hours],
            )


def _dates(days: Iterable[str]) -> Iterable[str]:
    """Days such as ``12-25`` in the years that the sample's posts and due times touch."""
    year = clock.now().year
    return (
        date.fromisoformat(f"{each}-{day}").isoformat() for each in (year - 1, year, year + 1) for day in days
    )


def _set_up_source(source: SampleSource) -> None:
    Source.objects.get_or_create(
        name=source.name,
        defaults={
            "network": source.network,
            "settings": {**source.settings, "sample": source.key, "url": source.url},
            "our_handles": list(source.our_handles),
            "department": Department.objects.filter(slug=source.department.lower()).first(),
        },
    )


def _set_up_watches(company: SampleCompany) -> None:
    for watch in company.watches:
        owner = User.objects.get(email=watch.owner)
        if not Watch.objects.filter(owner=owner, name=watch.name).exists():
            department = Department.objects.get(slug=watch.department.lower())
            create_watch(
                None, watch.name, watch.query, tell=watch.tell, department_id=department.pk, owner=owner
            )


def _lead() -> User:
    lead: User = User.objects.filter(role=Role.LEAD).earliest("pk")
    return lead
