"""What stands on a page once for each entry, a hundred times and more: drawn without templates, decision 0181."""

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_noop as noop

from oneroof.community.models import Entry, Kind
from oneroof.community.queries.pages import RootPage
from oneroof.community.queries.question import QuestionPage, Said
from oneroof.community.rules.addresses import deed_path, member_path, short_path
from oneroof.community.templatetags.community_ui import markdown_of
from oneroof.core.templatetags.oneroof_ui import avatar, icon, pill, time_ago

register = template.Library()

type Page = QuestionPage | RootPage
NOTHING = SafeString("")
ID, SCORE, ME_TOO = SafeString("{id}"), SafeString("{score}"), SafeString("{me_too}")
"""Where the numbers of one entry go in what is drawn once for all of a shape."""
FORM_TOKEN = SafeString('<input type="hidden" name="csrfmiddlewaretoken" value="{token}">')
_REMEMBERED = 512


@register.simple_tag
def byline(entry: Entry) -> SafeString:
    """Who wrote it and when, and what else is to be known of it."""
    return format_html(
        '<p class="byline">{} <span class="muted">{}{}</span>{}</p>',
        _author(entry),
        time_ago(entry.created_at),
        _edited(entry) if entry.edited_at else NOTHING,
        _joined(_marks(entry)),
    )


def _author(entry: Entry) -> SafeString:
    author = entry.author
    if author is None:
        return format_html('<span class="muted">{}</span>', _label(noop("somebody who left")))
    shown, place = avatar(author.name, size="small"), member_path(author.pk)
    return format_html('{}<a href="{}" dir="auto">{}</a>', shown, place, author.name)


def _edited(entry: Entry) -> SafeString:
    return format_html(' · <a href="{}">{}</a>', deed_path(entry.pk, "history"), _label(noop("edited")))


def _marks(entry: Entry) -> Iterator[SafeString]:
    if entry.is_official:
        yield format_html(" {}", pill(_label(noop("The company’s word")), "shield-check", "accent"))
    if entry.carried:
        told = ngettext("Carried %(n)s reply", "Carried %(n)s replies", entry.carried) % {"n": entry.carried}
        yield format_html(' <span class="muted">{}</span>', told)
    if entry.is_held:
        yield format_html(" {}", pill(_label(noop("Waits for a moderator")), "hourglass", "warning"))
    if entry.deleted_at:
        yield format_html(" {}", pill(_label(noop("Deleted")), "trash-2", "danger"))


@register.simple_tag
def prose(entry: Entry) -> SafeString:
    """What it says, as it was written."""
    lang = format_html(' lang="{}"', entry.lang) if entry.lang else NOTHING
    return format_html('<div class="prose" dir="auto"{}>{}</div>', lang, markdown_of(entry.body))


class Shape(NamedTuple):
    """All that the deeds below an entry depend on, but for its numbers. A page has a handful of shapes."""

    kind: str
    words: frozenset[str]
    is_mine: bool
    may_change: bool
    may_accept: bool
    is_accepted: bool
    is_deleted: bool
    is_signed_in: bool
    may_moderate: bool


@register.simple_tag
def deeds(said: Said, page: Page, token: Any) -> SafeString:
    """What this reader may do about it. ``token`` is that of forms, and stays unmade where there is none."""
    entry = said.entry
    shape = Shape(
        kind=entry.kind,
        words=said.words,
        is_mine=said.is_mine,
        may_change=said.may_change,
        may_accept=said.may_accept,
        is_accepted=entry.accepted_at is not None,
        is_deleted=entry.deleted_at is not None,
        is_signed_in=page.is_signed_in,
        may_moderate=page.may_moderate,
    )
    numbers = {"id": entry.pk, "score": entry.score, "me_too": entry.me_too}
    return format_html(_deeds(shape, get_language()), token=token if page.is_signed_in else "", **numbers)


@lru_cache(maxsize=_REMEMBERED)
def _deeds(shape: Shape, _language: str | None) -> SafeString:
    """With places for the numbers of an entry and for the token."""
    pieces = [*_of_member(shape)] if shape.is_signed_in else [_found_useful()]
    if shape.is_signed_in and not shape.is_mine:
        pieces.append(_link("quiet", deed_path(ID, "report"), _label(noop("Report"), "flag")))
    pieces.append(_link("link", short_path(ID), _label(noop("Link"), "link")))
    return format_html('<div class="deeds">{}</div>', _joined(pieces))


def _found_useful() -> SafeString:
    useful = _label(noop("found it useful"))
    sign = icon("thumbs-up")
    return format_html(
        '<span class="muted small">{} <span class="num">{}</span> {}</span>', sign, SCORE, useful
    )


def _of_member(shape: Shape) -> Iterator[SafeString]:
    if words := _joined(_words(shape)):
        yield format_html('<form class="deeds__words" method="post">{}{}</form>', FORM_TOKEN, words)
    if shape.may_moderate and shape.kind == Kind.ANSWER and shape.is_accepted:
        yield _button("article", _label(noop("Make it an article"), "book-open"))
    if shape.may_change:
        yield _link("quiet", deed_path(ID, "edit"), _label(noop("Edit"), "pencil"))
        yield _restoration() if shape.is_deleted else _deletion()


