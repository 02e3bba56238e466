"""What is recommended, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.catalog.models import Movie


class Reason(NamedTuple):
    kind: str
    text: str


@dataclass
class Recommendation:
    """`because` are ids of the movies for which it is recommended."""

    movie: Movie
    score: float
    reasons: list[Reason]
    because: Sequence[int] = ()


@dataclass
class Recommendations:
    """By the model of this number; None: no model has been trained yet."""

    model: int | None
    results: list[Recommendation] = field(default_factory=list)

    @property
    def movies(self) -> list[Movie]:
        return [one.movie for one in self.results]


def enumerated(names: Iterable[str]) -> str:
    """As a sentence has it: A, B and C."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
