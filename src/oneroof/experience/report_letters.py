"""A report as a letter, with itself as PDF: every figure leads to its rows at the desk."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace

from oneroof.core.paper import font_of
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import ReportLetter
from oneroof.experience.queries.reports import Part, Sheet, sheet_of
from oneroof.experience.rules.spans import span_until


def report_letter(letter: ReportLetter) -> EmailMultiAlternatives:
    """In its reader's language. A PDF that no font here can set is left out, and said so."""
    user = letter.user
    known = user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        sheet = sheet_of(letter.report, user, span_until(letter.report.every, letter.until))
        try:
            pdf = as_pdf(sheet)
        except ExperienceError:
            pdf = b""
        context = {
            "sheet": sheet,
            "span": span_words(sheet),
            "public": settings.PUBLIC_URL,
            "has_pdf": bool(pdf),
        }
        context["page"] = f"{settings.PUBLIC_URL}/desk/experience/reports/{letter.report_id}/"
        message = EmailMultiAlternatives(
            subject=" ".join(f"{sheet.name}: {span_words(sheet)}".split()),
            body=render_to_string("experience/report_letter.txt", context),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("experience/report_letter.html", context), "text/html")
        if pdf:
            message.attach(file_name(sheet), pdf, "application/pdf")
        return message


def span_words(sheet: Sheet) -> str:
    first, last = _day(sheet.start), _day(sheet.last_day)
    return first if first == last else f"{first} – {last}"


def file_name(sheet: Sheet) -> str:
    return f"{slugify(sheet.name) or 'report'}-{sheet.last_day:%Y-%m-%d}.pdf"


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
        _line(page, family, 10, span_words(sheet))
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


def _day(moment: datetime) -> str:
    return date_format(moment, "DATE_FORMAT")
