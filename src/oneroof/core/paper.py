"""The font in which papers are set: one that has most letters where this machine has it, else Helvetica."""

from functools import cache
from pathlib import Path

from fpdf import FPDF

FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)


def font_of(page: FPDF) -> str:
    """Its family, which the page knows from now on."""
    path = font_file()
    if path is None:
        return "helvetica"
    page.add_font("paper", fname=path)
    return "paper"


@cache
def font_file() -> str | None:
    return next((path for path in FONTS if Path(path).exists()), None)
