"""What is made up, stored: each film and person is known by an external id, the seed and its number.

What is there is not made again. The loader of other data sets is passed by: it has to find out whom those have in
common, one record at a time.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings

from apps.catalog.documents import Origin
from apps.catalog.faults import PLAIN
from apps.catalog.loading.names import Genres
from apps.catalog.models import Collection, Company, ExternalId, Movie, Person
from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, PersonRecord, SourceId
from apps.catalog.services.rows import now
from apps.reviews.models import Rater
from apps.reviews.services import raters_load, ratings_load
from movieverse.exceptions import DomainError
from seed.run import Run
from seed.synthetic.draws import SOURCE, known_as
from seed.synthetic.filling import collecting_seldom, filled, indexed_afterwards
from seed.synthetic.films import GENRES, films
from seed.synthetic.people import credited, person
from seed.synthetic.ratings import EACH, Rating, ratings_of
from seed.synthetic.rows import Named, Numbered, by_id, by_number, number_of, row_of, said

MOST = 50_000_000
_RATERS = 2_500  # whose ratings are stored together: a film's all at once, as far as that goes
_NOBODY = -(2**62)  # whose id nobody has

Kind = ExternalId.Kind


class Size(NamedTuple):
    movies: int
    people: int
    ratings: int
    random_seed: int


Films = Callable[[Sequence[int]], Sequence[MovieRecord]]  # of numbers

DEFAULT = Size(10_000, 5_000, 100_000, 0)


def made_up(size: Size) -> Films:
    return partial(films, size.random_seed, size.people)


def seed(size: Size, run: Run, films_of: Films | None = None) -> None:
    """Films that were made up before are given to measure what storing them takes."""
    for name, number in size._asdict().items():
        if not 0 <= number <= MOST:
            option = f"--{name.replace('_', '-')}"
            raise DomainError(f"{option} {number} is not possible: give a number from 0 to {MOST:,}.")
    settings.DEBUG = False  # else Django keeps every statement
    with collecting_seldom():
        people = _People(size)
        for stored in filled(Person, partial(_PeopleStore, size), size.people, "people", run):
            people.learn(*stored)
        if size.movies:
            _load_films(size, people, films_of or made_up(size), run)
        _load_ratings(size, run)


# --- People ---------------------------------------------------------------------------------------

_PERSON_FACTS = ("name", "also_known_as", "biography", "birth_date", "death_date", "birth_place", "known_for")


class _PeopleStore:
    """Stores people, and tells our ids of them by their numbers, and the names of those who go by another one by now.

    Who was there before may have been renamed since, or joined with somebody else.
    """

    def __init__(self, size: Size, run: Run) -> None:
        self._seed = size.random_seed
        self._rows = Numbered(Kind.PERSON, "people", self._seed, run)
        self._row = partial(_person, Origin(source=SOURCE, at=now()))

    def __call__(self, numbers: Sequence[int]) -> tuple[dict[int, int], dict[int, str]]:
        new, known = self._rows.looked_up(numbers)
        records = by_id(person(self._seed, number) for number in new)
        return known | by_number(self._rows.stored(records, self._row)), self._renamed(known)

    def _renamed(self, ids: Mapping[int, int]) -> dict[int, str]:
        names = dict(Person.objects.filter(pk__in=ids.values()).values_list("pk", "name")) if ids else {}
        return {
            pk: names[pk]
            for number, pk in ids.items()
            if pk in names and names[pk] != credited(self._seed, number).name
        }


def _person(origin: Origin, pk: int, record: PersonRecord) -> Person:
    return row_of(Person, {"id": pk} | said({fact: getattr(record, fact) for fact in _PERSON_FACTS}, origin))


class _People:
    """Who is credited: our ids by their numbers, and the names of those who go by another one by now."""

    def __init__(self, size: Size) -> None:
        self._ids = array("q", bytes(8 * (size.people + 1)))  # a dict would take ten times as much
        self._names: dict[int, str] = {}

    def learn(self, ids: Mapping[int, int], names: Mapping[int, str]) -> None:
        for number, pk in ids.items():
            self._ids[number] = pk
        self._names |= names

    def cast(self, entries: Iterable[CastRecord]) -> list[dict[str, Any]]:
        """As it is stored: each of them once."""
        cast: dict[int, dict[str, Any]] = {}
        for (source_id, name), character in entries:
            pk = self._ids[number_of(source_id)]
            if pk not in cast:
                name = self._names.get(pk, name)
                cast[pk] = {"person_id": pk, "name": name, "character": character, "source": SOURCE}
        return list(cast.values())

    def crew(self, entries: Iterable[CrewRecord]) -> list[dict[str, Any]]:
        """As it is stored: each of them once for a job."""
        crew: dict[tuple[int, str], dict[str, Any]] = {}
        for (source_id, name), department, job in entries:
            pk = self._ids[number_of(source_id)]
            if (pk, job) not in crew:
                name = self._names.get(pk, name)
                crew[pk, job] = {"person_id": pk, "name": name, "department": department, "job": job, "source": SOURCE}
        return list(crew.values())


# --- Films ----------------------------------------------------------------------------------------


def _load_films(size: Size, people: _People, films_of: Films, run: Run) -> None:
    genres = Genres(run, SOURCE, now())
    genres.find(GENRES)
    genres.create(GENRES)
    begin = partial(_FilmStore, size, people, genres.ids, films_of)
    with indexed_afterwards(Movie, size.movies, run):
        for _ in filled(Movie, begin, size.movies, "movies", run):
            pass


class _FilmStore:
    """Stores films, and the companies and collections that they name."""

    def __init__(self, size: Size, people: _People, genres: Mapping[SourceId, int], films_of: Films, run: Run) -> None:
        self._people, self._genres, self._films_of = people, genres, films_of
        self._origin = Origin(source=SOURCE, at=now())
        self._rows = Numbered(Kind.MOVIE, "movies", size.random_seed, run)
        self._companies = Named(Company, "companies", run, self._origin)
        self._collections = Named(Collection, "collections", run, self._origin)

    def __call__(self, numbers: Sequence[int]) -> None:
        new, _ = self._rows.looked_up(numbers)
        if new:
            records = self._films_of(new)
            self._companies.learn(company for record in records for company in record.companies)
            self._collections.learn(record.collection for record in records if record.collection)
            self._rows.stored(by_id(records), self._row)

    def _row(self, pk: int, record: MovieRecord) -> Movie:
        facts = dict(zip(_PLAIN, _plain_of(record), strict=True)) | {
            "genre_ids": [self._genres[genre.id] for genre in record.genres],
            "company_ids": [self._companies.ids[company.id] for company in record.companies],
            "collection_id": record.collection and self._collections.ids[record.collection.id],
            "cast": self._people.cast(record.cast),
            "crew": self._people.crew(record.crew),
        }
        return row_of(Movie, {"id": pk, "kind": record.kind} | said(facts, self._origin))


_PLAIN = (*PLAIN, "release_year")
_plain_of = attrgetter(*_PLAIN)


# --- Ratings --------------------------------------------------------------------------------------


def _load_ratings(size: Size, run: Run) -> None:
    movies = Numbered(Kind.MOVIE, "movies", size.random_seed, run)
    raters = range(-(-size.ratings // EACH) if size.movies else 0)
    for some in run.batches(raters, _RATERS, "raters"):
        users = _user_ids([known_as(size.random_seed, rater).value for rater in some], run)
        given = [(user, rating) for rater, user in zip(some, users, strict=True) for rating in _given(size, rater)]
        ids = movies.ids_of({rating.film for _, rating in given})
        if run.dry_run:
            ids = {rating.film: -rating.film for _, rating in given} | ids
        rows = ((user, ids[rating.film], rating.value) for user, rating in given if rating.film in ids)
        run.counts["ratings"] += ratings_load(rows, dry_run=run.dry_run)


def _given(size: Size, rater: int) -> list[Rating]:
    return ratings_of(size.random_seed, rater, size.movies)[: size.ratings - rater * EACH]


def _user_ids(values: list[str], run: Run) -> list[int]:
    if not run.dry_run:
        ids = raters_load(source=SOURCE, values=values)
    else:
        known = Rater.objects.filter(source=SOURCE, value__in=values)
        ids = {value: _NOBODY + number for number, value in enumerate(values)}
        ids |= {rater.value: rater.user_id for rater in known}
    return [ids[value] for value in values]
