"""Two ways to the same result, timed in turn, so that both meet the same weather."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, ClassVar


@dataclass(frozen=True)
class Figure:
    name: str
    ours_ms: float
    yardstick_ms: float
    at_most: float

    HEAD: ClassVar[str] = f"{'measurement':44} {'ours':>9} {'yardstick':>9} {'ratio':>6} {'limit':>6}"

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.yardstick_ms

    @property
    def within(self) -> bool:
        return self.ratio <= self.at_most

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": round(self.ratio, 2), "within": self.within}

    def __str__(self) -> str:
        verdict = "" if self.within else "  OVER"
        times = f"{self.ours_ms:7.2f}ms {self.yardstick_ms:7.2f}ms"
        return f"{self.name:44} {times} {self.ratio:6.2f} {self.at_most:6.2f}{verdict}"


def compare(
    name: str, ours: Callable[[], Any], yardstick: Callable[[], Any], *, at_most: float, rounds: int = 300
) -> Figure:
    """Medians of alternating runs, after some that do not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for round_number in range(-10, rounds):
        for kept, action in zip(times, (ours, yardstick), strict=True):
            start = time.perf_counter()
            action()
            if round_number >= 0:
                kept.append(time.perf_counter() - start)
    return Figure(name, median(times[0]) * 1000, median(times[1]) * 1000, at_most)
