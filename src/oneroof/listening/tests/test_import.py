"""Files of posts, whatever is in them: a clear word, and nothing lost."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from oneroof.accounts.models import User
from oneroof.core.errors import WrongUseError
from oneroof.listening import enriching
from oneroof.listening.actions.import_file import Imported, import_posts
from oneroof.listening.actions.watches import create_watch
from oneroof.listening.models import Mention, Post, PostKey, Source
from oneroof.listening.sources.files import UnreadableFileError

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "external_id,author_handle,text,created_at,parent_id\n"
WHEN = "2024-05-06T07:08:09Z"
IMPORTER = """
import sys, django
django.setup()
from pathlib import Path
from oneroof.listening import enriching
from oneroof.listening.actions.import_file import import_posts
enriching.BATCH = 50
if __name__ == "__main__":
    import_posts([Path(sys.argv[1])])
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def row(external_id: object, text: str = "hello", *, when: str = WHEN, parent: object = "") -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow([external_id, "mia", text, when, parent])
    return written.getvalue()


def load(tmp_path: Path, content: str | bytes, name: str = "forum.csv", **how: Any) -> Imported:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_posts([path], **how)


def counts(imported: Imported) -> tuple[int, int, int, int]:
    return imported.read, imported.stored, imported.duplicates, imported.rejected


def rejects(imported: Imported) -> list[dict[str, Any]]:
    assert imported.rejected_file
    return [
        json.loads(line) for line in Path(imported.rejected_file).read_text(encoding="utf-8").splitlines()
    ]


def test_rows_that_cannot_be_read_go_to_a_file_and_the_rest_is_stored(tmp_path: Path) -> None:
    huge = "x" * 10_000_000
    content = (
        HEADER
        + row(1)
        + row(2, when="the day before yesterday")
        + row(3, when="2999-01-01")
        + row("", "no id")
        + "5,mia\n"
        + row(6, huge)
        + row(7, "a\0b")
        + row(8, "itâ€™s fine ðŸ˜‰")
        + row(9, "=cmd|'/c calc'!A1 <script>alert(1)</script>")
        + '10,mia,"never closed,2024-05-06T07:08:09Z,\n'
        + row(11)
    )
    imported = load(tmp_path, content)
    assert counts(imported) == (11, 5, 0, 6)
    assert dict(Post.objects.values_list("external_id", "text")) == {
        "1": "hello",
        "7": "a\ufffdb",
        "8": "it’s fine 😉",
        "9": "=cmd|'/c calc'!A1 <script>alert(1)</script>",
        "11": "hello",
    }
    assert [(each["file"], each["line"]) for each in rejects(imported)] == [
        ("forum.csv", line) for line in (3, 4, 5, 6, 7, 11)
    ]
    assert all(each["reason"] and len(each["raw"]) <= 10_000 for each in rejects(imported))
    assert str(tmp_path / "home") in str(imported.rejected_file)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "déjà vu 日本"),
        ("utf-16", "déjà vu 日本 👍"),
        ("utf-16-le", "c’est déjà l’été"),
        ("utf-16-be", "c’est déjà l’été"),
        ("latin-1", "c'est déjà l'été, naïve, größer"),
        ("cp1252", "c’est déjà l’été, naïve, größer"),
        ("mac_roman", "c’est déjà l’été à la crème brûlée, naïve, größer"),
    ],
)
def test_whatever_the_encoding_the_words_are_stored(tmp_path: Path, encoding: str, text: str) -> None:
    imported = load(tmp_path, (HEADER + "".join(row(number, text) for number in range(10))).encode(encoding))
    assert counts(imported) == (10, 10, 0, 0)
    assert set(Post.objects.values_list("text", flat=True)) == {text}


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("posts.csv", HEADER + row(1))
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zipped(), "zip"),
        (b"", "empty"),
        (b"\0\0\0\0\0", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        ("external_id,author_handle,text\n1,mia,hello\n", "created_at"),
        ("a,b\n1,2\n", "Its columns are: a, b"),
        ('[{"external_id": "1"}]', "JSON document"),
    ],
    ids=["zip", "nothing", "NULs", "PDF", "no moment", "other columns", "one JSON document"],
)
def test_a_file_of_which_nothing_can_be_read_is_refused_before_any_is_stored(
    tmp_path: Path, content: str | bytes, word: str
) -> None:
    good = tmp_path / "good.csv"
    good.write_text(HEADER + row(1))
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnreadableFileError, match=word):
        import_posts([good, bad])
    assert not Post.objects.exists()
    assert not Source.objects.exists()


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    content = "ticket;who;body;at\n1;mia;It leaks;2024-05-06 07:08\n"
    mapping = {"external_id": "ticket", "author_handle": "who", "text": "body", "created_at": "at"}
    assert counts(load(tmp_path, content, mapping=mapping)) == (1, 1, 0, 0)
    assert Post.objects.get().text == "It leaks"


