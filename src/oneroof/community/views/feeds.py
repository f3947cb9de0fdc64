"""What machines read: Atom feeds (RFC 4287), the map of the site, robots.txt. Only what everybody may read."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from oneroof.accounts.access import open_to_all
from oneroof.community.models import Entry, Group, Kind, Tag, Visibility
from oneroof.community.queries.articles import newest_articles
from oneroof.community.queries.feeds import (
    absolute,
    maps,
    newest_answers,
    newest_questions,
    pages_of_map,
)
from oneroof.community.queries.ideas import newest as newest_of
from oneroof.community.queries.tags import tag_called
from oneroof.core.markdown import render as as_html
from oneroof.core.public_places import more_maps
from oneroof.core.shared_pages import shared_for_a_moment

UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry."""
XML = "application/xml; charset=utf-8"


@open_to_all("a feed of what everybody may read")
@require_GET
@shared_for_a_moment
def newest(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("Newest questions"), "/q/", newest_questions())


@open_to_all("a feed of what everybody may read")
@require_GET
@shared_for_a_moment
def of_tag(request: HttpRequest, tag: str) -> HttpResponse:
    try:
        name = tag_called(None, tag).name
    except Tag.DoesNotExist as error:
        raise Http404 from error
    if name != tag:
        return redirect("community:tag_feed", name)
    return _feed(request, tag, f"/t/{tag}", newest_questions(tag=tag))


@open_to_all("a feed of a public group; a private one has none")
@require_GET
@shared_for_a_moment
def of_group(request: HttpRequest, slug: str) -> HttpResponse:
    room = Group.objects.filter(slug=slug, visibility=Visibility.PUBLIC).first()
    if room is None:
        raise Http404
    return _feed(request, room.name, f"/q/?group={slug}", newest_questions(group=slug))


@open_to_all("a feed of a question that everybody may read")
@require_GET
@shared_for_a_moment
def of_question(request: HttpRequest, question_id: int) -> HttpResponse:
    try:
        question, answers = newest_answers(question_id)
    except Entry.DoesNotExist as error:
        raise Http404 from error
    return _feed(request, question.title, question.get_absolute_url(), answers)


@open_to_all("a feed of what everybody may read")
@require_GET
def of_articles(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("Articles"), "/articles/", newest_articles())


@open_to_all("a feed of what everybody may read")
@require_GET
def of_ideas(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("Ideas"), "/ideas/", newest_of(Kind.IDEA))


@open_to_all("a feed of what everybody may read")
@require_GET
def of_news(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("News"), "/news/", newest_of(Kind.ANNOUNCEMENT))


def _feed(request: HttpRequest, title: str, place: str, entries: Sequence[Entry]) -> HttpResponse:
    feed = Atom1Feed(
        title=fit(title),
        link=f"{settings.PUBLIC_URL}{place}",
        description="",
        feed_url=f"{settings.PUBLIC_URL}{request.get_full_path()}",
    )
    for entry in entries:
        feed.add_item(
            title=fit(entry.title or (entry.root.title if entry.root else "")),
            link=absolute(entry),
            description=fit(as_html(entry.body)),
            author_name=fit(entry.author.name) if entry.author else "?",
            unique_id=f"{settings.PUBLIC_URL}/e/{entry.pk}",
            pubdate=entry.created_at,
            updateddate=entry.edited_at or entry.created_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def fit(text: str) -> str:
    return UNFIT.sub("\ufffd", text)


@open_to_all("the map of what everybody may read")
@require_GET
@shared_for_a_moment
def site_map(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """An index of files, each for a range of numbers, so that none is ever recounted."""
    found = "".join(
        f"<sitemap><loc>{escape(settings.PUBLIC_URL)}/sitemap-{number}.xml</loc></sitemap>"
        for number in range(maps())
    )
    found += "".join(
        f"<sitemap><loc>{escape(settings.PUBLIC_URL + path)}</loc></sitemap>" for path in more_maps()
    )
    return HttpResponse(_as_map("sitemapindex", found), content_type=XML)


@open_to_all("the map of what everybody may read")
@require_GET
@shared_for_a_moment
def site_map_part(request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG001  Django's signature
    if number >= maps():
        raise Http404
    found = "".join(
        f"<url><loc>{escape(absolute(entry))}</loc><lastmod>{entry.active_at:%Y-%m-%d}</lastmod></url>"
        for entry in pages_of_map(number).iterator()
    )
    return HttpResponse(_as_map("urlset", found), content_type=XML)


def _as_map(kind: str, inside: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</{kind}>'
    )


@open_to_all("what search engines may visit")
@require_GET
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    lines = ["User-agent: *", "Disallow: /desk/", "Disallow: /accounts/", "Disallow: /found/"]
    lines.append(f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
