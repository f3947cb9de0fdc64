"""Pictures and files in what members write, and whom they mention."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from oneroof.accounts.models import User
from oneroof.community.actions.attaching import MOST_A_DAY, attach, drop_unused
from oneroof.community.actions.editing import edit
from oneroof.community.actions.members import member_of
from oneroof.community.actions.telling import tell_mentioned
from oneroof.community.actions.writing import answer, comment
from oneroof.community.errors import CommunityError
from oneroof.community.models import Attachment, Entry, Group, Visibility
from oneroof.community.rules.naming import files_in, mention, mentioned
from oneroof.community.rules.uploads import MOST_BYTES, UploadRefusedError, accepted
from oneroof.community.tests.conftest import SignIn
from oneroof.core import clock
from oneroof.core.markdown import render
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def with_a_place() -> bytes:
    marks = Image.Exif()
    marks[0x010E], marks[0x0112] = "Taken at home, 12 Rose Street", 6  # description; turned by 90 degrees
    return picture(exif=marks, comment=b"secret comment")


def test_a_picture_is_drawn_anew_upright_without_what_its_camera_wrote() -> None:
    kept = accepted("C:\\Users\\mia\\my kettle!.JPG", with_a_place())
    assert (kept.name, kept.kind) == ("my-kettle.jpg", "image/jpeg")
    assert b"Rose Street" not in kept.content
    assert b"secret comment" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.size == (20, 40)
        assert not drawn.getexif()


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(io.BytesIO(accepted("a.png", picture("PNG", (3000, 1500))).content)) as drawn:
        assert drawn.size == (2048, 1024)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", b"", "empty"),
        ("a.png", b"x" * (MOST_BYTES + 1), "too_large"),
        ("a.exe", b"MZ\x90\0", "kind"),
        ("a.html", b"<script>alert(1)</script>", "kind"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind"),
        ("a.txt", b"\0\1\2", "kind"),
        ("a.pdf", b"<html>", "kind"),
        ("a.jpg", picture()[:200], "broken"),
        ("bomb.png", picture("PNG", (9000, 9000)), "too_large"),
    ],
)
def test_what_is_not_allowed_is_refused_whatever_it_calls_itself(name: str, content: bytes, why: str) -> None:
    with pytest.raises(UploadRefusedError, match=why):
        accepted(name, content)


def test_files_of_a_few_kinds_stay_as_they_are() -> None:
    assert accepted("log of today.LOG", "hervé\n".encode()).name == "log-of-today.log"
    assert accepted("manual.pdf", b"%PDF-1.7 ...").kind == "application/pdf"


def sent(client: Client, name: str = "kettle.png", content: bytes | None = None) -> Any:
    return client.post("/files/", {"file": SimpleUploadedFile(name, content or picture("PNG"))})


def test_a_file_is_its_uploaders_until_it_stands_in_an_entry_and_then_its_readers(
    client: Client, question: Entry, helper: User, member: User, signed_in: SignIn
) -> None:
    mine = signed_in(helper)
    markdown = sent(mine).json()["markdown"]
    address = markdown.partition("(")[2].rstrip(")")
    assert mine.get(address).status_code == 200
    assert client.get(address).status_code == signed_in(member).get(address).status_code == 404
    answer(helper, question.pk, f"Look:\n\n{markdown}")
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert f'<img src="{address}"' in client.get(question.get_absolute_url()).text
    Group.objects.update(visibility=Visibility.SECRET)
    assert client.get(address).status_code == 404


def test_a_file_of_somebody_else_does_not_become_readable_by_naming_it(
    client: Client, question: Entry, helper: User, member: User
) -> None:
    kept = attach(member, "a.txt", b"for me alone")
    answer(helper, question.pk, f"[mine]({kept.get_absolute_url()})")
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_a_file_that_an_edit_brings_is_the_entrys(client: Client, question: Entry, member: User) -> None:
    kept = attach(member, "a.txt", b"steps")
    edit(member, question.pk, title=question.title, body=f"[steps]({kept.get_absolute_url()})")
    answer = client.get(kept.get_absolute_url())
    assert answer["Content-Disposition"] == 'attachment; filename="a.txt"'
    assert answer.content == b"steps"


def test_who_may_not_take_part_sends_nothing_and_nobody_sends_without_end(
    client: Client, member: User, signed_in: SignIn
) -> None:
    assert sent(client).status_code == 404
    refused = sent(signed_in(member), "virus.exe", b"MZ")
    assert refused.status_code == 422
    assert "may be attached" in refused.json()["detail"]
    Attachment.objects.bulk_create(
        Attachment(
            token=f"{number:032x}", by=member_of(member), name="a", kind="text/plain", size=1, content=b"a"
        )
        for number in range(MOST_A_DAY)
    )
    with pytest.raises(CommunityError, match="a day"):
        attach(member, "a.txt", b"one more")


def test_what_was_never_used_goes(member: User, question: Entry) -> None:
    kept = attach(member, "a.txt", b"x")
    unused = attach(member, "b.txt", b"x")
    comment(member, question.pk, f"[a]({kept.get_absolute_url()})")
    Attachment.objects.update(at=clock.now().replace(year=2020))
    assert drop_unused() == 1
    assert not Attachment.objects.filter(pk=unused.pk).exists()


def test_only_pictures_of_our_own_are_shown() -> None:
    for spy in ("https://tracker.example/p.gif", "//tracker.example/files/p.gif", "/other/p.gif"):
        assert render(f"![<b>spy]({spy})") == "<p>&lt;b&gt;spy</p>\n"
    assert render("![mine](/files/aa/p.png)") == '<p><img src="/files/aa/p.png" alt="mine"></p>\n'


def test_texts_name_members_and_files_outside_of_code() -> None:
    text = f"{mention('Mia [x]', 7)} and `[@Hugo](/m/8)`\n```\n[@Vera](/m/9)\n```\n[@Mia](/m/7)"
    assert mentioned(text) == [7]
    assert files_in(f"![a](/files/{'a' * 32}/x.png)") == ["a" * 32]


def test_who_is_mentioned_is_told_once_and_not_of_what_they_may_not_read(
    question: Entry, helper: User, member: User
) -> None:
    named = mention("Hugo Helps", member_of(helper).pk)
    entry = comment(member, question.pk, f"{named}, do you know? {named}")
    for _again in range(2):
        tell_mentioned(entry.pk)
    (notice,) = Notice.objects.filter(user=helper, kind="community_mentioned")
    assert notice.title == "Mia Member mentions you: My kettle leaks. What now?"
    Group.objects.update(visibility=Visibility.SECRET)

    Notice.objects.all().delete()
    tell_mentioned(entry.pk)
    assert not Notice.objects.exists()


def test_members_are_offered_by_the_beginning_of_their_name(
    client: Client, helper: User, member: User, signed_in: SignIn
) -> None:
    member_of(helper)
    assert client.get("/mentionable/?q=hu").status_code == 404
    (offered,) = signed_in(member).get("/mentionable/?q=hu").json()["items"]
    assert offered["name"] == "Hugo Helps"
    assert mentioned(offered["markdown"]) == [member_of(helper).pk]
    assert signed_in(member).get("/mentionable/?q=").json() == {"items": []}