def test_a_second_run_and_a_longer_file_store_only_what_is_new(tmp_path: Path) -> None:
    content = HEADER + row(1) + row(2)
    assert counts(load(tmp_path, content)) == (2, 2, 0, 0)
    assert counts(load(tmp_path, content)) == (2, 0, 2, 0)
    assert counts(load(tmp_path, content + row(3) + row(3))) == (4, 1, 3, 0)
    assert counts(load(tmp_path, content, source_name="another forum")) == (2, 2, 0, 0)


def test_a_file_may_not_pour_into_a_source_that_is_listened_to(tmp_path: Path) -> None:
    Source.objects.create(network="rss", name="forum")
    with pytest.raises(WrongUseError, match="rss"):
        load(tmp_path, HEADER + row(1))
    assert not Post.objects.exists()


def rows_of_threads(count: int) -> str:
    """Threads of five; each reply stands before what it answers."""
    return "".join(
        row(number, f"kettle number {number} of many", parent=number + 1 if (number + 1) % 5 else "")
        for number in range(count)
    )


def assert_whole(count: int, agent_watches: int) -> None:
    assert Post.objects.count() == PostKey.objects.count() == count
    sizes = Counter(PostKey.objects.values_list("thread_id", flat=True))
    assert set(sizes.values()) == {5}
    assert Mention.objects.count() == count * agent_watches


def test_many_rows_are_shared_out_over_the_cores_and_stay_in_order(
    tmp_path: Path, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enriching, "BATCH", 100)
    create_watch(agent, "Kettles", "kettle")
    imported = load(tmp_path, HEADER + rows_of_threads(1_000))
    assert (counts(imported), imported.matched) == ((1_000, 1_000, 0, 0), 1_000)
    assert_whole(1_000, 1)


def processes_with(path: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if f"ONEROOF_HOME={path}".encode() in environment:
            found.append(int(process.name))
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes through /proc")
def test_killed_in_the_middle_and_run_again_every_row_is_stored_once(tmp_path: Path, agent: User) -> None:
    create_watch(agent, "Kettles", "kettle")
    path, home = tmp_path / "forum.csv", tmp_path / "killed"
    path.write_text(HEADER + rows_of_threads(1_000))
    script = tmp_path / "importer.py"
    script.write_text(IMPORTER)
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "ONEROOF_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "oneroof.config.settings",
    }
    child = subprocess.Popen([sys.executable, str(script), str(path)], env=environment)
    try:
        wait_for(lambda: Post.objects.exists() or child.poll() is not None, 120)
    finally:
        child.kill()
    assert child.wait(10) == -signal.SIGKILL
    before = Post.objects.count()
    assert 0 < before < 1_000
    wait_for(lambda: not processes_with(home), 10)
    imported = import_posts([path])
    assert counts(imported) == (1_000, 1_000 - before, before, 0)
    assert_whole(1_000, 1)


def wait_for(is_so: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


DATA = Path(os.environ.get("ONEROOF_DATA", Path(__file__).parents[5] / "shared" / "data"))


@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not here (ONEROOF_DATA)")
@pytest.mark.parametrize(
    ("folder", "stored", "set_aside"),
    [
        pytest.param("twcs_head", 4_888, 1, marks=pytest.mark.slow),
        pytest.param("twcs_spotify_inbound", 15_096, 0, marks=pytest.mark.slow),
        pytest.param("twcs_brand_outbound", 10_983 + 10_986, 0, marks=pytest.mark.slow),
    ],
)
def test_real_tweets_are_stored_once_and_their_threads_are_whole(
    folder: str, stored: int, set_aside: int
) -> None:
    files = sorted((DATA / folder).glob("*.csv"))
    first = import_posts(files, format="twcs")
    assert counts(first) == (stored + set_aside, stored, 0, set_aside)
    second = import_posts(files, format="twcs")
    assert counts(second) == (stored + set_aside, 0, stored, set_aside)
    assert Post.objects.count() == stored
    assert split_threads() == 0


def split_threads() -> int:
    """Posts whose parent lies in another thread, or whose thread's root has a parent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM listening_postkey AS post LEFT JOIN listening_postkey AS parent"
            " ON parent.id = post.parent_id JOIN listening_postkey AS root ON root.id = post.thread_id"
            " WHERE parent.thread_id <> post.thread_id OR root.parent_id IS NOT NULL"
        )
        return int(cursor.fetchone()[0])
