"""Where an entry is read: its page, and the place on it. Pure."""

import re

from django.utils.text import slugify

PAGES = {"question": "q", "article": "articles", "idea": "ideas", "announcement": "news"}
MARKS = {"answer": "a", "comment": "c"}
SHORT = "e"
SLUG_LENGTH = 80


def slug_of(title: str) -> str:
    """The title as a part of an address, in whatever script it is written; empty where nothing is left."""
    return slugify(title, allow_unicode=True)[:SLUG_LENGTH].rstrip("-")


def page_path(kind: str, entry_id: int, title: str) -> str:
    slug = slug_of(title)
    return f"/{PAGES[kind]}/{entry_id}/{slug}" if slug else f"/{PAGES[kind]}/{entry_id}"


def short_path(entry_id: int | str) -> str:
    """Leads to wherever the entry stands."""
    return f"/{SHORT}/{entry_id}"


def deed_path(entry_id: int | str, deed: str) -> str:
    """Where something is done about an entry: ``edit``, ``report``, ``votes/up``."""
    return f"/{SHORT}/{entry_id}/{deed}/"


def member_path(member_id: int) -> str:
    return f"/m/{member_id}"


def mark_of(kind: str, entry_id: int) -> str:
    """The fragment by which an answer or comment is found on its page; nothing for the page itself."""
    return f"#{MARKS[kind]}{entry_id}" if kind in MARKS else ""


def entries_linked(text: str, site: str) -> list[int]:
    """The numbers of the entries that a text links on this site, each once: short links, pages, places on them."""
    pages = "|".join([SHORT, *PAGES.values()])
    marks = "|".join(MARKS.values())
    page = rf"{re.escape(site.rstrip('/'))}/(?:{pages})/(\d{{1,18}})(?!\d)"
    link = rf"{page}(?:/[^\s#)>\]]*)?(?:#(?:{marks})(\d{{1,18}}))?"
    return list(dict.fromkeys(int(place or page) for page, place in re.findall(link, text)))
