"""Letters as people and their programs write them, and as nobody should: what becomes of each."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.sources.base import AUTO_REPLY, BOUNCE, UNVERIFIED, RawPost
from oneroof.listening.sources.email.mime import ENCRYPTED, unflowed
from oneroof.listening.sources.email.parse import CUT, UnreadableLetterError, read_letter

CAME = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
OURS = {"address": "care@brumi.example"}
OUR_REPLY = "<reply-0123456789abcdef0123456789abcdef@brumi.example>"
HEAD = {
    "From": "Mia K. <mia@Customer.example>",
    "To": "care@brumi.example",
    "Date": "Mon, 02 Mar 2026 10:00:00 +0100",
    "Message-ID": "<1@customer.example>",
}


def read(raw: bytes, **settings: str) -> RawPost:
    return read_letter(raw, {**OURS, **settings}, CAME)


def letter(body: str = "It leaks.", **headers: str | None) -> bytes:
    """With these headers beside the usual ones; None leaves one out."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {**HEAD, "Content-Type": "text/plain; charset=utf-8", **named}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value is not None)
    return f"{head}\r\n{body}".encode("utf-8", "surrogateescape")


def mixed(*parts: str, kind: str = "mixed", **headers: str | None) -> bytes:
    body = "".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n"
    return letter(body, **{"Content_Type": f'multipart/{kind}; boundary="B"', **headers})


def test_a_plain_letter() -> None:
    post = read(letter("It leaks.\r\nWhat now?\r\n", Subject="My kettle"))
    assert (post.external_id, post.parent_id, post.kind) == ("1@customer.example", None, "letter")
    assert (post.author_handle, post.author_name) == ("mia@customer.example", "Mia K.")
    assert post.text == "My kettle\n\nIt leaks.\nWhat now?"
    assert post.created_at == CAME
    assert post.said_by_us is None


# Character sets


@pytest.mark.parametrize(
    ("claimed", "written"),
    [
        ("utf-8", "utf-8"), ("iso-8859-1", "iso-8859-1"), ("us-ascii", "utf-8"), ("iso-8859-1", "utf-8"),
        ("utf-8", "cp1252"), ("no-such-charset", "utf-8"), ("unicode_escape", "utf-8"), ("zip", "utf-8"),
        ("idna", "cp1252"),
    ],
)  # fmt: skip
def test_a_charset_that_is_claimed_wrongly(claimed: str, written: str) -> None:
    head = letter("", Content_Type=f"text/plain; charset={claimed}", Content_Transfer_Encoding="8bit")
    assert read(head + "Größe für über".encode(written)).text == "Größe für über"


def test_charsets_of_seven_bits_and_of_two_bytes() -> None:
    for charset in ("iso-2022-jp", "shift_jis", "euc-jp"):
        raw = letter("", Content_Type=f"text/plain; charset={charset}")
        assert read(raw + "顧客の声".encode(charset)).text == "顧客の声"
    raw = letter("", Content_Type="text/plain; charset=koi8-r")
    assert read(raw + "Чайник течёт".encode("koi8-r")).text == "Чайник течёт"


def test_headers_in_encoded_words_and_in_bare_utf_8() -> None:
    post = read(
        letter(
            Subject="=?utf-8?q?K=C3=BChl?= =?iso-8859-1?q?e_K=FCche?=",
            From="=?utf-8?b?TWnDoQ==?= <mia@x.example>",
        )
    )
    assert (post.text.splitlines()[0], post.author_name) == ("Kühle Küche", "Miá")
    assert read(letter(Subject="Kühle Küche")).text.startswith("Kühle Küche")
    assert read(letter(Subject="=?utf-8?b?!!!?= broken")).text.endswith("It leaks.")


# Bodies


