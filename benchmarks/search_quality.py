"""Whether the search finds what is meant: titles asked for as they are, with their year, with an error, half typed.

Needs no server: an index is made of the demo set, and one of TMDB 5000 where it is at hand (`DATA_DIR`). Beside the
titles it has all people, companies and collections that they name, for these can be found instead.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from django.test import override_settings

from apps.catalog.models import Collection, Company, Movie, Person
from apps.catalog.records import MovieRecord
from apps.catalog.search import files, finding, suggesting
from apps.catalog.search.documents import documents
from apps.catalog.search.schema import Kind
from apps.catalog.search.writer import Writer
from benchmarks import search_queries
from benchmarks.measure import Share
from benchmarks.search_queries import Query

FIRST, FIRST_FIVE = 1, 5
_TITLES = {Kind.MOVIE.label, Kind.SHOW.label}


class Demand(NamedTuple):
    ask: Callable[[str], list[int]]
    within: int  # of the results
    at_least: float  # of the queries


def run() -> Iterator[Share]:
    kept = json.loads(search_queries.FILE.read_text())
    asked = [Query(kind, text, meant) for kind, texts in kept["demo"].items() for meant, text in texts.items()]
    yield from _measured("demo set", search_queries.demo_titles(), asked)
    titles = search_queries.tmdb5000_titles()
    if titles is None:
        print("TMDB 5000 is not at hand (DATA_DIR): the search is measured with the demo set alone.", file=sys.stderr)
        return
    asked = search_queries.drawn(titles)
    if search_queries.digest(asked) != kept["tmdb5000"]:
        raise SystemExit("The queries drawn from TMDB 5000 are others than those that were drawn at first.")
    yield from _measured("TMDB 5000", titles, asked)


def _measured(name: str, titles: Sequence[MovieRecord], asked: Sequence[Query]) -> Iterator[Share]:
    ids = {search_queries.key_of(title): pk for pk, title in enumerate(titles, 1)}
    with _index_of(titles):
        for kind, demand in _DEMANDS.items():
            queries = [query for query in asked if query.kind == kind]
            hits = sum(ids[query.meant] in demand.ask(query.text)[: demand.within] for query in queries)
            place = "first" if demand.within == FIRST else f"in the first {demand.within}"
            yield Share(f"{kind}, {name}: {place}", hits, len(queries), demand.at_least)


def _found(text: str) -> list[int]:
    return [hit.row.id if hit.row.kind.label in _TITLES else 0 for hit in finding.find(text).best(FIRST_FIVE)]


def _suggested(text: str) -> list[int]:
    return [one["id"] if one["type"] in _TITLES else 0 for one in suggesting.suggest(text, FIRST_FIVE)]


_DEMANDS = {
    "exact title": Demand(_found, FIRST, 0.95),
    "title and year": Demand(_found, FIRST, 0.95),
    "one error": Demand(_found, FIRST_FIVE, 0.92),
    "prefix": Demand(_suggested, FIRST_FIVE, 0.90),
}


@contextmanager
def _index_of(titles: Sequence[MovieRecord]) -> Iterator[None]:
    with TemporaryDirectory() as folder, override_settings(VAR_DIR=Path(folder)):
        made = files.new_folder()
        writer = Writer.of_new(made, 0)
        writer.add(documents(_rows(titles)))
        writer.commit()
        writer.close()
        files.use(made)
        yield


def _rows(titles: Sequence[MovieRecord]) -> Iterator[Any]:
    yield from (_movie(pk, title) for pk, title in enumerate(titles, 1))
    yield from _named(Person, (one.person.name for title in titles for one in (*title.cast, *title.crew)))
    yield from _named(Company, (company.name for title in titles for company in title.companies))
    yield from _named(Collection, (title.collection.name for title in titles if title.collection))


def _named(model: Any, names: Iterable[str]) -> Iterator[Any]:
    return (model(pk=pk, name=name) for pk, name in enumerate(dict.fromkeys(names), 1))


def _movie(pk: int, title: MovieRecord) -> Movie:
    same = ("kind", "title", "original_title", "overview", "release_date", "release_year", "popularity", "keywords")
    movie = Movie(pk=pk, **{name: getattr(title, name) for name in same})
    movie.alternative_titles, movie.translations = title.alternative_titles, title.translations
    movie.cast = [{"person_id": 0, "name": one.person.name, "character": one.character} for one in title.cast]
    movie.crew = [{"person_id": 0, "name": one.person.name, "job": one.job} for one in title.crew]
    movie.derive()
    return movie
