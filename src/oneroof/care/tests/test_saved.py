"""Saved replies are filled safely and expire; saved views are one's own."""

from datetime import timedelta

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.care.actions.saved import (
    MOST_VIEWS,
    delete_saved_reply,
    delete_view,
    review_saved_reply,
    save_view,
    write_saved_reply,
)
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation, SavedReply, SavedView
from oneroof.care.queries.conversation import filled, saved_replies_for
from oneroof.care.rules.placeholders import fill
from oneroof.core import clock

pytestmark = pytest.mark.django_db


def test_placeholders_are_filled_and_values_never_read_again() -> None:
    values = {"name": "{{ agent }} {% load x %}", "agent": "Amir"}
    assert fill("Hello {{name}}, {{ agent }} {{ odd }}", values) == (
        "Hello {{ agent }} {% load x %}, Amir {{ odd }}"
    )


def test_a_saved_reply_is_filled_for_its_customer(conversation: Conversation, agent: User) -> None:
    saved = write_saved_reply(agent, "Thanks", "en", "Hello {{ name }}, this is {{ agent }}.")
    assert filled(saved, conversation, agent) == "Hello tea_lover, this is Amir Agent."
    assert saved.reviewed_by is None


def test_the_conversations_language_comes_first_and_expired_ones_not_at_all(
    conversation: Conversation, lead: User
) -> None:
    write_saved_reply(lead, "Danke", "de", "Danke!")
    write_saved_reply(lead, "Thanks", "en", "Thanks!")
    write_saved_reply(lead, "Old", "en", "Old", expires_at=clock.now() - timedelta(days=1))
    assert [saved.name for saved in saved_replies_for(conversation)] == ["Thanks", "Danke"]


def test_agents_write_leads_change_review_and_delete(agent: User, lead: User, member: User) -> None:
    saved = write_saved_reply(agent, "Thanks", "en", "Thanks!")
    with pytest.raises(NotAllowed):
        write_saved_reply(member, "Hm", "en", "Hm")
    for refused in (
        lambda: write_saved_reply(agent, "Thanks", "en", "Ta!", saved_id=saved.pk),
        lambda: review_saved_reply(agent, saved.pk),
        lambda: delete_saved_reply(agent, saved.pk),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert review_saved_reply(lead, saved.pk).reviewed_by == lead
    assert write_saved_reply(lead, "Thanks", "en", "Ta!", saved_id=saved.pk).text == "Ta!"
    with pytest.raises(CareError, match="of that name"):
        write_saved_reply(agent, "Thanks", "en", "Again")
    with pytest.raises(CareError, match="placeholder"):
        write_saved_reply(agent, "Odd", "en", "{{ password }}")
    delete_saved_reply(lead, saved.pk)
    assert not SavedReply.objects.exists()


def test_a_view_is_ones_own(agent: User, teammate: User, member: User) -> None:
    view = save_view(agent, "German", "open", {"lang": "de", "odd": "x"})
    assert view.filters == {"lang": "de"}
    assert save_view(agent, "German", "done", {}).pk == view.pk
    with pytest.raises(SavedView.DoesNotExist):
        delete_view(teammate, view.pk)
    with pytest.raises(NotAllowed):
        save_view(member, "Mine", "open", {})
    with pytest.raises(CareError):
        save_view(agent, "", "open", {})
    delete_view(agent, view.pk)
    assert not SavedView.objects.exists()


def test_a_person_has_thirty_views_at_most(agent: User, teammate: User) -> None:
    for number in range(MOST_VIEWS):
        save_view(agent, f"View {number}", "open", {})
    with pytest.raises(CareError, match="Thirty"):
        save_view(agent, "One more", "open", {})
    save_view(agent, "View 7", "mine", {})
    save_view(teammate, "One more", "open", {})
