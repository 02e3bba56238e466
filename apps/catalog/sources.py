"""Who tells us about titles and people: under which licence, and whom to believe where they differ."""

from typing import NamedTuple
from urllib.parse import quote


class Source(NamedTuple):
    title: str
    licence: str
    url: str
    rank: int  # of two that differ, the one with the higher rank is believed
    may_be_passed_on: bool  # to whoever asks, to do with as they like: what exports hold


CURATOR = "curator"

SOURCES = {
    CURATOR: Source("Curators of this site", "As the site's owner decides", "", 0, True),
    "tmdb": Source("TMDB", "TMDB API terms of use, with attribution", "https://www.themoviedb.org/", 50, False),
    "tmdb5000": Source(
        "TMDB 5000",
        "TMDB API terms of use, with attribution",
        "https://www.themoviedb.org/documentation/api/terms-of-use",
        40,
        False,
    ),
    "demo": Source("MovieVerse's demo set", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", 30, True),
    "netflix": Source("Netflix titles", "Not stated with the files", "", 20, False),
    "own": Source("Tables of this site's own people", "Not stated with the files", "", 15, False),
    "movielens": Source(
        "MovieLens",
        "Research use, not commercial, with attribution",
        "https://grouplens.org/datasets/movielens/",
        10,
        False,
    ),
    "synthetic": Source(
        "Made up by MovieVerse", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", 5, True
    ),
}


def source(name: str) -> Source:
    """Of one that has been forgotten its name is left."""
    return SOURCES.get(name) or Source(name, "Not known", "", 0, False)


def rank(name: str) -> int:
    """What a curator wrote and did not lock is anybody's to replace; so is what a forgotten source said."""
    return source(name).rank


# TMDB numbers networks apart from other companies.
NETWORK = "network-"

# Where a source shows what it knows by an id, by kind of row; of titles a film and a show are two.
_PAGES = {
    "imdb": {
        "movie": "https://www.imdb.com/title/{}/",
        "show": "https://www.imdb.com/title/{}/",
        "person": "https://www.imdb.com/name/{}/",
    },
    "tmdb": {
        "movie": "https://www.themoviedb.org/movie/{}",
        "show": "https://www.themoviedb.org/tv/{}",
        "person": "https://www.themoviedb.org/person/{}",
        "company": "https://www.themoviedb.org/company/{}",
        "network": "https://www.themoviedb.org/network/{}",
        "collection": "https://www.themoviedb.org/collection/{}",
    },
    "tmdb-tv": {"show": "https://www.themoviedb.org/tv/{}"},  # TMDB numbers shows apart from films
    "movielens": {"movie": "https://movielens.org/movies/{}"},
}


def page_of(kind: str, source: str, value: str) -> str | None:
    """The address of a row's page at another source, None where nobody knows it."""
    if kind == "company" and value.startswith(NETWORK):
        kind, value = "network", value.removeprefix(NETWORK)
    page = _PAGES.get(source, {}).get(kind)
    return page.format(quote(value, safe="")) if page else None
