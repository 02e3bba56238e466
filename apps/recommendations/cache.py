"""What is kept of recommendations. Those that are for one member are computed each time."""

from collections.abc import Iterable
from typing import Any

from apps.catalog.cache import BRIEFLY, LISTED, SHOWN, ratings_of
from movieverse.cache import Cached


def _similar(view: Any, data: Any) -> Iterable[str]:
    """The titles that it shows, not all: a new one is like others from the next model on."""
    movies = [row["movie"] for row in data.get("results", ()) if "movie" in row]
    shown = (f"movie:{movie['id']}" for movie in movies)
    return (f"movie:{view.kwargs['movie_id']}", "genre", "collection", "model", *shown, *ratings_of(movies))


def _titled(view: Any, data: Any) -> Iterable[str]:
    return ("movie", "genre", "collection", "model", "search")


SIMILAR = Cached(name="similar titles", tags=_similar, fresh=SHOWN)
TITLED = Cached(name="similar by title", tags=_titled, fresh=LISTED, kept=BRIEFLY)
MODELS = Cached(name="models", tags=lambda view, data: ("model",), fresh=LISTED)
