"""What is kept of the catalogue: the site's settings in this process, and answers of its views.

Settings are asked for with every rating, and hardly ever change.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from apps.catalog.models import Setting
from movieverse.cache import Cached
from movieverse.exceptions import StoreUnavailable

KEPT_SECONDS = 1  # so long another process may go on with what a setting was

# So long, in seconds, an answer is not built anew while nothing of what it shows is touched.
LISTED, SHOWN, FIXED = 30, 600, 3600
BRIEFLY = 300  # seconds, that answers are kept of which anybody can ask for any number


class _Settings:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._values: dict[str, Any] | None = None
        self._until = 0.0

    def values(self) -> dict[str, Any]:
        """Those that somebody has set; while the catalogue is away, as they were."""
        values = self._values
        if values is None or time.monotonic() > self._until:
            values = self._values = self._read(values)
            self._until = time.monotonic() + KEPT_SECONDS
        return values

    def _read(self, known: dict[str, Any] | None) -> dict[str, Any]:
        try:
            return dict(Setting.objects.values_list("name", "value"))
        except StoreUnavailable:
            if known is None:
                raise
            return known


settings = _Settings()


def ratings_of(movies: Iterable[Mapping[str, Any] | None]) -> Iterator[str]:
    """The tags of what members think of the titles shown."""
    return (f"rating_summary:{movie['id']}" for movie in movies if movie)


def _row(kind: str, id_name: str) -> Callable[[Any, Any], Iterable[str]]:
    """The tag of the one row that the URL names."""
    return lambda view, data: (f"{kind}:{view.kwargs[id_name]}",)


def _all(*kinds: str) -> Callable[[Any, Any], Iterable[str]]:
    return lambda view, data: kinds


def titles_listed(view: Any, data: Any) -> Iterable[str]:
    """Of a list of titles. One more rating does not empty it, though it may move a title: it is soon built anew."""
    return ("movie", "genre", "list", *ratings_of(data["results"]))


def _title(view: Any, data: Any) -> Iterable[str]:
    movie_id = view.kwargs["movie_id"]
    aside = {"genres": "genre", "companies": "company", "collection": "collection", "lists": "list"}
    kinds = (kind for member, kind in aside.items() if member in data)
    return (f"movie:{movie_id}", f"rating_summary:{movie_id}", *kinds)


def _credits(view: Any, data: Any) -> Iterable[str]:
    movies = (row.get("movie") for row in data["results"])
    return (f"person:{view.kwargs['person_id']}", "movie", "genre", *ratings_of(movies))


def _entries(view: Any, data: Any) -> Iterable[str]:
    movies = (row.get("movie") for row in data["results"])
    return (f"list:{view.kwargs['list_id']}", "movie", "genre", *ratings_of(movies))


def _entry(view: Any, data: Any) -> Iterable[str]:
    return (f"list:{view.kwargs['list_id']}", "movie", "genre", *ratings_of([data.get("movie")]))


def _collection(view: Any, data: Any) -> Iterable[str]:
    return (f"collection:{view.kwargs['collection_id']}", "movie", "genre", *ratings_of(data.get("parts", ())))


def _found(view: Any, data: Any) -> Iterable[str]:
    return ("movie", "person", "genre", "company", "collection", *ratings_of(data.get("movies", ())))


def _best(view: Any, data: Any) -> Iterable[str]:
    return ("setting", *_indexed(view, data))


def _indexed(view: Any, data: Any) -> Iterable[str]:
    return ("search", *titles_listed(view, data))


def _searched(view: Any, data: Any) -> Iterable[str]:
    titles = (row["item"] for row in data["results"] if "title" in row.get("item", ()))
    return ("search", "movie", "person", "company", "collection", "genre", *ratings_of(titles))


def _of_a_row(view: Any, data: Any) -> Iterable[str]:
    return (f"{view.model.COUNTER}:{view.row_id}",)


MOVIES = Cached(name="movies", tags=titles_listed, fresh=LISTED, kept=BRIEFLY)
MOVIE = Cached(name="movie", tags=_title, fresh=SHOWN, seen=lambda view: ("view", view.kwargs["movie_id"]))
MOVIE_PART = Cached(name="movie parts", tags=_row("movie", "movie_id"), fresh=SHOWN)
MOVIE_LISTS = Cached(name="movie lists", tags=_all("movie", "list"), fresh=SHOWN)
PEOPLE = Cached(name="people", tags=_all("person"), fresh=SHOWN)
PERSON = Cached(name="person", tags=_row("person", "person_id"), fresh=SHOWN)
PERSON_CREDITS = Cached(name="person credits", tags=_credits, fresh=SHOWN)
GENRES = Cached(name="genres", tags=_all("genre"), fresh=SHOWN)
GENRE = Cached(name="genre", tags=_row("genre", "genre_id"), fresh=SHOWN)
COMPANIES = Cached(name="companies", tags=_all("company"), fresh=SHOWN)
COMPANY = Cached(name="company", tags=_row("company", "company_id"), fresh=SHOWN)
COLLECTIONS = Cached(name="collections", tags=_all("collection"), fresh=SHOWN)
COLLECTION = Cached(name="collection", tags=_collection, fresh=SHOWN)
LISTS = Cached(name="lists", tags=_all("list"), fresh=SHOWN)
LIST = Cached(name="list", tags=_row("list", "list_id"), fresh=SHOWN)
LIST_ENTRIES = Cached(name="list entries", tags=_entries, fresh=SHOWN)
LIST_ENTRY = Cached(name="list entry", tags=_entry, fresh=SHOWN)
FIND = Cached(name="find", tags=_found, fresh=SHOWN)
DESCRIBED = Cached(name="origins and ids", tags=_of_a_row, fresh=SHOWN)
DISCOVER = Cached(name="discover", tags=_indexed, fresh=LISTED, kept=BRIEFLY)
CHARTS = Cached(name="popular and other lists", tags=_indexed, fresh=LISTED, kept=BRIEFLY)
TOP_RATED = Cached(name="top rated", tags=_best, fresh=LISTED, kept=BRIEFLY)
TRENDING = Cached(name="trending", tags=titles_listed, fresh=LISTED, kept=BRIEFLY)
SEARCH = Cached(name="search", tags=_searched, fresh=LISTED, kept=BRIEFLY)
SUGGEST = Cached(name="suggest", tags=_all("search"), fresh=BRIEFLY, kept=BRIEFLY)
CONFIGURATION = Cached(name="configuration", tags=_all("setting"), fresh=FIXED)