def _words(shape: Shape) -> Iterator[SafeString]:
    """What a member may say of it by one button each."""
    if not shape.is_mine:
        yield _word(shape.words, "up", _label(noop("Useful"), "thumbs-up"), SCORE)
        yield _word(shape.words, "down", _label(noop("Not useful"), "thumbs-down"))
        if shape.kind == Kind.QUESTION:
            yield _word(shape.words, "me_too", _label(noop("I have this too"), "users"), ME_TOO)
        if shape.kind == Kind.ANSWER:
            yield _word(shape.words, "works_too", _label(noop("Works for me too"), "check"))
    if shape.may_accept:
        yield _acceptance(is_accepted=shape.is_accepted)


def _acceptance(*, is_accepted: bool) -> SafeString:
    said = noop("It does not solve it after all") if is_accepted else noop("This solved it")
    return format_html(
        '<button class="btn btn--small" formaction="{}">{}</button>',
        deed_path(ID, "acceptance/removal" if is_accepted else "acceptance"),
        _label(said, "circle-check"),
    )


@register.simple_tag
def word(said: Said, what: str, label: str, icon_name: str, count: int) -> SafeString:
    """The button by which a member says ``what`` of an entry, or takes it back; a form stands around it."""
    drawn = _word(said.words, what, format_html("{}{}", icon(icon_name), label), SCORE)
    return format_html(drawn, id=said.entry.pk, score=count)


def _word(words: frozenset[str], what: str, label: SafeString, count: SafeString = NOTHING) -> SafeString:
    is_said = what in words
    return format_html(
        '<button class="btn btn--small" formaction="{}" aria-pressed="{}">{}{}</button>',
        deed_path(ID, f"votes/{what}/removal" if is_said else f"votes/{what}"),
        "true" if is_said else "false",
        label,
        format_html(' <span class="num">{}</span>', count) if count else NOTHING,
    )


def _restoration() -> SafeString:
    return _button("restoration", _label(noop("Bring it back"), "undo-2"))


def _deletion() -> SafeString:
    asked = _label(noop("Take this away? Nobody will see it any more."))
    confirm = format_html(' data-confirm="{}" data-confirm-word="{}"', asked, _label(noop("Delete")))
    return _button("deletion", _label(noop("Delete"), "trash-2"), confirm)


def _button(deed: str, label: SafeString, confirm: SafeString = NOTHING) -> SafeString:
    return format_html(
        '<form method="post" action="{}"{}>{}<button class="btn btn--quiet btn--small">{}</button></form>',
        deed_path(ID, deed),
        confirm,
        FORM_TOKEN,
        label,
    )


@register.simple_tag
def comments(said: Said, page: Page, token: Any) -> SafeString:
    """Those below it, and where a member writes one."""
    shown = NOTHING
    if said.comments:
        each = _joined(_comment(comment, page) for comment in said.comments)
        shown = format_html('<ul class="comments" aria-label="{}">{}</ul>', _label(noop("Comments")), each)
    if page.is_signed_in and not page.is_gone:
        shown += format_html(_commenting(get_language()), id=said.entry.pk, token=token)
    return shown


def _comment(said: Said, page: Page) -> SafeString:
    entry = said.entry
    return format_html(
        '<li class="comment{}" id="c{}"><div class="prose" dir="auto">{}</div>{}{}</li>',
        " comment--official" if entry.is_official else NOTHING,
        entry.pk,
        markdown_of(entry.body),
        byline(entry),
        _of_comment(said) if page.is_signed_in else NOTHING,
    )


def _of_comment(said: Said) -> SafeString:
    if said.may_change:
        return _link("link", deed_path(said.entry.pk, "edit"), _label(noop("Edit")))
    return _link("link", deed_path(said.entry.pk, "report"), _label(noop("Report")))


@lru_cache(maxsize=_REMEMBERED)
def _commenting(_language: str | None) -> SafeString:
    """With places for the number of the entry and for the token."""
    return format_html(
        '<details class="commenting"><summary class="btn btn--link btn--small">{sign}{comment}</summary>'
        '<form class="form" method="post" action="{place}">{token}'
        '<div class="field"><label for="comment-{id}">{label}</label><textarea class="input" data-composer'
        ' id="comment-{id}" name="body" rows="3" required maxlength="60000" dir="auto"></textarea></div>'
        '<div class="actions"><button class="btn btn--small">{comment}</button></div></form></details>',
        comment=_label(noop("Comment")),
        sign=icon("message-square"),
        place=deed_path(ID, "comments"),
        token=FORM_TOKEN,
        id=ID,
        label=_label(noop("Your comment")),
    )


def _link(look: str, place: str, label: SafeString) -> SafeString:
    return format_html('<a class="btn btn--{} btn--small" href="{}">{}</a>', look, place, label)


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return reduce(SafeString.__add__, pieces, NOTHING)


def _label(words: str, icon_name: str = "") -> SafeString:
    """Words of ours, after their icon, in the language that is active now."""
    return _labelled(words, icon_name, get_language())


@lru_cache(maxsize=_REMEMBERED)
def _labelled(words: str, icon_name: str, _language: str | None) -> SafeString:
    """Brackets would be taken for the place of a number."""
    label = format_html("{}{}", icon(icon_name) if icon_name else NOTHING, gettext(words))
    return SafeString(label.replace("{", "&#123;").replace("}", "&#125;"))
