"""A chart of what models were worth, one after the other, as plain numbers for an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.recommendations.models import ModelVersion

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 16, 12, 24
_LINES = 4  # across, above that of 0


@dataclass(frozen=True)
class Line:
    name: str
    points: list[tuple[float, float]]
    last: float

    @property
    def path(self) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    levels: list[tuple[float, str]]  # where, and what it stands for
    numbers: list[tuple[float, str]]


def chart_of(models: Sequence[ModelVersion], figure: str = "ndcg") -> Chart | None:
    """Of models in their order, those that were measured; None where there is none."""
    measured = [model for model in models if model.figures]
    if not measured:
        return None
    names = sorted({name for model in measured for name in model.figures}, key=lambda name: (name != "ours", name))
    most = max(figures[figure] for model in measured for figures in model.figures.values()) or 1
    across = [_LEFT + place * _step(len(measured)) for place in range(len(measured))]
    return Chart(
        lines=[_line(name, measured, across, figure, most) for name in names],
        levels=[(_height(most * level / _LINES, most), f"{most * level / _LINES:.2f}") for level in range(_LINES + 1)],
        numbers=[(x, str(model.pk)) for x, model in zip(across, measured, strict=True)],
    )


def _line(name: str, models: Sequence[ModelVersion], across: Sequence[float], figure: str, most: float) -> Line:
    found = [(x, model.figures[name][figure]) for x, model in zip(across, models, strict=True) if name in model.figures]
    return Line(name, [(x, _height(value, most)) for x, value in found], found[-1][1])


def _step(number: int) -> float:
    return (WIDTH - _LEFT - _RIGHT) / max(1, number - 1)


def _height(value: float, most: float) -> float:
    return HEIGHT - _BOTTOM - value / most * (HEIGHT - _TOP - _BOTTOM)
