"""Files that posts of a Discourse point at come along; what cannot come is a link to where it lay."""

import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from oneroof.community.actions import import_discourse_files
from oneroof.community.actions.members import member_of
from oneroof.community.imports.discourse import as_ours
from oneroof.community.imports.discourse_files import DIGITS, key_of
from oneroof.community.models import Attachment, Revision
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_import_discourse import AT, EDIT, LATER, TABLES, brought, entry, packed, sql

pytestmark = pytest.mark.django_db
SITE = "https://old.example"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    return drawn.getvalue()


FILES = {
    "leak.png": picture(),
    "notes.txt": b"It leaks at night.\n",
    "run.exe": b"MZ\0\0",
    "broken.png": picture()[:60],
    "gone.png": b"",
    "large.txt": b"x" * 200,
}
SUMS = {name: hashlib.sha1(name.encode()).hexdigest() for name in FILES}


def place(name: str) -> str:
    digits = SUMS[name]
    return f"/uploads/default/original/2X/{digits[0]}/{digits}.{name.rpartition('.')[2]}"


def short(name: str) -> str:
    number, said = int(SUMS[name], 16), ""
    while number:
        number, digit = divmod(number, 62)
        said = list(DIGITS)[digit] + said
    return f"{said}.{name.rpartition('.')[2]}"


SMALLER = place("leak.png").replace("/original/", "/optimized/").replace(".png", "_2_690x388.png")
LEAK = (
    f"See ![leak|690x388]({SITE}{SMALLER}) and "
    f"[notes.txt|attachment](upload://{short('notes.txt')}) (19 Bytes)."
)
ODD = (
    f"![gone|10x10](upload://{short('gone.png')}) [run.exe|attachment]({place('run.exe')}) "
    f"![](upload://{short('broken.png')}) [large|attachment](upload://{short('large.txt')})"
)


def tables() -> dict[str, tuple[str, list[list[Any]]]]:
    columns, posts = TABLES["posts"]
    raws = {101: LEAK, 102: ODD, 109: f'<img src="{place("leak.png")}" width="40">'}
    edit = EDIT.replace("It leaks at night.", f"It leaks, ![leak|690x388](upload://{short('leak.png')})")
    return {
        **TABLES,
        "backup_metadata": ("id, name, value", [[1, "base_url", SITE], [2, "multisite", "f"]]),
        "posts": (columns, [[*row[:4], raws.get(row[0], row[4]), *row[5:]] for row in posts]),
        "post_revisions": (TABLES["post_revisions"][0], [[1, 3, 101, edit, 2, LATER, LATER, "f"]]),
        "uploads": (
            "id, user_id, original_filename, filesize, url, created_at, sha1",
            [[n, 1, name, 1, place(name), AT, SUMS[name]] for n, name in enumerate(FILES, 1)],
        ),
    }


def backup(folder: Path, *, is_dump_first: bool = True) -> Path:
    dump = ("dump.sql.gz", gzip.compress(sql(tables())))
    uploads = [(place(name)[1:], content) for name, content in FILES.items() if name != "gone.png"]
    return packed(folder / "forum.tar.gz", *([dump, *uploads] if is_dump_first else [*uploads, dump]))


@pytest.mark.parametrize("is_dump_first", [True, False], ids=["dump first", "dump last"])
def test_pictures_and_files_come_with_their_posts_once(
    tmp_path: Path, client: Client, is_dump_first: bool
) -> None:
    told = brought(backup(tmp_path, is_dump_first=is_dump_first))
    question = entry("101")
    leak, notes = question.attachments.order_by("name")
    assert question.body == (
        f"See ![leak]({leak.get_absolute_url()}) and [notes.txt]({notes.get_absolute_url()}) (19 Bytes)."
    )
    assert (leak.kind, leak.by.name, bytes(notes.content)) == ("image/png", "Ann Asker", FILES["notes.txt"])
    with Image.open(io.BytesIO(client.get(leak.get_absolute_url()).content)) as drawn:
        assert drawn.size == (40, 30)
    again = brought(tmp_path / "forum.tar.gz")
    assert (again["stored"], again["duplicates"]) == (0, told["stored"])
    assert (told["by_kind"]["files"]["stored"], Attachment.objects.count()) == (4, 4)


def test_a_picture_of_a_secret_group_is_shown_to_who_belongs(
    tmp_path: Path, client: Client, signed_in: SignIn, helper: Any
) -> None:
    brought(backup(tmp_path))
    hidden = entry("109")
    kept = hidden.attachments.get()
    assert hidden.body == f"![]({kept.get_absolute_url()})"
    assert client.get(kept.get_absolute_url()).status_code == 404
    hidden.group.memberships.create(member=member_of(helper), state="member")
    assert signed_in(helper).get(kept.get_absolute_url()).status_code == 200


def test_what_cannot_come_is_a_link_to_where_it_lay_and_told_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_discourse_files, "MOST_BYTES", 150)
    told = brought(backup(tmp_path))
    old = f"{SITE}/uploads/short-url"
    assert entry("102").body == (
        f"[gone]({old}/{short('gone.png')}) [run.exe]({SITE}{place('run.exe')}) "
        f"<{old}/{short('broken.png')}> [large]({old}/{short('large.txt')})"
    )
    lines = map(json.loads, Path(told["rejected_file"]).read_text().splitlines())
    assert [line["reason"] for line in lines] == [
        "The backup does not hold it.",
        "The picture cannot be read.",
        "Files of its kind are not attached.",
        "It is too large.",
    ]


def test_earlier_texts_show_the_same_picture(tmp_path: Path) -> None:
    brought(backup(tmp_path))
    leak = entry("101").attachments.get(kind="image/png")
    assert Revision.objects.get(number=2).body == f"It leaks, ![leak]({leak.get_absolute_url()})"


def test_without_the_archive_each_is_a_link(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(sql(tables()))
    brought(path)
    assert not Attachment.objects.exists()
    assert f"[notes.txt]({SITE}/uploads/short-url/{short('notes.txt')})" in entry("101").body


def test_a_file_is_known_by_its_short_name_and_by_its_place() -> None:
    digits = "436ccd13b6e46397a792d51fbef445380b1cc1d3"
    for address in (
        "upload://9Ct5W75p3SHRlq6I3TfD1OaFEdR.jpeg",
        "https://old.example/uploads/short-url/9Ct5W75p3SHRlq6I3TfD1OaFEdR.jpeg",
        f"//bucket.example/optimized/2X/4/{digits}_2_690x388.jpeg",
        f"/uploads/default/original/2X/4/{digits}.jpeg",
    ):
        assert key_of(address) == digits
    assert key_of("/uploads/default/12/0123456789abcdef.pdf") == "0123456789abcdef"
    assert key_of("https://blog.example/wp-content/uploads/2020/kettle.png") == ""


def test_other_addresses_stay_and_odd_texts_take_no_time() -> None:
    for text in (
        "cp /var/www/uploads/a.png /uploads/b.png",
        "![a](https://blog.example/wp-content/uploads/2020/a.png)",
        "[a|b](https://x.example/a|b)",
    ):
        assert as_ours(text, str) == text
    for odd in ("upload://", "![a](", "//h/b/b/b/b/", '<img src="//a/b/c', "[a|"):
        as_ours(odd * 20_000, str)
