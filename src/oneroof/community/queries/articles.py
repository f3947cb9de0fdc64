"""Articles: one with all that stands on its page, and the lists of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import (
    Article,
    Entry,
    EntryQuerySet,
    Flag,
    Helped,
    Kind,
    Proposal,
    Status,
    Tag,
    Vote,
)
from oneroof.community.queries.disclaimers import disclaimers
from oneroof.community.queries.feeds import absolute, public
from oneroof.community.queries.freshness import Sign, signs_of
from oneroof.community.queries.pages import RootPage, root_page
from oneroof.core.markdown import LONGEST, render
from oneroof.core.pagination import Page, decode_numbers, page_of
from oneroof.core.steps import Step, render_with_steps

SHOWN, IN_A_FEED = 20, 30
SHOWS = ("published", "mine", "stale", "review", "archived")
FEWEST_QUESTIONS = 2


@dataclass(frozen=True, slots=True)
class ArticlePage:
    page: RootPage
    article: Article
    html: SafeString
    steps: Sequence[Step]
    disclaimers: Sequence[str]
    translations: Sequence[Entry]
    helpful: int
    unhelpful: int
    proposals: int
    signs: Sequence[Sign]
    may_write: bool
    may_publish: bool
    may_review: bool

    @property
    def entry(self) -> Entry:
        return self.page.entry


def article_page(reader: User | None, entry_id: int, *, lang: str = "") -> ArticlePage:
    """``lang`` is the reader's. Raises Entry.DoesNotExist."""
    page = root_page(reader, entry_id, Kind.ARTICLE)
    entry = page.entry
    article = article_of(entry)
    html, steps = _rendered(entry.body)
    helpful, unhelpful = helpfulness(entry)
    is_draft = entry.is_unlisted
    keeps = bool(reader and article.owner and article.owner.user_id == reader.pk) or page.may_moderate
    return ArticlePage(
        page=page,
        article=article,
        html=html,
        steps=steps,
        disclaimers=disclaimers(_abouts(article), lang=lang or entry.lang or ""),
        translations=translations(reader, entry, article),
        helpful=helpful,
        unhelpful=unhelpful,
        proposals=_waiting(entry).count() if page.may_moderate else 0,
        signs=signs_of(reader, [entry])[entry.pk] if reader and keeps else (),
        may_review=keeps and entry.status == Status.PUBLISHED,
        may_write=page.may_moderate or (is_draft and page.said.is_mine),
        may_publish=bool(
            reader and page.may_moderate and (not page.said.is_mine or reader.may(Permission.STEER))
        ),
    )


def article_of(entry: Entry) -> Article:
    """What was imported as an article has no row of its own until somebody changes it."""
    found = Article.objects.select_related("owner", "reviewed_by", "made_from__root", "made_from__author")
    return found.filter(entry=entry).first() or Article(entry=entry)


@lru_cache(maxsize=512)
def _rendered(body: str) -> tuple[SafeString, Sequence[Step]]:
    """The table of steps of what is too long to be looked through is left out."""
    return render_with_steps(body) if len(body) <= 3 * LONGEST else (render(body), ())


def translations(reader: User | None, entry: Entry, article: Article) -> Sequence[Entry]:
    """The same in other languages, as far as this reader may see it."""
    original = article.original_id or entry.pk
    family = Q(pk=original) | Q(article__original=original)
    shown = Entry.objects.visible_to(reader).filter(family, kind=Kind.ARTICLE, deleted_at=None)
    return list(shown.exclude(pk=entry.pk).only("kind", "title", "lang", "root_id").order_by("lang", "pk"))


def helpfulness(entry: Entry) -> tuple[int, int]:
    """How many it helped, and how many it did not: members' votes and visitors' words."""
    said = Helped.objects.filter(entry=entry).values_list("is_helpful").annotate(n=Count("pk"))
    visitors = dict(said.order_by())
    voted = Vote.objects.filter(entry=entry, what__in=(Vote.What.UP, Vote.What.DOWN))
    members = dict(voted.values_list("what").annotate(n=Count("pk")).order_by())
    up, down = members.get(Vote.What.UP, 0), members.get(Vote.What.DOWN, 0)
    return up + visitors.get(True, 0), down + visitors.get(False, 0)


