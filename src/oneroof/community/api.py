"""The community over HTTP."""

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import AuthenticationError
from pydantic import Field

from oneroof.accounts.access import open_to_all
from oneroof.accounts.bearer import user_of
from oneroof.community.models import Kind
from oneroof.community.queries.finding import find
from oneroof.core.problems import ProblemError
from oneroof.core.storable import StorableText

router = Router(tags=["community"])
SEARCHED = {
    "questions": Kind.QUESTION,
    "articles": Kind.ARTICLE,
    "ideas": Kind.IDEA,
    "announcements": Kind.ANNOUNCEMENT,
}


class FoundOut(Schema):
    external_id: str
    entry_id: int
    kind: str
    title: str
    url: str
    passage: str
    score: float
    lang: str | None


class SearchOut(Schema):
    items: list[FoundOut]
    next: str | None = None


class SearchIn(Schema):
    q: StorableText = Field(max_length=1_000)
    among: str = Field("questions,articles", alias="in")
    limit: int = Field(10, ge=1, le=50)


@router.get("/search", response=SearchOut, summary="Search the community")
@open_to_all("signed out one finds what is public; with a token, what its person may read")
def search(request: HttpRequest, asked: Query[SearchIn]) -> dict[str, object]:
    """The best pages first, each with the passage that answers, and its place."""
    reader = user_of(request)
    if reader is None and "Authorization" in request.headers:
        raise AuthenticationError
    return {"items": find(asked.q, reader=reader, kinds=_kinds(asked.among), limit=asked.limit)}


def _kinds(among: str) -> list[str]:
    names = [name.strip() for name in among.split(",") if name.strip()]
    unknown = [name for name in names if name not in SEARCHED]
    if unknown or not names:
        raise ProblemError(422, "The request does not fit", f"“in” names some of {', '.join(SEARCHED)}.")
    return [SEARCHED[name] for name in names]
