from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import movieverse
from apps.catalog.credits import CREDITS, united
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.services import events
from apps.catalog.services.rows import erase, save
from movieverse.bulk import batched, bulk_upsert

CREDIT_COLUMNS = ("cast", "crew", "cast_ids", "crew_ids", "director_ids", "version", "updated_at")

_BATCH = 20  # people whose titles are read together


def person_save(*, person: Person, by: int | None = None, version: int | None = None) -> Person:
    """Store a person; a changed name also changes in the credits that show it."""
    return save(person, by=by, version=version, also=_rename_in_credits)


def _rename_in_credits(before: Person | None, person: Person) -> None:
    if before and before.name != person.name:
        credits_rename({person.pk: person})


@movieverse.atomic("catalog")
def person_delete(*, person: Person, by: int | None = None, version: int | None = None) -> None:
    """Delete a person together with the credits that name them."""
    movies = movies_crediting([person.pk])
    for movie in movies:
        uncredit(movie, [person.pk])
    store_credits(movies)
    erase(person, ExternalId.Kind.PERSON, by=by, version=version)


def uncredit(movie: Movie, person_ids: Collection[int]) -> None:
    for fact in CREDITS:
        setattr(movie, fact, [credit for credit in getattr(movie, fact) if credit["person_id"] not in person_ids])


def credits_refresh(*, person_ids: Iterable[int]) -> None:
    """Let credits call people by the names they have."""
    for some in batched(sorted(set(person_ids)), _BATCH):
        _refresh(some)


@movieverse.atomic("catalog")
def _refresh(person_ids: Sequence[int]) -> None:
    credits_rename(Person.objects.only("name").in_bulk(person_ids))


def credits_rename(people: Mapping[int, Person], **options: Any) -> None:
    """Let credits name other people, or the same by another name, within a transaction: {credited id: person}."""
    movies = movies_crediting(people)
    for movie in movies:
        recredit(movie, people)
    store_credits(movies, **options)


def recredit(movie: Movie, people: Mapping[int, Person]) -> None:
    for fact in CREDITS:
        _rename(movie, fact, people)


def _rename(movie: Movie, fact: str, people: Mapping[int, Person]) -> None:
    entries = getattr(movie, fact)
    for credit in entries:
        if person := people.get(credit["person_id"]):
            credit["person_id"], credit["name"] = person.pk, person.name
    once = list({tuple(credit.items()): credit for credit in entries}.values())  # who was credited as both
    setattr(movie, fact, once if movie.is_locked(fact) else united(fact, once))


def store_credits(movies: Sequence[Movie], **options: Any) -> None:
    for movie in movies:
        movie.derive()
        movie.version += 1
    bulk_upsert(movies, update_fields=CREDIT_COLUMNS, written=_tell, **options)


def _tell(movies: Sequence[Movie]) -> None:
    events.saved(Movie.COUNTER, [movie.pk for movie in movies])


def movies_crediting(person_ids: Iterable[int]) -> list[Movie]:
    # Two queries, each served by its own index, rather than an OR.
    ids = list(person_ids)
    found = {
        movie.pk: movie
        for field in ("cast_ids", "crew_ids")
        for movie in Movie.objects.select_for_update().filter(**{f"{field}__has_any": ids})
    }
    return list(found.values())
