"""Listening over HTTP: posts, watches, sources, and signed webhooks through the real route."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.webhooks import new_secret, signed_headers
from oneroof.listening.models import Post, Source, Watch, WebhookReceipt
from oneroof.listening.secrets import seal_secrets
from oneroof.listening.tests.conftest import MakeWatch, Say, TokenOf

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_posts_are_listed_newest_first_page_by_page(
    client: Client, agent: User, say: Say, make_watch: MakeWatch, token_of: TokenOf
) -> None:
    watch = make_watch(agent, "kettle")
    for minutes in (1, 2, 3):
        say(f"kettle {minutes}", minutes=minutes)
    say("teapot", minutes=9)
    headers = token_of(agent)
    page = client.get(f"/api/v1/posts?watch={watch.pk}&limit=2", headers=headers).json()
    assert [post["text"] for post in page["items"]] == ["kettle 1", "kettle 2"]
    assert page["items"][0]["watches"] == [{"id": watch.pk, "name": "kettle", "is_useful": None}]
    rest = client.get(f"/api/v1/posts?watch={watch.pk}&cursor={page['next']}", headers=headers).json()
    assert ([post["text"] for post in rest["items"]], rest["next"]) == (["kettle 3"], None)


def test_posts_are_narrowed_by_words_source_and_time(
    client: Client, agent: User, say: Say, forum: Source, token_of: TokenOf
) -> None:
    say("kettle new", minutes=5)
    say("kettle old", minutes=60 * 24 * 5)
    other = Source.objects.create(network="files", name="reviews")
    say("kettle elsewhere", source=other, minutes=6)
    headers = token_of(agent)

    def texts(query: str) -> list[str]:
        answer = client.get(f"/api/v1/posts?{query}", headers=headers)
        return [post["text"] for post in answer.json()["items"]]

    day = (clock.now() - timedelta(days=2)).date()
    assert texts("q=new+OR+old") == ["kettle new", "kettle old"]
    assert texts(f"source={other.pk}") == ["kettle elsewhere"]
    assert texts(f"source={forum.pk}&from={day}") == ["kettle new"]
    assert texts(f"to={day}T00:00:00Z") == ["kettle old"]


@pytest.mark.parametrize(
    ("query", "status"), [("q=kettle+AND", 422), ("from=never", 422), ("cursor=x", 422), ("limit=0", 422)]
)
def test_what_cannot_be_asked_is_a_problem(
    client: Client, agent: User, token_of: TokenOf, query: str, status: int
) -> None:
    answer = client.get(f"/api/v1/posts?{query}", headers=token_of(agent))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_mistake_in_a_watch_says_where_and_how_to_mend_it(
    client: Client, agent: User, token_of: TokenOf
) -> None:
    headers = token_of(agent)
    for path in ("/api/v1/watches", "/api/v1/watches/test"):
        answer = client.post(path, {"query": "kettle AND"}, content_type=JSON, headers=headers)
        told = answer.json()
        assert (answer.status_code, told["position"], told["length"]) == (422, 7, 3)
        assert told["detail"] == "AND has nothing after it."
        assert told["mend"].startswith("Write what comes after it")
    assert Watch.objects.count() == 0


def test_a_watch_is_made_listed_changed_and_deleted(
    client: Client, volunteer: User, token_of: TokenOf
) -> None:
    headers = token_of(volunteer)
    made = client.post("/api/v1/watches", {"query": "kettle"}, content_type=JSON, headers=headers)
    assert (made.status_code, made.json()["name"], made.json()["tell"]) == (201, "kettle", "never")
    path = f"/api/v1/watches/{made.json()['id']}"
    changed = client.patch(path, {"tell": "daily", "name": "K"}, content_type=JSON, headers=headers).json()
    assert (changed["name"], changed["query"], changed["tell"]) == ("K", "kettle", "daily")
    [listed] = client.get("/api/v1/watches?mine=true", headers=headers).json()["items"]
    assert (listed["name"], listed["catches"], listed["useful_share"], listed["is_mine"]) == (
        "K",
        0,
        None,
        True,
    )
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(path, headers=headers).status_code == 404


def test_others_watches_are_not_there_to_change(
    client: Client, agent: User, teammate: User, lead: User, make_watch: MakeWatch, token_of: TokenOf
) -> None:
    path = f"/api/v1/watches/{make_watch(agent, 'kettle').pk}"
    for method in (client.patch, client.delete):
        assert method(path, "{}", content_type=JSON, headers=token_of(teammate)).status_code == 404
    assert client.patch(path, {"name": "L"}, content_type=JSON, headers=token_of(lead)).json()["name"] == "L"


def test_members_find_nothing_and_nobody_is_asked_who_they_are(
    client: Client, member: User, token_of: TokenOf
) -> None:
    for path in ("posts", "watches", "sources"):
        assert client.get(f"/api/v1/{path}", headers=token_of(member)).status_code == 404
        assert client.get(f"/api/v1/{path}").status_code == 401


def test_an_unknown_department_is_refused(client: Client, agent: User, token_of: TokenOf) -> None:
    body = {"query": "kettle", "department": 99}
    answer = client.post("/api/v1/watches", body, content_type=JSON, headers=token_of(agent))
    assert (answer.status_code, answer.json()["detail"]) == (422, "There is no such department.")


def test_a_watch_is_tested_with_its_hits(client: Client, agent: User, say: Say, token_of: TokenOf) -> None:
    post = say("My kettle leaks.", minutes=5)
    say("kettle", minutes=60 * 24 * 9)
    say("kettle", minutes=60 * 24 * 90)
    headers = token_of(agent)
    told = client.post("/api/v1/watches/test", {"query": "kettle"}, content_type=JSON, headers=headers).json()
    assert (told["matches"], told["last_7_days"], told["last_30_days"]) == (3, 1, 2)
    assert (told["sample"][0]["id"], told["sample"][0]["spans"]) == (post.pk, [[3, 9]])
    body = {"query": "kettle", "from": (clock.ago(days=20)).isoformat(), "to": clock.ago(days=1).isoformat()}
    told = client.post("/api/v1/watches/test", body, content_type=JSON, headers=headers).json()
    assert told["matches"] == 1


def test_sources_tell_how_they_do_and_no_secret(
    client: Client, agent: User, hook: Source, token_of: TokenOf
) -> None:
    answer = client.get("/api/v1/sources", headers=token_of(agent))
    [told] = answer.json()["items"]
    assert (told["name"], told["state"], told["lag"]) == ("hook", "new", None)
    assert "whsec" not in answer.text
    assert "settings" not in told


def test_lists_ask_as_much_for_many_as_for_few(
    client: Client, agent: User, say: Say, make_watch: MakeWatch, token_of: TokenOf
) -> None:
    headers, asked = token_of(agent), []
    client.get("/api/v1/sources", headers=headers)  # the first use of a token is noted
    for count in (2, 12):
        for number in range(count):
            make_watch(agent, f"kettle {count} {number}")
            say(f"kettle {count} {number}", author=f"a{number}")
        for path in ("posts", "watches", "sources"):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/api/v1/{path}", headers=headers)
            asked.append(len(queries))
    assert asked[:3] == asked[3:]
    assert max(asked) <= 10


SECRET = new_secret()


@pytest.fixture
def hook(db: None) -> Source:
    return Source.objects.create(network="webhook", name="hook", secret=seal_secrets({"secret": SECRET}))


def message(*names: str) -> bytes:
    said = {"author_handle": "tea_lover", "text": "My kettle leaks.", "created_at": clock.now().isoformat()}
    return json.dumps([{"external_id": name, **said} for name in names]).encode()


def push(client: Client, source_id: int, body: bytes, headers: dict[str, str]) -> "tuple[int, dict]":  # type: ignore[type-arg]
    answer = client.post(f"/api/v1/sources/{source_id}/inbox", body, content_type=JSON, headers=headers)
    return answer.status_code, answer.json()


def test_a_signed_message_is_taken_once(hook: Source) -> None:
    client, body = Client(enforce_csrf_checks=True), message("1", "2")
    headers = signed_headers(SECRET, "msg_1", clock.now(), body)
    assert push(client, hook.pk, body, headers) == (
        200,
        {"is_new": True, "stored": 2, "duplicates": 0, "rejected": 0},
    )
    assert push(client, hook.pk, body, headers) == (
        200,
        {"is_new": False, "stored": 0, "duplicates": 0, "rejected": 0},
    )
    again = signed_headers(SECRET, "msg_2", clock.now(), body)
    assert push(client, hook.pk, body, again)[1]["duplicates"] == 2
    assert (Post.objects.count(), WebhookReceipt.objects.count()) == (2, 2)


def test_a_post_that_cannot_be_read_is_set_aside_and_the_rest_taken(client: Client, hook: Source) -> None:
    body = json.dumps([*json.loads(message("1")), {"external_id": "2"}, 7]).encode()
    told = push(client, hook.pk, body, signed_headers(SECRET, "msg_1", clock.now(), body))
    assert (told[0], told[1]["stored"], told[1]["rejected"]) == (200, 1, 2)


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ("forged", 401),
        ("changed", 401),
        ("stale", 401),
        ("early", 401),
        ("unsigned", 401),
        ("not json", 400),
        ("too large", 413),
    ],
)
def test_what_is_not_to_be_believed_is_refused_and_noted(
    client: Client, hook: Source, bad: str, status: int
) -> None:
    body, now = message("1"), clock.now()
    body = {"not json": b"{", "too large": b'"' + b"x" * 1_048_576 + b'"'}.get(bad, body)
    secret = new_secret() if bad == "forged" else SECRET
    moment = {"stale": now - timedelta(minutes=6), "early": now + timedelta(minutes=6)}.get(bad, now)
    headers = {} if bad == "unsigned" else signed_headers(secret, "msg_1", moment, body)
    sent = body.replace(b"kettle", b"teapot") if bad == "changed" else body
    answered, told = push(client, hook.pk, sent, headers)
    assert answered == told["status"] == status
    assert SECRET not in str(told)
    assert (Post.objects.count(), WebhookReceipt.objects.count()) == (0, 0)


def test_a_refused_message_may_come_again_rightly_signed(client: Client, hook: Source) -> None:
    body = message("1")
    assert push(client, hook.pk, body, signed_headers(new_secret(), "msg_1", clock.now(), body))[0] == 401
    assert push(client, hook.pk, body, signed_headers(SECRET, "msg_1", clock.now(), body))[1]["stored"] == 1


def test_no_message_is_taken_where_no_door_is(client: Client, hook: Source, forum: Source) -> None:
    body = message("1")
    headers = signed_headers(SECRET, "msg_1", clock.now(), body)
    assert push(client, forum.pk, body, headers)[0] == 404
    assert push(client, 99_999, body, headers)[0] == 404
    Source.objects.filter(pk=hook.pk).update(enabled=False)
    assert push(client, hook.pk, body, headers)[0] == 404


def test_a_secret_that_cannot_be_opened_asks_the_sender_to_come_again(client: Client, hook: Source) -> None:
    Source.objects.filter(pk=hook.pk).update(secret=b"sealed with another key")
    body = message("1")
    assert push(client, hook.pk, body, signed_headers(SECRET, "msg_1", clock.now(), body))[0] == 503
