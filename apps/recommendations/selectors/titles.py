"""Which movie somebody means who knows its title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.catalog.models import Movie
from apps.catalog.search import finding
from apps.catalog.search.schema import Kind
from apps.catalog.selectors import movie_summaries
from apps.recommendations.selectors.released import popular
from movieverse.text import fold, sort_key

MOST_CANDIDATES = 10
_DATED = re.compile(r"(?P<title>.+?)\s*\((?P<year>[0-9]{4})\)\s*")


@dataclass(frozen=True)
class Meant:
    """The movie; or those that it may be, the likeliest first."""

    movie_id: int | None = None
    candidates: list[Movie] = field(default_factory=list)


def meant_by(title: str, *, year: int | None = None, more: Sequence[str] = ()) -> Meant:
    """A title may end with its year, as in Heat (1995); `more` columns of candidates are read. Raises NoIndex."""
    dated = _DATED.fullmatch(title)
    if dated and year in (None, int(dated["year"])):
        title, year = dated["title"], int(dated["year"])
    named = _named(title, year, more)
    if len(named) == 1:
        return Meant(movie_id=named[0].pk)
    return Meant(candidates=named or _like(title, year, more))


def _named(title: str, year: int | None, more: Sequence[str]) -> list[Movie]:
    """Case and accents do not matter; an article does only where that tells two apart."""
    movies = movie_summaries(*more).filter(sort_title=sort_key(title)[:300]).order_by("-popularity", "-pk")
    found = list((movies.filter(release_year=year) if year else movies)[:MOST_CANDIDATES])
    return [movie for movie in found if fold(movie.title) == fold(title)] or found


def _like(title: str, year: int | None, more: Sequence[str]) -> list[Movie]:
    asked = f"{title} {year}" if year else title
    rows = [hit.row for hit in finding.find(asked, (Kind.MOVIE, Kind.SHOW)).best(MOST_CANDIDATES)]
    stored = finding.stored(rows, *more)
    return [stored[row] for row in rows if row in stored] or _anything(more)


def _anything(more: Sequence[str]) -> list[Movie]:
    movie_ids = popular(MOST_CANDIDATES)
    movies = movie_summaries(*more).in_bulk(movie_ids)
    return [movies[movie_id] for movie_id in movie_ids if movie_id in movies]
