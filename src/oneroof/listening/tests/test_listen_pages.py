"""Listen: the stream, one post, and the pill that tells of new ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.pagination import encode_cursor
from oneroof.listening.models import Mention, Source
from oneroof.listening.tests.conftest import MakeWatch, Say

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert('kettle')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def test_staff_see_the_stream_and_outsiders_find_nothing(
    client: Client, volunteer: User, member: User, say: Say
) -> None:
    post = say("My kettle leaks.")
    for path in ("/desk/listen/", f"/desk/listen/posts/{post.pk}/", "/desk/listen/changes/"):
        client.logout()
        assert client.get(path).status_code == 404
        client.force_login(member)
        assert client.get(path).status_code == 404
        client.force_login(volunteer)
        assert client.get(path).status_code in (200, 304)


def test_the_newest_stands_first(desk: Client, say: Say) -> None:
    say("The older one.", minutes=20)
    say("The newer one.", minutes=1)
    html = desk.get("/desk/listen/").text
    assert html.index("The newer one.") < html.index("The older one.")


def test_scripts_in_posts_show_as_text(desk: Client, say: Say, make_watch: MakeWatch, agent: User) -> None:
    make_watch(agent, "kettle", name=SCRIPT)
    post = say(SCRIPT, author=SCRIPT, author_name=SCRIPT)
    for path in (f"/desk/listen/posts/{post.pk}/?q=kettle", "/desk/listen/", "/desk/listen/watches/"):
        html = desk.get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;alert(" in html


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("q=leak*", ["leaks"]),
        ("q=-kettle+lid", ["Deckel? lid"]),
        ("lang=de", ["Deckel? lid"]),
        ("feeling=positive", ["wonderful"]),
        ("feeling=unknown", ["Deckel? lid"]),
        ("whose=mine", ["leaks"]),
        ("lang=xx&source=none&need=many&start=never", ["leaks", "wonderful", "Deckel? lid"]),
    ],
)
def test_the_stream_is_filtered(
    desk: Client, agent: User, teammate: User, say: Say, make_watch: MakeWatch, query: str, seen: list[str]
) -> None:
    make_watch(agent, "leak*")
    make_watch(teammate, "wonderful")
    texts = ["My kettle leaks, it is terrible.", "A wonderful kettle, I love it!"]
    for text in [*texts, "Der Wasserkocher ist nicht dicht, und wo ist der Deckel? lid"]:
        say(text)
    html = desk.get(f"/desk/listen/?{query}").text.replace("<mark>", "").replace("</mark>", "")
    found = [word for word in ("leaks", "wonderful", "Deckel? lid") if word in html.partition('id="rows"')[2]]
    assert found == seen


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The days of a post do not hang on when the test runs."""
    with clock.frozen_at(datetime(2026, 7, 10, 12, tzinfo=UTC)):
        yield clock.now()


def test_one_watch_one_source_and_days_narrow_it(
    desk: Client, agent: User, say: Say, make_watch: MakeWatch, noon: datetime
) -> None:
    watch = make_watch(agent, "kettle")
    other = Source.objects.create(network="files", name="reviews")
    say("kettle one", minutes=5)
    say("teapot two", minutes=5, source=other)
    say("kettle three", minutes=60 * 24 * 3)
    say("kettle yesterday", minutes=60 * 24)
    yesterday = (noon - timedelta(days=1)).date()

    words = ("kettle one", "teapot two", "kettle yesterday", "kettle three")

    def seen(query: str) -> list[str]:
        html = desk.get(f"/desk/listen/?{query}").text.replace("<mark>", "").replace("</mark>", "")
        return [word for word in words if word in html]

    assert seen(f"watch={watch.pk}") == ["kettle one", "kettle yesterday", "kettle three"]
    assert seen(f"source={other.pk}") == ["teapot two"]
    assert seen(f"start={yesterday}") == ["kettle one", "teapot two", "kettle yesterday"]
    assert seen(f"end={yesterday}") == ["kettle yesterday", "kettle three"]


def test_a_search_marks_its_hits_and_a_faulty_one_says_where(desk: Client, say: Say) -> None:
    say("My kettle leaks.")
    assert "My <mark>kettle</mark> leaks." in desk.get("/desk/listen/?q=kettle").text
    faulty = desk.get("/desk/listen/?q=kettle+AND")
    assert faulty.status_code == 200
    assert '<mark class="query__bad">AND</mark>' in faulty.text
    assert "AND has nothing after it." in faulty.text


FAR, NAIVE = encode_cursor("2026-01-01T00:00:00+00:00", 2**70), encode_cursor("2026-01-01", 1)


def test_a_cursor_turns_the_page_and_a_strange_one_is_not_there(desk: Client, say: Say) -> None:
    for number in range(52):
        say(f"Post number {number:03}", minutes=number)
    page = desk.get("/desk/listen/")
    assert "number 049" in page.text
    assert "number 050" not in page.text
    assert "number 050" in desk.get(f"/desk/listen/?after={page.context['next']}").text
    for strange in (
        "nonsense",
        encode_cursor("x", "y"),
        encode_cursor(None, 1),
        encode_cursor(1),
        FAR,
        NAIVE,
    ):
        assert desk.get(f"/desk/listen/?after={strange}").status_code == 404


