"""The inbox's page: lists, filters, saved views, what is ticked, at a steady cost; and never a write by a GET."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.notes import add_tag
from oneroof.care.actions.saved import save_view
from oneroof.care.actions.states import close_conversation
from oneroof.care.models import Conversation, SavedView, State
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.core.pagination import encode_cursor
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def some(hear: Hear, form: Source, first: int, count: int) -> list[Conversation]:
    with clock.frozen_at(START + timedelta(hours=1)):
        return [
            hear(form, said(str(n), f"Kettle number {n} leaks", minute=n / 10, author=f"author{n}"))[0]
            for n in range(first, first + count)
        ]


def inbox(**words: Any) -> str:
    return reverse("care:inbox", query=words) if words else reverse("care:inbox")


def test_the_list_says_who_what_where_and_why(
    form: Source, hear: Hear, agent: User, teammate: User, signed_in: Any
) -> None:
    first, second = some(hear, form, 1, 2)
    claim_conversation(teammate, second.pk)
    page = signed_in(agent).get(inbox(view="open")).content.decode()
    assert "Kettle number 1 leaks" in page
    assert "contact form" in page
    assert "Tess Teammate" in page
    assert "is addressed to us" in page or "tells of trouble" in page or "asks" in page
    assert f'id="row-{first.pk}"' in page


def test_scripts_in_posts_are_text(form: Source, hear: Hear, agent: User, signed_in: Any) -> None:
    (one,) = hear(
        form, said("1", "<script>alert(1)</script> leaks?", author="<b>x</b>", author_name="<i>Eve</i>")
    )
    client = signed_in(agent)
    for address in (inbox(), reverse("care:conversation", args=[one.pk])):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "<i>Eve" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_filters_search_and_views_narrow_it(form: Source, hear: Hear, agent: User, signed_in: Any) -> None:
    first, second, third = some(hear, form, 1, 3)
    add_tag(agent, first.pk, "seal")
    close_conversation(agent, third.pk, "solved")
    client = signed_in(agent)
    shown = {
        name: client.get(inbox(**words)).content.decode()
        for name, words in {
            "tag": {"view": "open", "tag": "seal"}, "q": {"view": "open", "q": "number 2"},
            "done": {"view": "done"}, "nonsense": {"view": "xyz", "need": "lots"},
        }.items()
    }  # fmt: skip
    rows = {
        name: {each.pk for each in (first, second, third) if f'id="row-{each.pk}"' in page}
        for name, page in shown.items()
    }
    assert rows == {
        "tag": {first.pk}, "q": {second.pk}, "done": {third.pk}, "nonsense": {first.pk, second.pk}
    }  # fmt: skip


def test_the_page_costs_the_same_with_more_rows(
    form: Source, hear: Hear, agent: User, signed_in: Any, lead: User
) -> None:
    agent.departments.add(Department.objects.first() or Department.objects.create(slug="x", name="X"))
    save_view(agent, "Leaks", "open", {"q": "leak"})
    client = signed_in(agent)
    costs = []
    for first, count in ((1, 2), (3, 10)):
        for conversation in some(hear, form, first, count):
            add_tag(agent, conversation.pk, "seal")
        client.get(inbox())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(inbox(view="unclaimed"))
        costs.append(len(asked))
    assert costs[0] == costs[1] <= MOST_QUERIES, "\n".join(
        each["sql"][:200] for each in asked.captured_queries
    )


def test_pages_follow_by_cursor_and_a_strange_one_is_404(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    some(hear, form, 1, 3)
    client = signed_in(agent)
    for strange in ("nonsense", encode_cursor("x", 1), encode_cursor(1, None), encode_cursor(1e999, 2**70)):
        assert client.get(inbox(after=strange)).status_code == 404


def test_an_empty_inbox_says_what_will_be_there(agent: User, signed_in: Any) -> None:
    answer = signed_in(agent).get(inbox(), headers={"HX-Request": "true", "HX-Target": "rows"})
    page = answer.content.decode()
    assert "Nothing was heard yet" in page
    assert page.count("btn--primary") == 1


def test_htmx_gets_the_rows_alone_and_the_counts_with_them(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    some(hear, form, 1, 1)
    page = signed_in(agent).get(inbox(), headers={"HX-Request": "true", "HX-Target": "rows"}).content.decode()
    assert "<html" not in page
    assert 'id="rows"' in page
    assert 'id="views"' in page


def test_what_changed_is_told_and_what_one_did_oneself_is_not(
    form: Source, hear: Hear, agent: User, teammate: User, signed_in: Any
) -> None:
    first, second = some(hear, form, 1, 2)
    client, url = signed_in(agent), reverse("care:inbox_changes")
    version = client.get(url).json()["version"]
    assert client.get(url, headers={"If-None-Match": f'"{version}"'}).status_code == 304
    add_tag(agent, first.pk, "mine")
    add_tag(teammate, second.pk, "theirs")
    first.refresh_from_db()
    told = client.get(url, {"since": version}).json()
    assert (told["count"], told["text"]) == (2, "2 new or changed")
    seen = client.get(url, {"since": version, "seen": f"{first.pk}-{first.changed},x-y"}).json()
    assert seen["count"] == 1


def test_chosen_ones_are_done_together_and_refusals_are_said(
    form: Source, hear: Hear, agent: User, teammate: User, signed_in: Any
) -> None:
    first, second, third = some(hear, form, 1, 3)
    claim_conversation(teammate, third.pk)
    client, ids = signed_in(agent), [first.pk, second.pk, third.pk]
    answer = client.post(reverse("care:bulk", args=["claim"]), {"chosen": ids}, follow=True)
    page = answer.content.decode()
    assert "Done with 2 conversations." in page
    assert "Tess Teammate is answering" in page
    assert set(Conversation.objects.claimed_by(agent)) == {first, second}
    for verb, words in (
        ("tag", {"tag": "bulk"}),
        ("hand-on", {"to": f"person:{teammate.pk}", "note": "yours"}),
        ("snooze", {"until": "tomorrow"}),
        ("close", {"outcome": "no_answer_needed"}),
    ):
        client.post(reverse("care:bulk", args=[verb]), {"chosen": [first.pk], **words})
    first.refresh_from_db()
    assert (first.state, first.outcome, [tag.name for tag in first.tags.all()]) == (
        State.DONE,
        "no_answer_needed",
        ["bulk"],
    )
    assert first.notes.get().text == "yours"


@pytest.mark.parametrize(
    ("verb", "words", "says"),
    [
        ("claim", {}, "Choose some conversations first."),
        ("close", {"chosen": ["1"]}, "Choose what came of it."),
        ("snooze", {"chosen": ["1"], "until": "date"}, "Write a date and a time."),
        ("hand-on", {"chosen": ["1"], "to": "person:999999"}, "not there any more"),
        ("claim", {"chosen": ["999999"]}, "It is not there any more."),
    ],
)
def test_what_makes_no_sense_is_said(verb: str, words: Any, says: str, agent: User, signed_in: Any) -> None:
    page = signed_in(agent).post(reverse("care:bulk", args=[verb]), words, follow=True).content.decode()
    assert says in page


def test_an_unknown_verb_is_404(agent: User, signed_in: Any) -> None:
    assert signed_in(agent).post(reverse("care:bulk", args=["erase"]), {"chosen": ["1"]}).status_code == 404


def test_a_list_is_kept_under_a_name_and_only_its_owner_takes_it_away(
    agent: User, teammate: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    client.post(reverse("care:saved_view") + "?view=open&lang=de", {"name": "German"})
    saved = SavedView.objects.get()
    assert (saved.owner, saved.view, saved.filters) == (agent, "open", {"lang": "de"})
    assert "German" in client.get(inbox()).content.decode()
    assert "German" not in signed_in(teammate).get(inbox()).content.decode()
    assert "Give the view a name." in client.post(reverse("care:saved_view"), follow=True).content.decode()
    removal = reverse("care:saved_view_removal", args=[saved.pk])
    assert signed_in(teammate).post(removal).status_code == 404
    assert client.post(removal).status_code == 302
    assert client.post(removal).status_code == 404
    assert not SavedView.objects.exists()


def test_the_table_is_for_those_who_may_export(
    form: Source, hear: Hear, agent: User, volunteer: User, signed_in: Any
) -> None:
    some(hear, form, 1, 2)
    url = reverse("care:inbox_export", query={"view": "open", "q": "a"})
    answer = signed_in(agent).post(url)
    assert b"".join(answer.streaming_content).decode().count("\r\n") == 3
    assert answer["Content-Disposition"] == 'attachment; filename="conversations-open.csv"'
    assert signed_in(volunteer).post(url).status_code == 404
    (entry,) = AuditEntry.objects.filter(verb="conversations.exported")
    assert (entry.actor, entry.after) == (agent, {"view": "open", "filters": {"q": "a"}})
    assert "inbox/export" not in signed_in(volunteer).get(inbox()).content.decode()


def test_looking_changes_nothing(form: Source, hear: Hear, agent: User, signed_in: Any) -> None:
    (one,) = some(hear, form, 1, 1)
    client, before = signed_in(agent), (Conversation.objects.values().get(), AuditEntry.objects.count())
    for address in (
        inbox(), inbox(view="mine", q="leak"), reverse("care:inbox_changes"),
        reverse("care:conversation", args=[one.pk]), reverse("care:conversation_changes", args=[one.pk]),
    ):  # fmt: skip
        assert client.get(address).status_code == 200
    assert (Conversation.objects.values().get(), AuditEntry.objects.count()) == before


def test_outsiders_do_not_learn_that_it_exists(member: User, signed_in: Any) -> None:
    assert Client().get(inbox()).status_code == 404
    assert signed_in(member).get(inbox()).status_code == 404


def test_what_was_closed_together_is_opened_again_together(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    ids = [each.pk for each in some(hear, form, 1, 3)]
    client = signed_in(agent)
    page = client.post(
        reverse("care:bulk", args=["close"]), {"chosen": ids, "outcome": "no_answer_needed"}, follow=True
    ).text
    assert reverse("care:bulk", args=["undo-closing"]) in page
    assert "3 closed." in page
    assert "undo-closing" not in client.get(reverse("care:inbox")).text  # offered once
    client.post(reverse("care:bulk", args=["undo-closing"]), {"chosen": ids})
    assert Conversation.objects.in_state(State.OPEN).filter(pk__in=ids).count() == 3


def test_together_none_is_closed_as_solved_that_nobody_answered(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    ids = [each.pk for each in some(hear, form, 1, 2)]
    Conversation.objects.filter(pk=ids[0]).update(first_response_at=clock.now())
    page = signed_in(agent).post(
        reverse("care:bulk", args=["close"]), {"chosen": ids, "outcome": "solved"}, follow=True
    )
    assert "Nobody has answered here yet" in page.text
    assert list(Conversation.objects.in_state(State.DONE).values_list("pk", flat=True)) == ids[:1]


def test_a_saved_view_is_the_one_tab_that_is_open_and_has_its_count(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    some(hear, form, 1, 3)
    save_view(agent, "Form", "open", {"source": form.pk, "need": 1})
    page = signed_in(agent).get(f"/desk/inbox/?view=open&source={form.pk}&need=1").text
    tabs = page[page.index('id="views"') :].partition("</nav>")[0]
    assert tabs.count("aria-current") == 1
    tab = tabs[tabs.index("Form") :]
    assert ">3</span>" in tab
    assert f"Narrowed by 2 filters: <bdi>{form.name}, need at least 1</bdi>" in page


def test_the_list_says_what_sorts_it(form: Source, hear: Hear, agent: User, signed_in: Any) -> None:
    one, two, three = some(hear, form, 1, 3)
    Conversation.objects.filter(pk__in=[one.pk, two.pk]).update(priority="urgent", rank=2 * 10**12)
    Conversation.objects.filter(pk=three.pk).update(priority="low", rank=0)
    page = signed_in(agent).get("/desk/inbox/?view=open").text
    rows = page[page.index('id="rows"') :]
    assert rows.count("rows__day") == 2
    assert (
        rows.index("Urgent") < rows.index(f"row-{one.pk}") < rows.index("Low") < rows.index(f"row-{three.pk}")
    )
    assert "By priority" in rows
    assert "By priority" not in signed_in(agent).get("/desk/inbox/?view=done").text