def articles(
    reader: User | None, show: str, *, tag: str = "", lang: str = "", cursor: str | None = None
) -> Page[Entry]:
    """The newest first; raises CursorError for a page that never was."""
    found = _shown(Entry.objects.visible_to(reader).filter(kind=Kind.ARTICLE, deleted_at=None), reader, show)
    if tag:
        found = found.filter(tagged__tag__in=Tag.objects.filter(Q(name=tag) | Q(synonyms__name=tag)))
    if lang:
        found = found.filter(lang=lang)
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    rows = found.select_related("author", "article__owner").prefetch_related("tags").order_by("-pk")
    return page_of(list(rows[: SHOWN + 1]), SHOWN, lambda entry: (entry.pk,))


def _shown(found: EntryQuerySet, reader: User | None, show: str) -> EntryQuerySet:
    if show == "mine" and reader is not None:
        return found.filter(Q(author__user=reader) | Q(article__owner__user=reader)).distinct()
    if show == "stale" and reader is not None:
        stale = found.filter(Exists(Flag.objects.filter(entry=OuterRef("pk"), cleared_at=None)))
        return stale if reader.may(Permission.MODERATE) else stale.filter(article__owner__user=reader)
    if show == "review":
        waiting = Proposal.objects.filter(state=Proposal.State.WAITING)
        return found.filter(Q(status=Status.IN_REVIEW) | Q(pk__in=waiting.values("entry")))
    if show == "archived":
        return found.filter(status=Status.ARCHIVED)
    return found.filter(is_unlisted=False)


def proposals_of(entry: Entry) -> QuerySet[Proposal]:
    return _waiting(entry).select_related("author").order_by("pk")


def _waiting(entry: Entry) -> QuerySet[Proposal]:
    return Proposal.objects.filter(entry=entry, state=Proposal.State.WAITING)


def newest_articles() -> Sequence[Entry]:
    found = public().filter(kind=Kind.ARTICLE, root=None)
    return list(found.select_related("author").order_by("-active_at", "-pk")[:IN_A_FEED])


def as_article(shown: ArticlePage) -> Mapping[str, Any]:
    """schema.org's FAQPage where its steps are questions, else its Article; as Google's guides for both ask."""
    asked = [step for step in shown.steps if step.title.rstrip().endswith(("?", "？", "؟"))]
    if len(asked) >= FEWEST_QUESTIONS:
        return _as_faq(shown, asked)
    entry = shown.entry
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": entry.title,
        "url": absolute(entry),
        "datePublished": (shown.article.published_at or entry.created_at).isoformat(),
        "dateModified": (entry.edited_at or shown.article.published_at or entry.created_at).isoformat(),
        "author": {"@type": "Person", "name": entry.author.name if entry.author else "?"},
        **({"inLanguage": entry.lang} if entry.lang else {}),
    }


def _as_faq(shown: ArticlePage, asked: Sequence[Step]) -> Mapping[str, Any]:
    """Each question with the Markdown below it, up to the next step."""
    lines, begins = shown.entry.body.split("\n"), [step.line for step in shown.steps]
    ends = dict(zip(begins, [*begins[1:], len(lines)], strict=True))
    questions = [
        {
            "@type": "Question",
            "name": step.title,
            "url": f"{absolute(shown.entry)}#{step.anchor}",
            "acceptedAnswer": {
                "@type": "Answer",
                "text": render("\n".join(lines[step.line + 1 : ends[step.line]]).strip()),
            },
        }
        for step in asked
    ]
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}


def _abouts(article: Article) -> list[str]:
    """Of which kinds of content an article is, as disclaimers name them."""
    return ["article", article.sort, *(["translation"] if article.original_id else [])]
