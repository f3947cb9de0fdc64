"""Files as people have them: each row is a post or set aside with its line and its reason."""

import csv
import io
import json
import os
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneroof.core.errors import WrongUseError
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.files import UnreadableFileError, open_posts, parse_mapping

HEADER = "external_id,author_handle,text,created_at\n"
WHEN = "2024-05-06T07:08:09Z"
TWCS = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
TWITTER_TIME = "Mon May 06 07:08:09 +0000 2024"


def read(tmp_path: Path, content: str | bytes, **how: object) -> tuple[list[RawPost], list[Rejected]]:
    path = tmp_path / "posts.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = list(open_posts(path, **how).posts)
    return [one for one in found if isinstance(one, RawPost)], [
        one for one in found if isinstance(one, Rejected)
    ]


def said(number: int, text: str = "hello", handle: str = "mia", when: str = WHEN) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow([number, handle, text, when])
    return row.getvalue()


def test_a_row_is_a_post(tmp_path: Path) -> None:
    posts, rejected = read(
        tmp_path,
        "external_id,author_handle,text,created_at,parent_id,url,lang,followers,reposts,likes,kind\n"
        f'7,mia,"It leaks, again.",{WHEN},6,https://forum.example/7,en-GB,"1,204",3.0,,review\n',
    )
    assert rejected == []
    assert posts == [
        RawPost(
            external_id="7",
            author_handle="mia",
            text="It leaks, again.",
            created_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
            parent_id="6",
            url="https://forum.example/7",
            lang="en",
            followers=1204,
            reposts=3,
            kind="review",
        )
    ]


def test_columns_are_mapped(tmp_path: Path) -> None:
    content = f"id;who;body;at\n7;mia;hello;{WHEN}\n"
    mapping = parse_mapping(["external_id=id", "author_handle=who", "text=body", "created_at=at"])
    posts, _ = read(tmp_path, content, mapping=mapping)
    assert [(post.external_id, post.author_handle, post.text) for post in posts] == [("7", "mia", "hello")]


def test_missing_columns_are_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableFileError, match=r"author_handle, created_at.*columns are: external_id, text.*--map"
    ):
        read(tmp_path, "external_id,text\n1,x\n")
    with pytest.raises(UnreadableFileError, match="no column “body”"):
        read(tmp_path, HEADER, mapping={"text": "body"})
    with pytest.raises(WrongUseError, match="no field “txt”"):
        read(tmp_path, HEADER, mapping={"txt": "text"})
    with pytest.raises(WrongUseError, match="FIELD=COLUMN"):
        parse_mapping(["text"])
    with pytest.raises(WrongUseError, match="formats are"):
        read(tmp_path, HEADER, format="xml")


def test_wrong_rows_are_set_aside_with_line_and_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = (
        HEADER
        + said(1, "two\nlines")
        + said(2, when="yesterday")
        + said(3, handle="")
        + "4,mia\n"
        + "5,mia,a,b,c,d\n"
        + said(6, when="2999-01-01")
        + f",mia,x,{WHEN}\n"
        + "\n"
        + said(7)
    )
    posts, rejected = read(tmp_path, content)
    assert [post.external_id for post in posts] == ["1", "7"]
    assert [one.where for one in rejected] == ["line 4", "line 5", "line 6", "line 7", "line 8", "line 9"]
    reasons = " / ".join(one.reason for one in rejected)
    for reason in ("“yesterday” is not a date", "author_handle is empty", "2 cells, the header has 4",
                   "6 cells", "in the future", "external_id is empty"):  # fmt: skip
        assert reason in reasons
    assert "yesterday" in rejected[0].raw


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "déjà vu 😀 日本語"),
        ("utf-8-sig", "déjà vu 😀"),
        ("utf-16", "déjà vu 😀 Привет"),
        ("utf-16-le", "plain words déjà"),
        ("utf-16-be", "plain words déjà"),
        ("utf-32", "déjà vu"),
        ("cp1252", "c’est déjà l’été à la crème brûlée, naïve"),
        ("latin-1", "c'est déjà vu à la crème brûlée, naïve, größer"),
        ("mac_roman", "c’est déjà l’été à la crème brûlée, naïve, größer"),
        ("cp1251", "Привет, чайник опять протекает, что мне делать дальше"),
        ("shift_jis", "ケトルから水が漏れます。どうすればいいですか"),
    ],
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str, text: str) -> None:
    rows = "".join(said(number, text) for number in range(20))
    posts, rejected = read(tmp_path, (HEADER + rows).encode(encoding))
    assert rejected == []
    assert {post.text for post in posts} == {text}
    assert len(posts) == 20