def test_the_plain_part_before_the_html_one_and_html_where_plain_is_empty() -> None:
    html = "Content-Type: text/html\r\n\r\n<p>It <b>leaks</b>.</p><script>alert(1)</script>"
    plain = "Content-Type: text/plain\r\n\r\nIt leaks, in plain words."
    assert read(mixed(plain, html, kind="alternative")).text == "It leaks, in plain words."
    assert read(mixed("Content-Type: text/plain\r\n\r\n \r\n", html, kind="alternative")).text == "It leaks."


def test_flowed_text_is_whole_again() -> None:
    assert (
        unflowed("My kettle \nleaks.\n\n> You \n> said\n-- \nMia")
        == "My kettle leaks.\n\n> You said\n-- \nMia"
    )
    assert unflowed("漏れ \nます", deletes_space=True) == "漏れます"
    raw = letter("It leaks \r\nsince \r\nMonday.\r\n", Content_Type="text/plain; format=flowed")
    assert read(raw).text == "It leaks since Monday."


def test_attachments_are_named_and_not_kept() -> None:
    message = EmailMessage(policy=SMTP)
    for name, value in HEAD.items():
        message[name] = value
    message.set_content("See the picture.")
    message.add_attachment(b"x" * 120_000, maintype="image", subtype="jpeg", filename="kettle.jpg")
    message.add_attachment("PK", filename="../../etc/passwd\u202egpj.exe")
    post = read(message.as_bytes())
    assert post.has_image
    assert post.text.startswith("See the picture.\n\n[Attached: kettle.jpg (image/jpeg, 1")
    assert len(post.attachments) == 2


def test_a_picture_within_the_text_is_no_attachment() -> None:
    logo = "Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\r\nxx"
    post = read(mixed('Content-Type: text/html\r\n\r\n<p>Hi</p><img src="cid:logo">', logo, kind="related"))
    assert (post.text, post.attachments, post.has_image) == ("Hi", (), True)


def test_a_forwarded_letter_is_read_into_the_text() -> None:
    inner = "From: shop@x.example\r\nSubject: Your order\r\n\r\nOrder 42."
    post = read(
        mixed("Content-Type: text/plain\r\n\r\nSee below.", f"Content-Type: message/rfc822\r\n\r\n{inner}")
    )
    assert post.text.startswith("See below.\n\n---------- Forwarded message")
    assert post.text.endswith("Subject: Your order\n\nOrder 42.")


def test_an_invitation_is_a_line() -> None:
    calendar = "BEGIN:VEVENT\r\nSUMMARY:Repair\\, at home\r\nDTSTART;TZID=UTC:20260303T100000\r\nEND:VEVENT"
    post = read(mixed(f"Content-Type: text/calendar; method=REQUEST\r\n\r\n{calendar}"))
    assert post.text == "[Calendar: Repair, at home, 20260303T100000]"


def test_signed_letters_are_read_and_encrypted_ones_said_to_be_so() -> None:
    signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB"
    signed = read(mixed("Content-Type: text/plain\r\n\r\nIt leaks.", signature, kind="signed"))
    assert (signed.text, signed.attachments) == ("It leaks.", ())
    assert (
        read(letter("MIIB", Content_Type="application/pkcs7-mime; smime-type=enveloped-data")).text
        == ENCRYPTED
    )


# Who, when, and where in the thread


def test_threads_by_references() -> None:
    post = read(letter(References="<first@x> <second@x>", In_Reply_To=OUR_REPLY, Subject="Re: My kettle"))
    assert post.parent_id == OUR_REPLY.strip("<>")
    assert post.ancestor_ids == ("first@x", "second@x")
    assert post.text == "It leaks."


def test_of_a_long_line_of_references_the_first_and_the_latest() -> None:
    post = read(letter(References=" ".join(f"<{number}@x>" for number in range(90))))
    assert (post.parent_id, post.ancestor_ids[0], len(post.ancestor_ids)) == ("89@x", "0@x", 20)


def test_a_letter_that_answers_itself_stands_by_itself() -> None:
    assert read(letter(In_Reply_To="<1@customer.example>")).parent_id is None


