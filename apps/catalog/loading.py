"""Many films of other sources brought into the catalogue at once.

A film is recognised by its external ids. One that is not there yet is created. Of one that is there only
what is empty is filled, and nothing else is overwritten but credits: once, when a source brings its score
for the first time, by those of a source that has all of ours and more. So what curators write stays, sources
may be loaded one after the other and again, and an interrupted run is continued by the next one: a row and
its external ids are written in one transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

from django.db import IntegrityError

import movieverse
from apps.catalog.faults import PLAIN, fault_of
from apps.catalog.models import ExternalId, Genre, Movie, Person
from apps.catalog.records import MovieRecord, NamedRecord, Problem, SourceId
from apps.catalog.selectors import find_by_external_ids
from apps.catalog.services import genre_slug, take_ids
from movieverse.bulk import Counts, batched, bulk_upsert

Kind = ExternalId.Kind

_LOOKUP_BATCH = 1_000
_NAMES_BATCH = 500

_CREDITS = ("cast", "crew")
_WRITTEN = [column.name for column in Movie._meta.concrete_fields if column.name not in ("id", "created_at")]


@dataclass
class Loaded:
    """What became of the rows, by kind."""

    counts: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    problems: list[Problem] = field(default_factory=list)

    def __iadd__(self, other: "Loaded") -> Self:
        for kind, counts in other.counts.items():
            self.counts[kind] += counts
        self.problems += other.problems
        return self

    def failed(self, kind: str, problem: Problem) -> None:
        self.counts[kind].failed += 1
        self.problems.append(problem)


def ids_of(records: Sequence[MovieRecord]) -> list[int | None]:
    """Our ids of the films, in the same order; None of one that is not there."""
    stored = _Stored(record for record in records if not fault_of(record))
    return [stored.id_of(record) for record in records]


class MovieLoader:
    """Takes films batch by batch: some hundred are a good batch. Not for use inside a transaction.

    What becomes of them is added to `loaded` as it happens.
    """

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._genres = _Names(Kind.GENRE, "genres", _create_genres, self.loaded)
        self._people = _Names(Kind.PERSON, "people", _create_people, self.loaded)

    def load(self, records: Sequence[MovieRecord]) -> None:
        sound = [record for record in records if self._is_sound(record)]
        stored = _Stored(sound)
        usable = [record for record in sound if self._is_usable(record, stored)]
        self._genres.find(genre for record in usable for genre in record.genres)
        self._people.find(_people_of(usable, _CREDITS))
        pending = [record for record in usable if stored.is_pending(record, self._people.ids)]
        self.loaded.counts["movies"].unchanged += len(usable) - len(pending)
        self._create_names(pending, stored)
        if pending:
            ids = take_ids("movie", len(pending))
            self.loaded += _write_movies(pending, ids, self._genres.ids, self._people.ids)

    def _is_sound(self, record: MovieRecord) -> bool:
        fault = fault_of(record)
        if fault:
            self.loaded.failed("movies", fault)
        return not fault

    def _is_usable(self, record: MovieRecord, stored: "_Stored") -> bool:
        movie_id = stored.id_of(record)
        for source_id in record.ids:
            self._check_id(record, source_id, stored.owners.get(source_id), movie_id)
        if movie_id is None or movie_id in stored.movies:
            return True
        reason = f"is the external id of movie {movie_id}, which is gone"
        self.loaded.failed("movies", Problem(record.place, "id", str(record.ids[0]), reason))
        return False

    def _check_id(self, record: MovieRecord, source_id: SourceId, owner: int | None, movie_id: int | None) -> None:
        if owner is not None and owner == movie_id:
            self.loaded.counts["external ids"].unchanged += 1
        elif owner is not None:
            reason = f"belongs to movie {owner}, but the film's other ids to movie {movie_id}"
            self.loaded.failed("external ids", Problem(record.place, "id", str(source_id), reason))

    def _create_names(self, pending: list[MovieRecord], stored: "_Stored") -> None:
        """Only who is credited is created: of films whose credits are already there, nobody is."""
        self._genres.create(genre for record in pending for genre in record.genres)
        lacking = [(record, stored.lacking(record, self._people.ids)) for record in pending]
        for name in _CREDITS:
            self._people.create(_people_of([record for record, names in lacking if name in names], [name]))


def _people_of(records: Iterable[MovieRecord], names: Iterable[str]) -> Iterable[NamedRecord]:
    return (credit.person for record in records for name in names for credit in getattr(record, name))


# --- Two loads at once ----------------------------------------------------------------------------


class _Overtaken(Exception):
    """Another process has just taken an id, or made a genre of the name, that nobody had."""


P = ParamSpec("P")
Result = TypeVar("Result")
_ATTEMPTS = 5


def _again_if_overtaken(function: Callable[P, Result]) -> Callable[P, Result]:
    """Run a transaction that was rolled back once more: now it finds what the other process wrote."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Result:
        for _ in range(_ATTEMPTS - 1):
            try:
                return function(*args, **kwargs)
            except (_Overtaken, IntegrityError):
                continue
        return function(*args, **kwargs)

    return wrapper