def test_a_post_stands_with_its_thread_reasons_and_catches(
    desk: Client, agent: User, say: Say, make_watch: MakeWatch
) -> None:
    make_watch(agent, "kettle", name="Everything on kettles")
    parent = say("Is anybody else's kettle leaking?", author="first", minutes=30)
    post = say(
        "@brumi my kettle leaks too, this is a terrible disgrace! Why?",
        parent_id=parent.external_id,
        url="https://forum.example/2",
        followers=50_000,
        minutes=5,
    )
    page = desk.get(f"/desk/listen/posts/{post.pk}/")
    html = page.text
    assert "Thread of 2 posts" in html
    assert "Everything on kettles" in html
    assert "is addressed to us" in html
    assert "an unhappy author with 50000 followers" in html
    assert 'href="https://forum.example/2"' in html
    points = [int(each.points.replace("−", "-")) for each in page.context["reasons"]]
    assert sum(points) == post.need > 0


def test_near_copies_are_counted(desk: Client, say: Say) -> None:
    text = "Win a free kettle now, follow and share this post with ten of your friends before Sunday!"
    first = say(text, minutes=9)
    for number in range(3):
        say(f"{text} {number}", author=f"bot{number}", minutes=8 - number)
    assert desk.get(f"/desk/listen/posts/{first.pk}/").context["copies"] == 3


def test_htmx_gets_the_detail_alone(desk: Client, say: Say) -> None:
    post = say()
    html = desk.get(
        f"/desk/listen/posts/{post.pk}/", headers={"HX-Request": "true", "HX-Target": "detail"}
    ).text
    assert html.startswith('<section class="pane pane--detail" id="detail"')
    assert 'id="rows"' not in html
    assert desk.get("/desk/listen/posts/999999/").status_code == 404


def test_the_pill_counts_what_fits_the_filters(desk: Client, say: Say) -> None:
    say("kettle")
    version = desk.get("/desk/listen/").context["version"]
    path = f"/desk/listen/changes/?q=kettle&since={version}"
    assert desk.get(path, headers={"If-None-Match": f'"{version}"'}).status_code == 304
    say("teapot", minutes=0)
    say("another kettle", minutes=0)
    answer = desk.get(path, headers={"If-None-Match": f'"{version}"'})
    assert (answer.json()["count"], answer.json()["text"]) == (1, "1 new post")
    assert int(answer.json()["version"]) > version
    assert desk.get("/desk/listen/changes/?q=kettle+AND&since=0").status_code == 304
    assert desk.get("/desk/listen/changes/?since=no").status_code == 304


def test_an_empty_stream_offers_the_one_button_that_fills_it(client: Client, lead: User, agent: User) -> None:
    client.force_login(lead)
    assert 'href="/desk/listen/sources/new/"' in client.get("/desk/listen/").text
    client.force_login(agent)
    assert 'href="/desk/listen/sources/new/"' not in client.get("/desk/listen/").text


def test_the_pages_ask_as_much_for_many_posts_as_for_few(
    desk: Client,
    agent: User,
    say: Say,
    make_watch: MakeWatch,
) -> None:
    make_watch(agent, "kettle")
    first = say("kettle", minutes=100)
    asked = []
    for count in (2, 20):
        for number in range(count):
            say(f"kettle {count} {number}", author=f"a{number}", parent_id=first.external_id)
        for path in ("/desk/listen/?q=kettle", f"/desk/listen/posts/{first.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                desk.get(path)
            asked.append(len(queries))
    assert asked[:2] == asked[2:]
    assert max(asked) <= 18


def test_a_catch_is_judged_in_place_and_taken_back(
    desk: Client, agent: User, say: Say, make_watch: MakeWatch
) -> None:
    watch, post = make_watch(agent, "kettle"), say("kettle")
    path = f"/desk/listen/watches/{watch.pk}/catches/{post.pk}/usefulness/"
    htmx = {"HX-Request": "true"}
    answer = desk.post(path, {"useful": "yes", "keys": "1"}, headers=htmx)
    assert 'aria-pressed="true" data-key="u"' in answer.text
    assert Mention.objects.get().is_useful is True
    desk.post(path, {"useful": "no"}, headers=htmx)
    assert Mention.objects.get().is_useful is False
    back = desk.post(path, {"useful": "", "next": "//evil.example/"})
    assert (back.status_code, back["Location"]) == (302, f"/desk/listen/posts/{post.pk}/")
    assert Mention.objects.get().is_useful is None
    assert desk.post(path, {"useful": "perhaps"}).status_code == 404
    assert desk.post(f"/desk/listen/watches/{watch.pk}/catches/99999/usefulness/").status_code == 404
