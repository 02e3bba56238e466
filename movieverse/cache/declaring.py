"""What a view says of its answers, and its answer of itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http.response import HttpResponseBase


class Shown(NamedTuple):
    """Set on an answer that may be given again: what it shows, and what whoever gets it has seen."""

    tags: frozenset[str]
    seen: tuple[str, int] | None


@dataclass(frozen=True, kw_only=True)
class Cached:
    """How a view's answers to GET are given again. After `fresh` seconds one is built anew, while others still get it.

    `tags` says of the view and an answer's data what that shows: `movie` stands for all movies, `movie:5` for one. The
    kinds are those of events. `public` is a view that asks nobody who they are; answers of any other are for those
    alone who bring nothing that says it.
    """

    name: str
    tags: Callable[[Any, Any], Iterable[str]]
    fresh: float
    kept: int = 3600  # seconds; tags are remembered for longer, but not for long
    public: bool = True
    seen: Callable[[Any], tuple[str, int]] | None = None

    def mark(self, response: HttpResponseBase, view: Any, data: Any) -> None:
        """Say what it shows, unless it had to do without a store: the next one need not."""
        if "degraded" not in data:
            shown = Shown(frozenset(self.tags(view, data)), self.seen(view) if self.seen else None)
            response.shown = shown  # type: ignore[attr-defined]