# --- Films ----------------------------------------------------------------------------------------


class _Stored:
    """The films of some records as they are stored: read once to plan, and again where they are written."""

    def __init__(self, records: Iterable[MovieRecord], *, lock: bool = False) -> None:
        self.known = self.owners = _owners(Kind.MOVIE, (one for record in records for one in record.ids))
        rows = Movie.objects.select_for_update() if lock else Movie.objects.all()
        self.movies = {movie.pk: movie for movie in rows.filter(pk__in=set(self.owners.values()))}

    def id_of(self, record: MovieRecord) -> int | None:
        known = (self.owners[source_id] for source_id in record.ids if source_id in self.owners)
        return next(known, None)

    def lacking(self, record: MovieRecord, people: Mapping[SourceId, int]) -> list[str]:
        movie_id = self.id_of(record)
        return _lacking(Movie() if movie_id is None else self.movies[movie_id], record, people)

    def new_owners(self) -> dict[SourceId, int]:
        return {source_id: movie_id for source_id, movie_id in self.owners.items() if source_id not in self.known}

    def is_pending(self, record: MovieRecord, people: Mapping[SourceId, int]) -> bool:
        return bool(self.lacking(record, people)) or any(source_id not in self.owners for source_id in record.ids)


def _lacking(movie: Movie, record: MovieRecord, people: Mapping[SourceId, int]) -> list[str]:
    scores = _new_scores(movie, record)
    names = [name for name in PLAIN if getattr(record, name) and not getattr(movie, name)]
    for name in _CREDITS:
        entries, stored = getattr(record, name), getattr(movie, name)
        # Later on a credit that is not there may be one that a curator has taken away.
        if entries and (not stored or (scores and _completes(entries, stored, people))):
            names.append(name)
    if record.genres and not movie.genre_ids:
        names.append("genre_ids")
    if scores:
        names.append("source_scores")
    return names


def _completes(entries: Iterable[Any], stored: list[dict[str, Any]], people: Mapping[SourceId, int]) -> bool:
    """Whether they hold every credit that is there already, a crew member's with the same job, and others as well."""
    there = Counter((entry["person_id"], entry.get("job")) for entry in stored)
    given = Counter((people.get(entry.person.id), getattr(entry, "job", None)) for entry in entries)
    return there < given


def _new_scores(movie: Movie, record: MovieRecord) -> list[dict[str, Any]]:
    """A film has one score of each source."""
    sources = {score["source"] for score in movie.source_scores}
    return [score for score in record.source_scores if score["source"] not in sources]


@_again_if_overtaken
@movieverse.atomic("catalog")
def _write_movies(
    records: Sequence[MovieRecord],
    new_ids: Iterable[int],
    genres: Mapping[SourceId, int],
    people: Mapping[SourceId, int],
) -> Loaded:
    stored, spare_ids, loaded = _Stored(records, lock=True), iter(new_ids), Loaded()
    credited = _credited(records, people)
    written: dict[int, Movie] = {}
    for record in records:
        movie_id = stored.id_of(record)
        movie = Movie(pk=next(spare_ids)) if movie_id is None else stored.movies.get(movie_id)
        if movie is None:
            continue  # deleted since it was looked up; the next run will say so
        _fill(movie, record, genres, people, credited)
        written[movie.pk] = stored.movies[movie.pk] = movie
        stored.owners = dict.fromkeys(record.ids, movie.pk) | stored.owners
    loaded.counts["movies"] += bulk_upsert(list(written.values()), update_fields=_WRITTEN)
    loaded.counts["external ids"] += _write_external_ids(Kind.MOVIE, stored.new_owners())
    return loaded


def _credited(records: Iterable[MovieRecord], people: Mapping[SourceId, int]) -> dict[SourceId, dict[str, Any]]:
    """How the people are to be credited: by our own name for them, which a curator may have changed."""
    wanted = {person.id: people[person.id] for person in _people_of(records, _CREDITS) if person.id in people}
    names: dict[int, str] = {}
    for ids in batched(sorted(set(wanted.values())), _LOOKUP_BATCH):
        names |= Person.objects.filter(pk__in=ids).values_list("pk", "name")
    return {
        source_id: {"person_id": person_id, "name": names[person_id]}
        for source_id, person_id in wanted.items()
        if person_id in names
    }


def _fill(
    movie: Movie,
    record: MovieRecord,
    genres: Mapping[SourceId, int],
    people: Mapping[SourceId, int],
    credited: Mapping[SourceId, dict[str, Any]],
) -> None:
    for name in _lacking(movie, record, people):
        if name == "genre_ids":
            movie.genre_ids = list(dict.fromkeys(genres[genre.id] for genre in record.genres))
        elif name == "source_scores":
            movie.source_scores = [*movie.source_scores, *_new_scores(movie, record)]
        elif name in _CREDITS:
            setattr(movie, name, _completed(getattr(movie, name), _credits(getattr(record, name), credited)))
        else:
            setattr(movie, name, getattr(record, name))
    movie.derive()


