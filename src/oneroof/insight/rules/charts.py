"""Bars as figures for an SVG: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 600, 120, 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    figure: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bars:
    bars: list[Bar]
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def bars(figures: Sequence[tuple[str, int]]) -> Bars:
    """One beside the other, the highest as high as the picture."""
    most = max((figure for _name, figure in figures), default=0)
    step = WIDTH / max(len(figures), 1)
    made = []
    for place, (name, figure) in enumerate(figures):
        height = HEIGHT * figure / most if most else 0.0
        made.append(
            Bar(
                name,
                figure,
                round(step * place, 2),
                round(HEIGHT - height, 2),
                round(step * (1 - GAP), 2),
                round(height, 2),
            )
        )
    return Bars(made, most)
