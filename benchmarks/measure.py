"""Two ways to the same result, timed in turn, so that both meet the same weather; and how often a result is right."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, ClassVar


@dataclass(frozen=True)
class Figure:
    name: str
    ours: float
    yardstick: float
    at_most: float
    unit: str = "ms"

    HEAD: ClassVar[str] = f"{'measurement':44} {'ours':>9} {'yardstick':>9} {'ratio':>6} {'limit':>6}"

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    @property
    def within(self) -> bool:
        return self.ratio <= self.at_most

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": round(self.ratio, 2), "within": self.within}

    def __str__(self) -> str:
        verdict = "" if self.within else "  OVER"
        values = f"{self.ours:7.2f}{self.unit:2} {self.yardstick:7.2f}{self.unit:2}"
        return f"{self.name:44} {values} {self.ratio:6.2f} {self.at_most:6.2f}{verdict}"


@dataclass(frozen=True)
class Share:
    """How many of so many are as they should be. Its ratio is that of the misses to those that are allowed."""

    name: str
    hits: int
    of: int
    at_least: float

    @property
    def ratio(self) -> float:
        return (1 - self.hits / self.of) / (1 - self.at_least)

    @property
    def within(self) -> bool:
        return self.ratio <= 1

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": round(self.ratio, 2), "within": self.within}

    def __str__(self) -> str:
        verdict = "" if self.within else "  OVER"
        shares = f"{self.hits / self.of:9.1%} {self.at_least:9.1%}"
        return f"{self.name:44} {shares} {self.ratio:6.2f} {1:6.2f}{verdict}"


def compare(
    name: str,
    ours: Callable[[], Any],
    yardstick: Callable[[], Any],
    *,
    at_most: float,
    rounds: int = 300,
    times: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> Figure:
    """Medians of alternating rounds, each of so many times the same in a row, after some that do not count."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for round_number in range(-(rounds // 30 or 1), rounds):
        for kept, action in zip(seconds, (ours, yardstick), strict=True):
            start = clock()
            for _ in range(times):
                action()
            if round_number >= 0:
                kept.append((clock() - start) / times)
    return Figure(name, median(seconds[0]) * 1000, median(seconds[1]) * 1000, at_most)
