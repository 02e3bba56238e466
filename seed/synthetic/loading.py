"""What is made up, stored: each film and person is known by an external id, the seed and its number.

What is there is not made again. The loader of other data sets is passed by: it has to find out whom those have in
common, one record at a time.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

import movieverse
from apps.catalog.credits import CREDITS
from apps.catalog.documents import Origin
from apps.catalog.faults import PLAIN
from apps.catalog.loading.external_ids import owners_of
from apps.catalog.loading.names import Collections, Companies, Genres
from apps.catalog.loading.races import again_if_overtaken
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.models.base import DescribedModel
from apps.catalog.records import MovieRecord, PersonRecord, SourceId
from apps.catalog.services import events, take_ids
from apps.catalog.services.rows import now
from apps.reviews.models import Rater
from apps.reviews.services import raters_load, ratings_load
from movieverse.bulk import Counts
from movieverse.exceptions import DomainError
from seed.run import Run
from seed.synthetic.draws import SOURCE, known_as
from seed.synthetic.filling import indexed_afterwards, insert
from seed.synthetic.films import films
from seed.synthetic.people import credited, person
from seed.synthetic.processes import ahead, behind, collecting_seldom
from seed.synthetic.ratings import EACH, Rating, ratings_of

MOST = 50_000_000
BATCH = 500  # rows of one transaction
_RATERS = 2_500  # whose ratings are stored together: a film's all at once, as far as that goes
_NOBODY = -(2**62)  # whose id nobody has

Kind = ExternalId.Kind
Rows = Sequence[tuple[SourceId, DescribedModel]]


class Size(NamedTuple):
    movies: int
    people: int
    ratings: int
    random_seed: int


Films = Callable[[Size, Iterable[Sequence[int]]], Iterator[Sequence[MovieRecord]]]  # of numbers, by batches

DEFAULT = Size(10_000, 5_000, 100_000, 0)


def made_up(size: Size, numbers: Iterable[Sequence[int]]) -> Iterator[Sequence[MovieRecord]]:
    return ahead(partial(films, size.random_seed, size.people), numbers)


def seed(size: Size, run: Run, films_of: Films = made_up) -> None:
    """Films that were made up before are given to measure what storing them takes."""
    for name, number in size._asdict().items():
        if not 0 <= number <= MOST:
            option = f"--{name.replace('_', '-')}"
            raise DomainError(f"{option} {number} is not possible: give a number from 0 to {MOST:,}.")
    settings.DEBUG = False  # else Django keeps every statement
    with collecting_seldom():
        people = _load_people(size, run)
        with indexed_afterwards(Movie, size.movies, run):
            _load_films(size, people, run, films_of)
        _load_ratings(size, run)


# --- Rows known by their numbers ------------------------------------------------------------------


class _Numbered:
    """The rows of one kind and seed: which are there, and how the others are written."""

    def __init__(self, kind: str, label: str, random_seed: int, run: Run) -> None:
        self.kind, self.label, self.seed, self.run = kind, label, random_seed, run

    def looked_up(self, total: int) -> Iterator[tuple[list[int], dict[int, int]]]:
        """Batch by batch the numbers that nothing is stored of, and our ids of the others."""
        for numbers in self.run.batches(range(1, total + 1), BATCH, self.label):
            known = self.ids_of(numbers)
            self._count(Counts(unchanged=len(known)))
            yield [number for number in numbers if number not in known], known

    def ids_of(self, numbers: Iterable[int]) -> dict[int, int]:
        return _by_number(owners_of(self.kind, (known_as(self.seed, number) for number in numbers)))

    def built(self, records: Sequence[Any], build: Callable[[int, Any], DescribedModel]) -> Rows:
        """Rows of what is new; none in a dry run."""
        self._count(Counts(created=len(records)))
        if self.run.dry_run or not records:
            return []
        ids = take_ids(self.kind, len(records))
        return [(record.ids[0], build(pk, record)) for pk, record in zip(ids, records, strict=True)]

    def write(self, rows: Rows) -> dict[int, int]:
        """Our ids of them."""
        return _by_number(_write(self.kind, rows)) if rows else {}

    def _count(self, counts: Counts) -> None:
        self.run.add({self.label: counts, "external ids": counts})


def _by_number(owners: Mapping[SourceId, int]) -> dict[int, int]:
    return {_number(source_id): pk for source_id, pk in owners.items()}


def _number(source_id: SourceId) -> int:
    return int(source_id.value.rpartition("-")[2])


@again_if_overtaken
@movieverse.atomic("catalog")
def _write(kind: str, rows: Rows) -> dict[SourceId, int]:
    """Our ids. What somebody else has written meanwhile stays."""
    owners = owners_of(kind, (source_id for source_id, _ in rows))
    new = {source_id: row for source_id, row in rows if source_id not in owners}
    ids = {source_id: row.pk for source_id, row in new.items()}
    if new:
        insert(list(new.values()))
        insert([_external_id(kind, source_id, pk) for source_id, pk in ids.items()])
        events.saved(kind, ids.values())
    return owners | ids


def _external_id(kind: str, source_id: SourceId, pk: int) -> ExternalId:
    key = ExternalId.key_of(kind, *source_id)
    return ExternalId(key=key, kind=kind, source=source_id.source, value=source_id.value, object_id=pk)


def _said(facts: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """With their origins. What is empty says nothing."""
    told = {fact: value for fact, value in facts.items() if value}
    return told | {"origins": dict.fromkeys(told, origin)}


@cache
def _blank(model: type[DescribedModel]) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


def _row(model: Any, values: dict[str, Any]) -> Any:
    """With values for all of its fields, which takes a tenth of the time."""
    moment = timezone.now()
    row = model(*(_blank(model) | {"created_at": moment, "updated_at": moment} | values).values())
    row.derive()
    return row


# --- People ---------------------------------------------------------------------------------------

_PERSON_FACTS = ("name", "also_known_as", "biography", "birth_date", "death_date", "birth_place", "known_for")


class _People:
    """Our ids of the people by their numbers, and the names of those who go by another one by now."""

    def __init__(self, size: Size) -> None:
        self._seed = size.random_seed
        self._ids = array("q", bytes(8 * (size.people + 1)))  # a dict would take ten times as much
        self._names: dict[int, str] = {}

    def learn(self, ids: Mapping[int, int]) -> None:
        for number, pk in ids.items():
            self._ids[number] = pk

    def learn_names(self, ids: Mapping[int, int]) -> None:
        """Who was there before may have been renamed since, or joined with somebody else."""
        names = dict(Person.objects.filter(pk__in=ids.values()).values_list("pk", "name")) if ids else {}
        for number, pk in ids.items():
            if pk in names and names[pk] != credited(self._seed, number).name:
                self._names[pk] = names[pk]

    def credits(self, entries: Iterable[Any]) -> list[dict[str, Any]]:
        """As they are stored."""
        found: dict[Any, dict[str, Any]] = {}
        for entry in entries:
            pk = self._ids[_number(entry.person.id)]
            told = dict(zip(entry._fields[1:], entry[1:], strict=True))
            name = self._names.get(pk, entry.person.name)
            found.setdefault((pk, told.get("job")), {"person_id": pk, "name": name, "source": SOURCE} | told)
        return list(found.values())


def _load_people(size: Size, run: Run) -> _People:
    people, build = _People(size), partial(_person, Origin(source=SOURCE, at=now()))
    rows = _Numbered(Kind.PERSON, "people", size.random_seed, run)
    for new, known in rows.looked_up(size.people):
        people.learn(known)
        people.learn_names(known)
        people.learn(rows.write(rows.built([person(size.random_seed, number) for number in new], build)))
    return people


def _person(origin: Origin, pk: int, record: PersonRecord) -> Person:
    return _row(Person, {"id": pk} | _said({fact: getattr(record, fact) for fact in _PERSON_FACTS}, origin))


# --- Films ----------------------------------------------------------------------------------------


class _Films:
    """How films are stored, and what they have in common."""

    def __init__(self, people: _People, run: Run) -> None:
        self._people, self._origin = people, Origin(source=SOURCE, at=now())
        self._genres, self._companies, self._collections = (
            names(run, SOURCE, self._origin["at"]) for names in (Genres, Companies, Collections)
        )

    def learn_names(self, records: Sequence[MovieRecord]) -> None:
        for names, told in (
            (self._genres, [genre for record in records for genre in record.genres]),
            (self._companies, [company for record in records for company in record.companies]),
            (self._collections, [record.collection for record in records if record.collection]),
        ):
            names.find(told)
            names.create(told)

    def row(self, pk: int, record: MovieRecord) -> Movie:
        facts = {fact: getattr(record, fact) for fact in _PLAIN} | {
            "genre_ids": [self._genres.ids[genre.id] for genre in record.genres],
            "company_ids": [self._companies.ids[company.id] for company in record.companies],
            "collection_id": record.collection and self._collections.ids[record.collection.id],
        }
        facts |= {fact: self._people.credits(getattr(record, fact)) for fact in CREDITS}
        return _row(Movie, {"id": pk, "kind": record.kind} | _said(facts, self._origin))


_PLAIN = (*PLAIN, "release_year")


def _load_films(size: Size, people: _People, run: Run, films_of: Films) -> None:
    stored, rows = _Films(people, run), _Numbered(Kind.MOVIE, "movies", size.random_seed, run)
    missing = (new for new, _ in rows.looked_up(size.movies) if new)
    with behind("catalog") as do:
        for records in films_of(size, missing):
            stored.learn_names(records)
            do(partial(rows.write, rows.built(records, stored.row)))


# --- Ratings --------------------------------------------------------------------------------------


def _load_ratings(size: Size, run: Run) -> None:
    movies = _Numbered(Kind.MOVIE, "movies", size.random_seed, run)
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
