"""What stands on a page once for each entry, a hundred times and more: drawn without templates, decision 0181."""

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from typing import Any

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
WORDS = (
    '<form class="deeds__words" method="post">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>'
)
BUTTON = (
    '<form method="post" action="{}"{}><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<button class="btn btn--quiet btn--small">{}</button></form>'
)
COMMENTING = (
    '<details class="commenting"><summary class="btn btn--link btn--small">{sign}{comment}</summary>'
    '<form class="form" method="post" action="{place}">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    '<div class="field"><label for="comment-{id}">{label}</label><textarea class="input" data-composer'
    ' id="comment-{id}" name="body" rows="3" required maxlength="60000" dir="auto"></textarea></div>'
    '<div class="actions"><button class="btn btn--small">{comment}</button></div></form></details>'
)


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


@register.simple_tag
def deeds(said: Said, page: Page, token: Any) -> SafeString:
    """What this reader may do about it. ``token`` is that of forms, and stays unmade where there is none."""
    entry = said.entry
    may_report = page.is_signed_in and not said.is_mine
    return format_html(
        '<div class="deeds">{}{}{}</div>',
        _of_member(said, page, token) if page.is_signed_in else _found_useful(entry),
        _link("quiet", deed_path(entry.pk, "report"), _label(noop("Report"), "flag"))
        if may_report
        else NOTHING,
        _link("link", short_path(entry.pk), _label(noop("Link"), "link")),
    )


def _found_useful(entry: Entry) -> SafeString:
    return format_html(
        '<span class="muted small">{} <span class="num">{}</span> {}</span>',
        icon("thumbs-up"),
        entry.score,
        _label(noop("found it useful")),
    )


def _of_member(said: Said, page: Page, token: Any) -> SafeString:
    entry = said.entry
    words = _joined(_words(said))
    shown = format_html(WORDS, token, words) if words else NOTHING
    if page.may_moderate and entry.kind == Kind.ANSWER and entry.accepted_at:
        label = _label(noop("Make it an article"), "book-open")
        shown += format_html(BUTTON, deed_path(entry.pk, "article"), NOTHING, token, label)
    return shown + _change(entry, token) if said.may_change else shown


def _words(said: Said) -> Iterator[SafeString]:
    """What a member may say of it by one button each."""
    entry = said.entry
    if not said.is_mine:
        yield _word(said, "up", _label(noop("Useful"), "thumbs-up"), entry.score)
        yield _word(said, "down", _label(noop("Not useful"), "thumbs-down"))
        if entry.kind == Kind.QUESTION:
            yield _word(said, "me_too", _label(noop("I have this too"), "users"), entry.me_too)
        if entry.kind == Kind.ANSWER:
            yield _word(said, "works_too", _label(noop("Works for me too"), "check"))
    if said.may_accept:
        yield _acceptance(entry)


def _acceptance(entry: Entry) -> SafeString:
    is_accepted = entry.accepted_at is not None
    return format_html(
        '<button class="btn btn--small" formaction="{}">{}</button>',
        deed_path(entry.pk, "acceptance/removal" if is_accepted else "acceptance"),
        _label(
            noop("It does not solve it after all") if is_accepted else noop("This solved it"), "circle-check"
        ),
    )


@register.simple_tag
def word(said: Said, what: str, label: str, icon_name: str, count: int | None = None) -> SafeString:
    """The button by which a member says ``what`` of an entry, or takes it back; a form stands around it."""
    return _word(said, what, format_html("{}{}", icon(icon_name), label), count)


def _word(said: Said, what: str, label: SafeString, count: int | None = None) -> SafeString:
    is_said = what in said.words
    return format_html(
        '<button class="btn btn--small" formaction="{}" aria-pressed="{}">{}{}</button>',
        deed_path(said.entry.pk, f"votes/{what}/removal" if is_said else f"votes/{what}"),
        "true" if is_said else "false",
        label,
        NOTHING if count is None else format_html(' <span class="num">{}</span>', count),
    )


def _change(entry: Entry, token: Any) -> SafeString:
    edit = _link("quiet", deed_path(entry.pk, "edit"), _label(noop("Edit"), "pencil"))
    if entry.deleted_at:
        place, label = deed_path(entry.pk, "restoration"), _label(noop("Bring it back"), "undo-2")
        return edit + format_html(BUTTON, place, NOTHING, token, label)
    confirm = format_html(
        ' data-confirm="{}" data-confirm-word="{}"',
        _label(noop("Take this away? Nobody will see it any more.")),
        _label(noop("Delete")),
    )
    place, label = deed_path(entry.pk, "deletion"), _label(noop("Delete"), "trash-2")
    return edit + format_html(BUTTON, place, confirm, token, label)


@register.simple_tag
def comments(said: Said, page: Page, token: Any) -> SafeString:
    """Those below it, and where a member writes one."""
    shown = NOTHING
    if said.comments:
        each = _joined(_comment(comment, page) for comment in said.comments)
        shown = format_html('<ul class="comments" aria-label="{}">{}</ul>', _label(noop("Comments")), each)
    return shown + _commenting(said.entry, token) if page.is_signed_in and not page.is_gone else shown


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


def _commenting(entry: Entry, token: Any) -> SafeString:
    return format_html(
        COMMENTING,
        comment=_label(noop("Comment")),
        sign=icon("message-square"),
        place=deed_path(entry.pk, "comments"),
        token=token,
        id=entry.pk,
        label=_label(noop("Your comment")),
    )


def _link(look: str, place: str, label: SafeString) -> SafeString:
    return format_html('<a class="btn btn--{} btn--small" href="{}">{}</a>', look, place, label)


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return reduce(SafeString.__add__, pieces, NOTHING)


def _label(words: str, icon_name: str = "") -> SafeString:
    """Words of ours, after their icon, in the language that is active now."""
    return _labelled(words, icon_name, get_language())


@lru_cache(maxsize=512)
def _labelled(words: str, icon_name: str, _language: str | None) -> SafeString:
    return format_html("{}{}", icon(icon_name) if icon_name else NOTHING, gettext(words))