def test_a_line_pasted_from_windows_into_utf_8_is_read(tmp_path: Path) -> None:
    content = (HEADER + said(1, "déjà") + said(2, "日本")).encode() + said(3, "l’été").encode("cp1252")
    posts, _ = read(tmp_path, content)
    assert [post.text for post in posts] == ["déjà", "日本", "l’été"]


def test_mojibake_is_mended_and_emoji_stay(tmp_path: Path) -> None:
    posts, _ = read(tmp_path, HEADER + said(1, "itâ€™s fine ðŸ˜‰") + said(2, "it’s fine 😉 été"))
    assert [post.text for post in posts] == ["it’s fine 😉", "it’s fine 😉 été"]


def test_nul_bytes_become_visible(tmp_path: Path) -> None:
    posts, rejected = read(tmp_path, HEADER + said(1, "a\0b") + said(2))
    assert [post.text for post in posts] == ["a\ufffdb", "hello"]
    assert rejected == []


@pytest.mark.parametrize(
    "cell", ["x" * 10_000_000, "line\n" * 2_000_000, 'q"' * 3_000_000, '","' * 2_000_000]
)
def test_a_cell_of_ten_megabytes_is_set_aside(tmp_path: Path, cell: str) -> None:
    posts, rejected = read(tmp_path, HEADER + said(1) + said(2, cell) + said(3))
    assert [post.external_id for post in posts] == ["1", "3"]
    assert [one.where for one in rejected] == ["line 3"]
    assert "131,072" in rejected[0].reason
    assert len(rejected[0].raw) <= 10_000


def test_a_quote_left_open_costs_one_row(tmp_path: Path) -> None:
    broken = f'2,mia,"never closed,{WHEN}\n'
    at_the_end = HEADER + said(1) + broken + said(3) + said(4, "a, b") + said(5)
    posts, rejected = read(tmp_path, at_the_end)
    assert [post.external_id for post in posts] == ["1", "3", "4", "5"]
    assert [(one.where, "quotation mark" in one.reason) for one in rejected] == [("line 3", True)]
    long = HEADER + said(1) + broken + "".join(said(number) for number in range(10, 9000))
    posts, rejected = read(tmp_path, long)
    assert len(posts) == 8991
    assert len(rejected) == 1


def test_line_ends_of_every_kind(tmp_path: Path) -> None:
    rows = HEADER + said(1, "two\nlines") + said(2)
    for end in ("\r\n", "\r"):
        posts, rejected = read(tmp_path, rows.replace("\n", end))
        assert [post.text for post in posts] == ["two\nlines", "hello"], end
        assert rejected == []


def test_a_carriage_return_within_a_line_is_part_of_the_text(tmp_path: Path) -> None:
    posts, rejected = read(tmp_path, HEADER + f"1,mia,one\rtwo,{WHEN}\n" + said(2))
    assert [post.text for post in posts] == ["one\ntwo", "hello"]
    assert rejected == []


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", HEADER)
    with pytest.raises(UnreadableFileError, match="zip"):
        open_posts(path)
    path.write_bytes(b"\x1f\x8b\x08")
    with pytest.raises(UnreadableFileError, match="gzip"):
        open_posts(path)
    for empty in (b"", b"\xef\xbb\xbf", b"\n\n"):
        path.write_bytes(empty)
        with pytest.raises(UnreadableFileError, match="empty"):
            open_posts(path)
    with pytest.raises(UnreadableFileError, match="folder"):
        open_posts(tmp_path)
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        open_posts(tmp_path / "absent.csv")