def _completed(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A character that only we know stays known."""
    known = {entry["person_id"]: entry["character"] for entry in old if entry.get("character")}
    for entry in new:
        if entry.get("character") == "":
            entry["character"] = known.get(entry["person_id"], "")
    return new


def _credits(entries: Iterable[Any], credited: Mapping[SourceId, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        credited[entry.person.id] | {key: getattr(entry, key) for key in entry._fields if key != "person"}
        for entry in entries
        if entry.person.id in credited
    ]


# --- People and genres ----------------------------------------------------------------------------


class _Names:
    """People or genres of sources, and which rows of ours they are."""

    def __init__(self, kind: str, label: str, create: "_Creator", loaded: Loaded) -> None:
        self.ids: dict[SourceId, int] = {}
        self._kind, self._label, self._create, self._loaded = kind, label, create, loaded

    def find(self, records: Iterable[NamedRecord]) -> None:
        """Look up those not met before."""
        known = _owners(self._kind, {record.id for record in records} - self.ids.keys())
        self.ids |= known
        for label in (self._label, "external ids"):
            self._loaded.counts[label].unchanged += len(known)

    def create(self, records: Iterable[NamedRecord]) -> None:
        """Create those that were not found."""
        missing = list({record.id: record for record in records if record.id not in self.ids}.values())
        for batch in batched(missing, _NAMES_BATCH):
            ids, loaded = self._create(batch, take_ids(self._kind, len(batch)))
            self.ids |= ids
            self._loaded += loaded


_Creator = Callable[[Sequence[NamedRecord], Iterable[int]], tuple[dict[SourceId, int], Loaded]]


@_again_if_overtaken
@movieverse.atomic("catalog")
def _create_people(records: Sequence[NamedRecord], new_ids: Iterable[int]) -> tuple[dict[SourceId, int], Loaded]:
    owners, loaded = _owners(Kind.PERSON, (record.id for record in records)), Loaded()
    new = [record for record in records if record.id not in owners]
    people = [Person(pk=pk, name=record.name) for pk, record in zip(new_ids, new, strict=False)]
    for person in people:
        person.derive()
    created = {record.id: person.pk for person, record in zip(people, new, strict=True)}
    loaded.counts["people"] += bulk_upsert(people, update_fields=[])
    loaded.counts["external ids"] += _write_external_ids(Kind.PERSON, created)
    return owners | created, loaded


@_again_if_overtaken
@movieverse.atomic("catalog")
def _create_genres(records: Sequence[NamedRecord], new_ids: Iterable[int]) -> tuple[dict[SourceId, int], Loaded]:
    """Genres whose name is there already are those: two sources' Drama is one."""
    owners, loaded = _owners(Kind.GENRE, (record.id for record in records)), Loaded()
    new = {genre_slug(record.name): record.name for record in records if record.id not in owners}
    by_slug = _genres_by_slug(new)
    loaded.counts["genres"].unchanged += len(by_slug)
    unknown = [slug for slug in new if slug not in by_slug]
    genres = [Genre(pk=pk, name=new[slug], slug=slug) for pk, slug in zip(new_ids, unknown, strict=False)]
    by_slug |= {genre.slug: genre.pk for genre in genres}
    created = {record.id: by_slug[genre_slug(record.name)] for record in records if record.id not in owners}
    loaded.counts["genres"] += bulk_upsert(genres, update_fields=[])
    if _genres_by_slug(new) != by_slug:
        raise _Overtaken
    loaded.counts["external ids"] += _write_external_ids(Kind.GENRE, created)
    return owners | created, loaded


def _genres_by_slug(slugs: Iterable[str]) -> dict[str, int]:
    return dict(Genre.objects.filter(slug__in=list(slugs)).values_list("slug", "pk"))


# --- External ids ---------------------------------------------------------------------------------


def _owners(kind: str, source_ids: Iterable[SourceId]) -> dict[SourceId, int]:
    """Those that are known, and the rows they belong to."""
    values: dict[str, list[str]] = defaultdict(list)
    for source_id in dict.fromkeys(source_ids):
        values[source_id.source].append(source_id.value)
    return {
        SourceId(source, value): object_id
        for source, of_source in values.items()
        for batch in batched(of_source, _LOOKUP_BATCH)
        for value, object_id in find_by_external_ids(kind, source, batch).items()
    }


def _write_external_ids(kind: str, owners: Mapping[SourceId, int]) -> Counts:
    """Only new ones: none is ever given to another row."""
    rows = [
        ExternalId(
            key=ExternalId.key_of(kind, *source_id),
            kind=kind,
            source=source_id.source,
            value=source_id.value,
            object_id=object_id,
        )
        for source_id, object_id in owners.items()
    ]
    counts = bulk_upsert(rows, update_fields=[])
    if _owners(kind, owners) != owners:
        raise _Overtaken
    return counts