def test_without_a_message_id_it_is_known_by_what_it_says() -> None:
    first, again = read(letter(Message_ID=None)), read(letter(Message_ID=None, Received="from elsewhere"))
    assert first.external_id == again.external_id
    assert first.external_id != read(letter("Something else", Message_ID=None)).external_id
    assert read(letter(Message_ID="<" + "x" * 900 + "@x>")).external_id.startswith("sha256-")


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 02 Mar 2099 10:00:00 +0000", "Mon, 02 Mar 1970 10:00:00 +0000"]
)
def test_a_date_that_cannot_be_is_when_it_came(date: str) -> None:
    assert read(letter(Date=date)).created_at == CAME


def test_a_letter_is_of_when_it_came_unless_that_was_long_after() -> None:
    assert read(letter(Date="Mon, 02 Mar 2026 08:00:00 +0000")).created_at == CAME
    assert read(letter(Date="Fri, 27 Feb 2026 09:05:00 +0000")).created_at == CAME - timedelta(days=3)


def test_whose_letter_it_is() -> None:
    assert read(letter(From="Jo <jo@x.example>", Reply_To="eve@evil.example")).author_handle == "jo@x.example"
    assert (
        read(letter(From="jo@x.example", Reply_To="jo.private@x.example")).author_handle
        == "jo.private@x.example"
    )
    form = read(letter(From="Form <care@brumi.example>", Reply_To="Mia <mia@customer.example>"))
    assert (form.author_handle, form.author_name, form.said_by_us) == ("mia@customer.example", "Mia", None)
    with pytest.raises(UnreadableLetterError):
        read(letter(From="nobody at all"))


def test_what_comes_from_our_own_address_is_ours() -> None:
    assert read(letter(From="Brumi <CARE@brumi.example>")).said_by_us is True


PASS, FAIL = "mx.brumi.example; dmarc=pass", "mx.brumi.example; spf=fail; dkim=none; dmarc=fail header.from=x"


@pytest.mark.parametrize(
    ("finding", "server", "kind"),
    [
        (PASS, "mx.brumi.example", "letter"),
        (FAIL, "MX.brumi.example", UNVERIFIED),
        (FAIL, "", "letter"),
        (FAIL, "mx.elsewhere.example", "letter"),
        ("mx.brumi.example; spf=softfail; dkim=fail", "mx.brumi.example", UNVERIFIED),
        ("mx.brumi.example; spf=pass; dkim=fail", "mx.brumi.example", "letter"),
        ("mx.brumi.example; none", "mx.brumi.example", "letter"),
    ],
)
def test_only_our_own_servers_finding_counts(finding: str, server: str, kind: str) -> None:
    post = read(letter(From="care@brumi.example", Authentication_Results=finding), mail_server_name=server)
    assert (post.kind, post.said_by_us) == (kind, kind == "letter")


# Machines


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied (vacation)"}, {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"}, {"Return_Path": "<>"}, {"Subject": "Out of office: Re: Your kettle"},
        {"Subject": "Abwesenheitsnotiz"}, {"Subject": "=?utf-8?b?6Ieq5YuV6L+U5L+h?="},
    ],
)  # fmt: skip
def test_machines_answers_are_told_by_their_headers(headers: dict[str, str]) -> None:
    assert read(letter(**headers)).kind == AUTO_REPLY


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "no"}, {"Precedence": "list"}, {"Subject": "You are out of office chairs?"}],
)
def test_people_are_not_taken_for_machines(headers: dict[str, str]) -> None:
    assert read(letter(**headers)).kind == "letter"


def bounce(
    action: str = "failed", returned: str = f"Message-ID: {OUR_REPLY}\r\nSubject: Re: Hi\r\n\r\nGone."
) -> bytes:
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x.example\r\n\r\n"
        f"Final-Recipient: rfc822; mia@x.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n    here\r\n"
    )
    return mixed(
        "Content-Type: text/plain\r\n\r\nI am sorry to inform you", status,
        f"Content-Type: message/rfc822\r\n\r\n{returned}",
        Content_Type='multipart/report; report-type=delivery-status; boundary="B"',
        From="Mail Delivery System <MAILER-DAEMON@mx.x.example>", Return_Path="<>",
        Message_ID="<dsn@mx.x.example>",
    )  # fmt: skip


