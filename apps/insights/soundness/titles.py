"""Titles: what they point at, and their credits."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Model

from apps.catalog.credits import CREDITS, united
from apps.catalog.models import Collection, Company, Genre, Movie, Person
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding, found_twice
from apps.insights.soundness.rows import faults_of
from apps.insights.soundness.there import columns_by_id

_BATCH = 200
_Names = dict[type[Model], dict[int, str]]


def titles(read: Reader) -> Iterator[Finding]:
    for movies in read.rows(Movie.objects.all(), _BATCH):
        yield from found_twice(_findings, movies)


def _findings(movies: Sequence[Movie]) -> Iterator[Finding]:
    faults = {movie.pk: list(faults_of(movie)) for movie in movies}
    # The others' lists and documents may hold anything.
    names = _names([movie for movie in movies if not faults[movie.pk]])
    for movie in movies:
        if faults[movie.pk]:
            yield from (Finding("movie", movie.pk, fault) for fault in faults[movie.pk])
        else:
            yield from (*_dangling(movie, names), *_miscredited(movie, names[Person]), *_repeated(movie))


def _pointers(movie: Movie) -> Iterator[tuple[str, type[Model], int]]:
    """(field, model, id)."""
    for field, model, ids in (
        ("genre_ids", Genre, movie.genre_ids),
        ("main_genre_id", Genre, [movie.main_genre_id]),
        ("company_ids", Company, movie.company_ids),
        ("collection_id", Collection, [movie.collection_id]),
        ("cast", Person, movie.cast_ids),
        ("crew", Person, movie.crew_ids),
    ):
        yield from ((field, model, pk) for pk in ids if pk is not None)


def _names(movies: Sequence[Movie]) -> _Names:
    """Of what the titles point at, as far as it is there."""
    ids: dict[type[Model], set[int]] = defaultdict(set)
    for movie in movies:
        for _, model, pk in _pointers(movie):
            ids[model].add(pk)
    return {model: columns_by_id(model, ids[model], "name") for model in (Genre, Company, Collection, Person)}


def _dangling(movie: Movie, names: _Names) -> Iterator[Finding]:
    for field, model, pk in _pointers(movie):
        if pk not in names[model]:
            kind = model._meta.verbose_name
            fault = f"{field} names {kind} {pk}, which is not there"
            yield Finding("movie", movie.pk, fault, f"movie-without-{kind}", pk)


def _miscredited(movie: Movie, names: dict[int, str]) -> Iterator[Finding]:
    for fact in CREDITS:
        for entry in getattr(movie, fact):
            person_id, name = entry["person_id"], entry["name"]
            if names.get(person_id, name) != name:
                fault = f"{fact} calls person {person_id} {name!r}, whose name is {names[person_id]!r}"
                yield Finding("movie", movie.pk, fault, "credit-name", person_id)


def _repeated(movie: Movie) -> Iterator[Finding]:
    """The same credit twice, or by two sources of which only one is to be believed."""
    for fact in CREDITS:
        entries = getattr(movie, fact)
        credited = Counter((entry["person_id"], entry.get("character", entry.get("job"))) for entry in entries)
        for (person_id, part), number in credited.items():
            if number > 1:
                yield Finding("movie", movie.pk, f"{fact} has person {person_id} as {part!r} {number} times")
        if not movie.is_locked(fact) and len(united(fact, entries)) < len(entries):
            yield Finding("movie", movie.pk, f"{fact} has somebody by the words of several sources")
