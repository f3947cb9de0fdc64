"""What leaves for each chat and for a browser, by the vendor's page or the standard."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from oneroof.notify.carriers import carrier_of, push
from oneroof.notify.carriers.base import Line, Message, Request
from oneroof.notify.tests.browser_side import BrowserSide, bytes_of, sender_of, text_of

NASTY = "<!channel> @here *b* _i_ [x](http://evil.example) `c` & <script>alert(1)</script> # \u202e مرحبا"
URL = "https://desk.example/desk/inbox/7/"
HOOK = {"address": "https://chat.example/hook/secret"}


def message(*lines: Line, more: str = "") -> Message:
    return Message(
        "t1", "3 notices", lines or (Line(NASTY, URL),), more, "https://desk.example/desk/notices/"
    )


def written(key: str, settings: dict[str, str], told: Message) -> tuple[Request, Any]:
    request = carrier_of(key).write(settings, told)
    return request, json.loads(request.content)


def test_slack_shows_text_as_it_is_and_escapes_what_it_reads_as_markup() -> None:
    told = Message("t", NASTY, [Line(NASTY, URL, "said")])
    request, body = written("slack", HOOK, told)
    assert (request.method, request.url) == ("POST", HOOK["address"])
    link, said, _end = body["blocks"][0]["elements"][0]["elements"]
    assert (link["type"], link["text"], link["url"]) == ("link", NASTY, URL)
    assert said == {"type": "text", "text": "\nsaid"}
    assert "<" not in body["text"]
    assert body["text"].startswith("&lt;!channel&gt;")


def test_teams_gets_a_card_whose_runs_know_no_markdown() -> None:
    _request, body = written("teams", HOOK, message(Line(NASTY, URL, "said"), more="and 2 more"))
    card = body["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    first, more = card["content"]["body"]
    assert [part["type"] for part in first["inlines"]] == ["TextRun", "TextRun"]
    assert first["inlines"][0]["text"] == NASTY
    assert first["inlines"][0]["selectAction"] == {"type": "Action.OpenUrl", "url": URL}
    assert more["inlines"][0]["text"] == "and 2 more"


def test_mattermost_calls_nobody_and_formats_nothing() -> None:
    _request, body = written("mattermost", HOOK, message())
    assert "@here" not in body["text"]
    assert r"\[x\]\(http\:" in body["text"]
    assert r"\*b\*" in body["text"]
    assert body["text"].endswith(f"]({URL})")


def test_matrix_puts_under_our_transaction_with_the_room_in_one_segment() -> None:
    settings = {"server": "https://matrix.example/", "room": "!a/b:matrix.example", "token": "syt"}
    request, body = written("matrix", settings, message(Line(NASTY, URL, "<i>said</i>")))
    assert request.method == "PUT"
    assert request.url == (
        "https://matrix.example/_matrix/client/v3/rooms/%21a%2Fb%3Amatrix.example/send/m.room.message/t1"
    )
    assert request.headers["Authorization"] == "Bearer syt"
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(body["formatted_body"])
    assert sorted(set(tags)) == ["a", "br", "strong"]
    assert body["m.mentions"] == {}


def test_the_worked_example_of_rfc_8291() -> None:
    """Appendix A."""
    sender = ec.derive_private_key(
        int.from_bytes(bytes_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1()
    )
    theirs = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    sealed = push.encrypt(
        b"When I grow up, I want to be a watermelon",
        bytes_of(theirs),
        bytes_of("BTBZMqHH6r4Tts7J_aSIgg"),
        key=sender,
        salt=bytes_of("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert text_of(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    browser = BrowserSide("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "BTBZMqHH6r4Tts7J_aSIgg")
    assert browser.read(sealed) == b"When I grow up, I want to be a watermelon"


def test_only_the_browser_reads_a_push_and_its_service_knows_who_sends(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Oneroof <oneroof@desk.example>"
    browser, other = BrowserSide(), BrowserSide()
    request = carrier_of("push").write(
        browser.flat("https://push.example:8443/a/b"), message(Line("Hi", URL))
    )
    assert json.loads(browser.read(request.content)) == {"title": "Hi", "body": "", "url": URL, "tag": "t1"}
    with pytest.raises(Exception):  # noqa: B017, PT011  another key opens nothing, whatever the library calls that
        other.read(request.content)
    claims = sender_of(request.headers["Authorization"], "https://push.example:8443")
    assert claims["sub"] == "mailto:oneroof@desk.example"
    assert request.headers["Content-Encoding"] == "aes128gcm"
    assert int(request.headers["TTL"]) > 0


@pytest.mark.parametrize("letter", ["x", "\U0001f600", "\x01", '"'])
def test_a_push_fits_into_one_record_whatever_is_in_it(letter: str) -> None:
    lines = [Line(letter * 200, URL, letter * 300) for _n in range(20)]
    for told in (message(*lines), message(lines[0])):
        assert len(push.payload(told)) <= 3_993


@pytest.mark.parametrize(
    "broken", [{}, {"endpoint": "x"}, {"p256dh": "BAAA"}, {"auth": "AA"}, {"p256dh": 7}, {"auth": None}]
)
def test_what_no_browser_sends_is_no_subscription(broken: dict[str, Any]) -> None:
    fine = BrowserSide().flat("https://push.example/1")
    assert push.why_not_subscription(fine) is None
    assert push.why_not_subscription({**fine, **broken} if broken else {})
