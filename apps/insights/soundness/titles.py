"""Titles: what they point at, and their credits."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Model

from apps.catalog.credits import CREDITS, united
from apps.catalog.models import Collection, Company, Genre, Movie, Person
from apps.insights.batches import Read
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.rows import faults_of
from apps.insights.soundness.there import columns_by_id

_BATCH = 200
_Names = dict[type[Model], dict[int, str]]


def titles(read: Read) -> Iterator[Finding]:
    for movies in read(Movie.objects.all(), _BATCH):
        faults = {movie.pk: list(faults_of(movie)) for movie in movies}
        # The others' lists and documents may hold anything.
        readable = [movie for movie in movies if not faults[movie.pk]]
        names = _names(readable)
        for movie in readable:
            faults[movie.pk] = [*_dangling(movie, names), *_miscredited(movie, names[Person]), *_repeated(movie)]
        yield from (Finding("movie", movie.pk, fault) for movie in movies for fault in faults[movie.pk])


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


def _dangling(movie: Movie, names: _Names) -> Iterator[str]:
    for field, model, pk in _pointers(movie):
        if pk not in names[model]:
            yield f"{field} names {model._meta.verbose_name} {pk}, which is not there"


def _miscredited(movie: Movie, names: dict[int, str]) -> Iterator[str]:
    for fact in CREDITS:
        for entry in getattr(movie, fact):
            person_id, name = entry["person_id"], entry["name"]
            if names.get(person_id, name) != name:
                yield f"{fact} calls person {person_id} {name!r}, whose name is {names[person_id]!r}"


def _repeated(movie: Movie) -> Iterator[str]:
    """The same credit twice, or by two sources of which only one is to be believed."""
    for fact in CREDITS:
        entries = getattr(movie, fact)
        credited = Counter((entry["person_id"], entry.get("character", entry.get("job"))) for entry in entries)
        for (person_id, part), number in credited.items():
            if number > 1:
                yield f"{fact} has person {person_id} as {part!r} {number} times"
        if not movie.is_locked(fact) and len(united(fact, entries)) < len(entries):
            yield f"{fact} has somebody by the words of several sources"
