"""Articles: read, listed, drafted, changed, looked at before they are published."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.articles import (
    archive_article,
    describe_article,
    draft_article,
    publish_article,
    send_back_article,
    submit_article,
)
from oneroof.community.actions.drafting import drop_draft
from oneroof.community.actions.editing import Words, edit
from oneroof.community.actions.freshness import flag_article, review_article
from oneroof.community.actions.helping import say_helped
from oneroof.community.actions.making_articles import article_of_answer
from oneroof.community.actions.proposing import propose_change
from oneroof.community.article_forms import ArticleForm, as_it_is
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Kind, Visibility
from oneroof.community.queries.articles import (
    SHOWS,
    ArticlePage,
    article_of,
    article_page,
    articles,
    as_article,
)
from oneroof.community.queries.drafts import draft_of
from oneroof.community.queries.feeds import absolute
from oneroof.community.queries.freshness import signs_of
from oneroof.community.views.home import visitor_of
from oneroof.community.views.page import done, reader_of, shown
from oneroof.core.pagination import CursorError

type OnArticle = Callable[..., Any]


@open_to_all("what is public is read by everybody, the rest by those who belong")
@require_GET
def article(request: HttpRequest, article_id: int, **_slug: str) -> HttpResponse:
    """The page; an address with an old slug leads to the one of today."""
    try:
        page = article_page(reader_of(request), article_id, lang=(get_language() or "")[:2])
    except Entry.DoesNotExist as error:
        raise Http404 from error
    if request.path != page.entry.get_absolute_url():
        return redirect(page.entry, permanent=False)
    context = {"shown": page, "page": page.page, **_for_machines(page)}
    return render(request, "community/article.html", context)


def _for_machines(page: ArticlePage) -> dict[str, Any]:
    """Nothing about what is not public."""
    entry = page.entry
    is_public = entry.group.visibility == Visibility.PUBLIC and not entry.is_unlisted
    if not is_public or entry.held_at or entry.deleted_at:
        return {}
    return {"canonical": absolute(entry), "stated": as_article(page)}


@open_to_all("lists what is public, and what the reader may read besides")
@require_GET
def article_list(request: HttpRequest) -> HttpResponse:
    reader, asked = reader_of(request), request.GET
    views = [(SHOWS[0], _("All"))]
    if reader is not None:
        views += [(SHOWS[1], _("Mine")), (SHOWS[2], _("May be wrong"))]
    if reader is not None and reader.may(Permission.MODERATE):
        views += [(SHOWS[3], _("To review")), (SHOWS[4], _("Archived"))]
    show = asked.get("show", "") if asked.get("show") in dict(views) else SHOWS[0]
    try:
        page = articles(
            reader, show, tag=asked.get("tag", ""), lang=asked.get("lang", ""), cursor=asked.get("after")
        )
    except CursorError as error:
        raise Http404 from error
    signs = signs_of(reader, page.rows) if reader is not None and show == "stale" else {}
    rows = [(entry, signs.get(entry.pk, ())) for entry in page.rows]
    context = {"page": page, "rows": rows, "views": views, "show": show}
    return render(request, "community/articles.html", context)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def drafting(request: HttpRequest) -> HttpResponse:
    """A new one; with ``?of=`` a translation of that one, which keeps its group."""
    actor, original = actor_of(request), _original(request)
    if request.method == "GET":
        begun: dict[str, Any] = dict(draft_of(actor, "article"))
        if original is not None:
            begun = as_it_is(original, article_of(original)) | {"lang": request.GET.get("lang", "")}
        form = ArticleForm(initial=begun, writer=actor)
        return render(request, "community/write_article.html", {"form": form, "original": original})
    form = ArticleForm(request.POST, writer=actor)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = draft_article(
                actor,
                said["title"],
                said["body"],
                group=said["group"],
                tags=said["tags"],
                about=form.about,
                original_id=original.pk if original else None,
            )
            drop_draft(actor, "article")
            return redirect(made)
        except CommunityError as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "original": original}
    return render(request, "community/write_article.html", context, status=422)


def _original(request: HttpRequest) -> Entry | None:
    typed = request.GET.get("of", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        raise Http404
    return _of_article(request, int(typed))


def _of_article(request: HttpRequest, article_id: int) -> Entry:
    entry = shown(request, article_id)
    if entry.kind != Kind.ARTICLE:
        raise Http404
    return entry


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def changing(request: HttpRequest, article_id: int) -> HttpResponse:
    """Directly where one may; else it is proposed, and a reviewer looks at it."""
    entry, actor = _of_article(request, article_id), actor_of(request)
    own = article_of(entry)
    is_mine = bool(entry.author and entry.author.user_id == actor.pk)
    is_direct = actor.may(Permission.MODERATE) or (entry.is_unlisted and is_mine)
    bound = (request.POST,) if request.method == "POST" else ()
    form = ArticleForm(*bound, initial=as_it_is(entry, own), writer=actor, entry=entry)
    form = form if is_direct else form.without_what_moderators_say()
    context = {"form": form, "entry": entry, "is_proposal": not is_direct}
    if request.method == "GET":
        return render(request, "community/write_article.html", context)
    if form.is_valid():
        try:
            return _changed(request, form, entry, is_direct=is_direct)
        except CommunityError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "community/write_article.html", context, status=422)


def _changed(request: HttpRequest, form: ArticleForm, entry: Entry, *, is_direct: bool) -> HttpResponse:
    actor, said = actor_of(request), form.cleaned_data
    words = Words(said["body"], said["title"], said["tags"], said["why"], said["based_on"])
    if not is_direct:
        return done(
            request,
            lambda: propose_change(actor, entry.pk, words),
            entry,
            _("Thank you: a reviewer looks at it."),
        )
    edit(
        actor,
        entry.pk,
        title=words.title,
        body=words.body,
        tags=words.tags,
        why=words.why,
        based_on=words.based_on,
    )
    return redirect(describe_article(actor, entry.pk, form.about))


def _post_of(act: OnArticle, permission: Permission, words: Callable[[], str]) -> OnArticle:
    """The view of an action that takes nothing but who acts and the article."""

    @requires(permission)
    @require_POST
    def view(request: HttpRequest, article_id: int) -> HttpResponse:
        entry = _of_article(request, article_id)
        return done(request, lambda: act(actor_of(request), article_id), entry, words())

    return view


submission = _post_of(submit_article, Permission.TAKE_PART, lambda: _("Reviewers hear of it."))
publication = _post_of(publish_article, Permission.MODERATE, lambda: _("It is published."))
review = _post_of(review_article, Permission.TAKE_PART, lambda: _("Thank you: it is right as of today."))
archiving = _post_of(archive_article, Permission.MODERATE, lambda: _("Nobody finds it any more."))


@requires(Permission.MODERATE)
@require_POST
def sending_back(request: HttpRequest, article_id: int) -> HttpResponse:
    entry, because = _of_article(request, article_id), request.POST.get("because", "")
    return done(
        request,
        lambda: send_back_article(actor_of(request), article_id, because),
        entry,
        _("Its author hears of it."),
    )


@requires(Permission.TAKE_PART)
@require_POST
def flagging(request: HttpRequest, article_id: int) -> HttpResponse:
    entry, words = _of_article(request, article_id), request.POST.get("words", "")
    return done(
        request,
        lambda: flag_article(actor_of(request), article_id, words),
        entry,
        _("Its owner hears of it."),
    )


@open_to_all("whoever reads may say whether it helped")
@require_POST
def helped(request: HttpRequest, article_id: int) -> HttpResponse:
    entry, is_helpful = _of_article(request, article_id), request.POST.get("helpful") == "yes"
    return done(
        request,
        lambda: say_helped(
            reader_of(request), article_id, is_helpful=is_helpful, visitor=visitor_of(request)
        ),
        entry,
        _("Thank you: its owner sees it."),
    )


@requires(Permission.MODERATE)
@require_POST
def from_answer(request: HttpRequest, entry_id: int) -> HttpResponse:
    """A draft, open to be looked through."""
    entry, actor = shown(request, entry_id), actor_of(request)
    try:
        return redirect("community:article_change", article_of_answer(actor, entry_id).pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except CommunityError:
        return redirect(entry)
