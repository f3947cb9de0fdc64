"""A report as PDF. Its import takes a while, so only who sets one imports it."""

from django.conf import settings
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace

from oneroof.core.paper import font_of
from oneroof.experience.errors import ExperienceError
from oneroof.experience.queries.reports import Part, Sheet


def as_pdf(sheet: Sheet) -> bytes:
    """ExperienceError where this machine has no font for its letters."""
    page = FPDF(format="A4")
    page.set_title(sheet.name)
    page.set_margins(18, 18)
    page.add_page()
    family = font_of(page)
    try:
        _line(page, family, 10, settings.COMPANY or "Oneroof")
        _line(page, family, 18, sheet.name)
        _line(page, family, 10, sheet.span)
        for part in sheet.parts:
            _part(page, family, part)
    except FPDFException as error:
        raise ExperienceError(
            _("No font here has these letters: install DejaVu Sans on the server.")
        ) from error
    return bytes(page.output())


def _part(page: FPDF, family: str, part: Part) -> None:
    page.ln(4)
    _line(page, family, 13, part.label)
    if not part.figures:
        return _line(page, family, 10, _("Nothing was counted in this time."))
    page.set_font(family, size=9)
    plain = FontFace(emphasis="")
    with page.table(
        col_widths=(42, 18, 40), text_align=("LEFT", "RIGHT", "LEFT"), headings_style=plain, line_height=6
    ) as table:
        heading = table.row()
        for word in (_("Figure"), _("Value"), _("What to mind")):
            heading.cell(word)
        for figure in part.figures:
            row = table.row()
            row.cell(figure.label)
            row.cell(figure.value, link=f"{settings.PUBLIC_URL}{figure.path}")
            row.cell(figure.note)
    return None


def _line(page: FPDF, family: str, size: float, text: str) -> None:
    page.set_font(family, size=size)
    page.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")