def test_a_header_alone_is_a_file_without_posts(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == ([], [])


def test_twcs_rows_are_customers_and_companies(tmp_path: Path) -> None:
    content = "Unnamed: 0," + TWCS + (
        f'0,1,KettleCare,False,{TWITTER_TIME},"@9 Sorry &amp; thanks &gt; DM",2,3.0\n'
        f"1,3,9,True,{TWITTER_TIME},@KettleCare it leaks,1,\n"
        f"2,x,9,True,{TWITTER_TIME},@KettleCare it leaks,1,\n"
        f"3,4,9,maybe,{TWITTER_TIME},@KettleCare it leaks,1,\n"
        f"4,5,9,TRUE,{TWITTER_TIME},@KettleCare it leaks,1,y\n"
    )  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_text(content)
    opened = open_posts(path)
    assert opened.format == "twcs"
    found = list(opened.posts)
    ours, theirs = found[:2]
    assert isinstance(ours, RawPost)
    assert isinstance(theirs, RawPost)
    assert (ours.external_id, ours.parent_id, ours.said_by_us, ours.kind) == ("1", "3", True, "reply")
    assert ours.text == "@9 Sorry & thanks > DM"
    assert (theirs.author_handle, theirs.parent_id, theirs.said_by_us, theirs.addressed_to_us) == (
        "9",
        None,
        False,
        True,
    )
    reasons = [(one.where, one.reason) for one in found[2:] if isinstance(one, Rejected)]
    assert [where for where, _ in reasons] == ["line 4", "line 5", "line 6"]


def test_jsonl_is_read_line_by_line(tmp_path: Path) -> None:
    good = {
        "external_id": 7,
        "author_handle": "mia",
        "text": "half \ud83d",
        "created_at": 1714979289,
        "more": [1],
    }
    wrong = [{**good, "text": {}}, {**good, "likes": -1}, {**good, "created_at": None}]
    lines = [json.dumps(good), "", "{broken", "[1]", *map(json.dumps, wrong), "[" * 100_000]
    lines.append(json.dumps({**good, "external_id": "8"}))
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(lines))
    opened = open_posts(path)
    found = list(opened.posts)
    assert opened.format == "jsonl"
    assert [one.external_id for one in found if isinstance(one, RawPost)] == ["7", "8"]
    assert next(one.text for one in found if isinstance(one, RawPost)) == "half \ufffd"
    rejected = [one for one in found if isinstance(one, Rejected)]
    assert [one.where for one in rejected] == [f"line {number}" for number in range(3, 9)]


def test_a_json_document_is_not_jsonl(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="one object a line"):
        read(tmp_path, '[\n{"external_id": 1}\n]')


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\u2028"), max_size=30))
)
def test_what_csv_wrote_is_read_row_for_row(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    content = HEADER + "".join(said(number, "“" + text) for number, text in enumerate(texts))
    posts, rejected = read(tmp_path_factory.mktemp("csv"), content)
    assert rejected == []
    assert [post.external_id for post in posts] == [str(number) for number in range(len(texts))]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_set_aside(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    folder = tmp_path_factory.mktemp("junk")
    for content in (junk, HEADER.encode() + junk, TWCS.encode() + junk, b'{"a":1}\n' + junk):
        with suppress(UnreadableFileError):
            posts, rejected = read(folder, content)
            assert all(one.reason for one in rejected)
            assert all(post.external_id for post in posts)


DATA = Path(os.environ.get("ONEROOF_DATA", Path(__file__).parents[7] / "shared" / "data"))


@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not here (ONEROOF_DATA)")
@pytest.mark.parametrize(
    ("file", "stored", "set_aside"),
    [
        ("twcs_head/twcs_monalisapatra26.csv", 4888, 1),
        ("twcs_spotify_inbound/support_requests.csv", 15096, 0),
        ("twcs_brand_outbound/AppleSupport.csv", 10983, 0),
        ("twcs_brand_outbound/SpotifyCares.csv", 10986, 0),
    ],
)
def test_real_tweets_are_all_read(file: str, stored: int, set_aside: int) -> None:
    found = list(open_posts(DATA / file, format="twcs").posts)
    posts = [one for one in found if isinstance(one, RawPost)]
    assert (len(posts), len(found) - len(posts)) == (stored, set_aside)
    assert len({post.external_id for post in posts}) == stored
    assert not any("â€" in post.text for post in posts)
