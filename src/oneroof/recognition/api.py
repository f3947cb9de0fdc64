"""The directory over HTTP."""

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import AuthenticationError
from pydantic import Field

from oneroof.accounts.access import open_to_all
from oneroof.accounts.bearer import user_of
from oneroof.core.problems import ProblemError
from oneroof.core.storable import StorableText
from oneroof.recognition.models import Listing
from oneroof.recognition.queries.directory import KINDS, Found, Wanted, directory

router = Router(tags=["recognition"])


class FoundOut(Schema):
    kind: str
    name: str
    url: str
    place: str
    skills: list[str]
    languages: list[str]
    solved: int
    topics: list[str]
    about: str
    address: str
    hours: str
    email: str
    phone: str
    website: str


class DirectoryOut(Schema):
    items: list[FoundOut]
    next: str | None = None


class DirectoryIn(Schema):
    kind: str = ""
    q: StorableText = Field("", max_length=60)
    language: StorableText = Field("", max_length=12)
    place: StorableText = Field("", max_length=60)
    cursor: str | None = None


@router.get("/directory", response=DirectoryOut, summary="Helpers, partners and service points")
@open_to_all("signed out one finds what is public; with a token, whom its person may find")
def listed(request: HttpRequest, asked: Query[DirectoryIn]) -> dict[str, object]:
    """By name: helpers who want to be found, partners and service points, with what they solved."""
    reader = user_of(request)
    if reader is None and "Authorization" in request.headers:
        raise AuthenticationError
    if asked.kind and asked.kind not in KINDS:
        raise ProblemError(422, "The request does not fit", f"“kind” is one of {', '.join(KINDS)}.")
    wanted = Wanted(asked.kind, asked.q.strip(), asked.language.strip().lower(), asked.place.strip())
    page = directory(reader, wanted, after=asked.cursor)
    return {"items": [_told(row) for row in page.rows], "next": page.next}


def _told(row: Found) -> dict[str, object]:
    is_place = isinstance(row.of, Listing)
    contact = ("address", "hours", "email", "phone")
    return {
        **{name: getattr(row, name) for name in ("kind", "name", "place", "solved")},
        **{name: list(getattr(row, name)) for name in ("skills", "languages", "topics")},
        **{name: getattr(row.of, name) if is_place else "" for name in contact},
        "about": row.of.about if is_place else row.of.member.about,
        "website": row.of.url if is_place else "",
        "url": row.of.get_absolute_url() if is_place else f"/people/{row.of.member_id}/",
    }