def test_a_bounce_stands_under_our_letter_and_says_why() -> None:
    post = read(bounce())
    assert (post.kind, post.parent_id, post.said_by_us) == (BOUNCE, OUR_REPLY.strip("<>"), False)
    assert post.text == "mia@x.example: 550 5.1.1 No such user here"


def test_a_bounce_with_the_headers_alone() -> None:
    raw = bounce().replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")
    assert read(raw).parent_id == OUR_REPLY.strip("<>")


def test_a_delay_is_no_failure_and_neither_is_a_bounce_of_nothing() -> None:
    assert read(bounce(action="delayed")).kind == AUTO_REPLY
    assert read(bounce(returned="Subject: hm\r\n\r\n")).kind == AUTO_REPLY


def test_a_bounce_in_a_servers_own_words() -> None:
    post = read(letter("No such user.", X_Failed_Recipients="mia@x.example", In_Reply_To=OUR_REPLY))
    assert (post.kind, post.parent_id, post.text) == (BOUNCE, OUR_REPLY.strip("<>"), "No such user.")


# Hostile letters


def test_what_is_too_long_says_so() -> None:
    assert read_letter(letter(), OURS, CAME, size=10**9).text.endswith(CUT)


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"no header at all", b"From: \r\n\r\nhm"])
def test_what_is_no_letter_is_set_aside(raw: bytes) -> None:
    with pytest.raises(UnreadableLetterError):
        read(raw)


def test_parts_within_parts_without_end_are_set_aside() -> None:
    body = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(5_000))
    with pytest.raises(UnreadableLetterError, match="parts that hold parts"):
        read(letter(body, Content_Type='multipart/mixed; boundary="B"'))


def test_as_deep_and_as_many_as_we_read() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(60))
    assert (
        read(mixed("Content-Type: text/plain\r\n\r\nHi", f"{deep}Content-Type: text/plain\r\n\r\nlow")).text
        == "Hi"
    )
    many = read(mixed(*(["Content-Type: text/plain\r\n\r\nx"] * 3_000)))
    assert many.text.count("x") < 200


HOSTILE = {
    "recipients": lambda: letter(From=", ".join(["a@b.example"] * 20_000)),
    "encoded words": lambda: letter(Subject="=?utf-8?q?" * 20_000),
    "quotes": lambda: letter("> x\r\nOn 2020:\r\n" * 50_000, In_Reply_To=OUR_REPLY),
    "blank lines": lambda: letter("\r\n \r\n" * 150_000, In_Reply_To=OUR_REPLY),
    "tags": lambda: letter("<blockquote><b " * 100_000, Content_Type="text/html"),
    "one line": lambda: letter("On " * 500_000 + "wrote:", In_Reply_To=OUR_REPLY),
    "boundaries": lambda: mixed(*(["\r\n"] * 20_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_letter_takes_time_that_grows_with_its_square(name: str) -> None:
    """It would be hours."""
    assert read(HOSTILE[name]()).external_id == "1@customer.example"


@given(
    st.binary(max_size=400),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=B", "message/rfc822"]),
)
def test_any_bytes_are_read_or_set_aside(body: bytes, kind: str) -> None:
    post = read(letter("", Content_Type=kind) + body)
    assert "\0" not in post.text
    post.text.encode()


@given(st.binary(max_size=300))
def test_any_headers_are_read_or_set_aside(head: bytes) -> None:
    try:
        post = read(head + b"\r\nFrom: a@b.example\r\n\r\nHi")
    except UnreadableLetterError:
        return
    post.text.encode()
    post.external_id.encode()
