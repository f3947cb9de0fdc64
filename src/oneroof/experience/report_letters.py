"""A report as a letter, with itself as PDF: every figure leads to its rows at the desk."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import slugify

from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import ReportLetter
from oneroof.experience.queries.reports import Sheet, sheet_of
from oneroof.experience.rules.spans import span_until


def report_letter(letter: ReportLetter) -> EmailMultiAlternatives:
    """In its reader's language. A PDF that no font here can set is left out, and said so."""
    from oneroof.experience.report_paper import as_pdf  # what sets it takes long to import

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
            "public": settings.PUBLIC_URL,
            "has_pdf": bool(pdf),
        }
        context["page"] = f"{settings.PUBLIC_URL}/desk/experience/reports/{letter.report_id}/"
        message = EmailMultiAlternatives(
            subject=" ".join(f"{sheet.name}: {sheet.span}".split()),
            body=render_to_string("experience/report_letter.txt", context),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("experience/report_letter.html", context), "text/html")
        if pdf:
            message.attach(file_name(sheet), pdf, "application/pdf")
        return message


def file_name(sheet: Sheet) -> str:
    return f"{slugify(sheet.name) or 'report'}-{sheet.last_day:%Y-%m-%d}.pdf"
