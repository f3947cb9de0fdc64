"""One accepts the rules of engagement before one's first public reply, and again when they change."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.actions.rules import accept_rules, publish_rules
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.queries import must_accept_rules

pytestmark = pytest.mark.django_db


def test_where_no_rules_were_published_none_are_asked_for(agent: User) -> None:
    assert must_accept_rules(agent) is None


def test_a_change_asks_everyone_again(lead: User, agent: User) -> None:
    publish_rules(lead, "Be kind.")
    accept_rules(agent, 1)
    assert must_accept_rules(agent) is None
    publish_rules(lead, "Be kind and brief.")
    rules = must_accept_rules(agent)
    assert rules is not None
    assert rules.version == 2


def test_an_older_version_cannot_be_accepted(lead: User, agent: User) -> None:
    publish_rules(lead, "Be kind.")
    publish_rules(lead, "Be kind and brief.")
    with pytest.raises(AccountError, match="changed meanwhile"):
        accept_rules(agent, 1)


def test_accepting_twice_is_noted_once(lead: User, agent: User) -> None:
    publish_rules(lead, "Be kind.")
    accept_rules(agent, 1)
    accept_rules(agent, 1)
    assert AuditEntry.objects.filter(verb="rules.accepted").count() == 1


def test_an_agent_does_not_write_the_rules_and_a_member_does_not_accept_them(
    agent: User, lead: User, member: User
) -> None:
    with pytest.raises(NotAllowed):
        publish_rules(agent, "Anything goes.")
    publish_rules(lead, "Be kind.")
    with pytest.raises(NotAllowed):
        accept_rules(member, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_two_versions(lead: User, admin: User) -> None:
    start, failed = Barrier(2, timeout=10), list[Exception]()

    def publish(actor: User) -> None:
        try:
            start.wait()
            publish_rules(actor, f"Be kind, says {actor}.")
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    for _round in range(3):
        threads = [Thread(target=publish, args=(actor,)) for actor in (lead, admin)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        start.reset()
    assert failed == []
    versions = AuditEntry.objects.filter(verb="rules.published").values_list("on_name", flat=True)
    assert sorted(versions) == [f"v{number}" for number in range(1, 7)]
