"""The letter that goes with an award, as PDF."""

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.errors import FPDFException

from oneroof.core.paper import font_of
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Award


def letter(award: Award) -> bytes:
    """One page; RecognitionError where this machine has no font for a name's letters."""
    if award.round.announced_at is None:
        raise RecognitionError(_("The letter can be had when the round is announced."))
    page = FPDF(format="A4")
    page.set_title(str(award))
    page.set_margins(25, 30)
    page.add_page()
    family = font_of(page)
    try:
        _write(page, family, award)
    except FPDFException as error:
        raise RecognitionError(
            _("No font here has these letters: install DejaVu Sans on the server.")
        ) from error
    return bytes(page.output())


def _write(page: FPDF, family: str, award: Award) -> None:
    announced = localtime(award.round.announced_at)
    thanks = _("This year’s award “%(round)s” goes to you, for what you have done for others:")
    kept = _("Nothing is asked of you in return. The award holds until %(day)s.")
    day = date_format(localtime(award.ends_at), "DATE_FORMAT")
    lines = (
        (11, settings.COMPANY or "Oneroof"),
        (11, date_format(announced, "DATE_FORMAT")),
        (20, _("Thank you, %(name)s") % {"name": award.member.name}),
        (12, thanks % {"round": award.round.name}),
        (12, award.citation),
        (12, award.round.perks),
        (12, kept % {"day": day}),
    )
    for size, text in lines:
        page.set_font(family, size=size)
        page.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")
        page.ln(6)
