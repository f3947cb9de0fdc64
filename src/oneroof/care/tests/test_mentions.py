"""A colleague who is named in a note is told, once; and nobody else is."""

import pytest
from django.urls import reverse

from oneroof.accounts.models import User
from oneroof.care.actions.handing import hand_to_person
from oneroof.care.actions.notes import add_note
from oneroof.care.models import Conversation
from oneroof.care.rules.mentions import mentioned
from oneroof.notify.models import Notice

PEOPLE = {1: "Maya Okafor", 2: "Céline Aubrac", 3: "Maya Ito", 4: "Tomasz Brandt", 5: "Tom"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Maya Okafor please", {1}),
        ("@maya okafor, @CÉLINE: look", {1, 2}),
        ("@Maya please", set()),  # there are two
        ("@Tomasz", {4}),
        ("@Tom, please", {5}),
        ("@Tomb is no name", set()),
        ("tom@tom.example wrote", set()),
        ("(@Tom)", {5}),
        ("nobody", set()),
    ],
)
def test_names_are_found(text: str, ids: set[int]) -> None:
    assert mentioned(text, PEOPLE) == ids
    assert mentioned(text, {}) == set()


def told() -> set[tuple[int, str]]:
    return set(Notice.objects.filter(kind="mentioned").values_list("user", "path"))


@pytest.mark.django_db
def test_whom_a_note_names_is_told_and_oneself_is_not(
    conversation: Conversation, agent: User, teammate: User, lead: User, member: User
) -> None:
    path = f"/desk/inbox/{conversation.pk}/"
    add_note(agent, conversation.pk, f"@{teammate} and @{agent} and @{member}: legal?")
    assert told() == {(teammate.pk, path)}
    add_note(agent, conversation.pk, "Nobody in particular")
    assert len(told()) == 1
    hand_to_person(agent, conversation.pk, teammate.pk, f"Yours; @{lead} knows more")
    assert told() == {(teammate.pk, path), (lead.pk, path)}


@pytest.mark.django_db
def test_the_page_offers_the_names(conversation: Conversation, agent: User, client, teammate: User) -> None:  # type: ignore[no-untyped-def]
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("care:conversation", args=[conversation.pk])).text
    names = page[page.index('<datalist id="colleagues">') :]
    assert f'value="{teammate}"' in names[: names.index("</datalist>")]
