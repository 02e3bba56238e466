"""Writes to the catalogue. API, admin and commands all come through here."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

import movieverse
from apps.catalog import settings_registry
from apps.catalog.models import Counter, ExternalId, Genre, Movie, Person, Setting
from movieverse.exceptions import DomainError
from movieverse.text import fold

_MODELS: dict[str, type[Model]] = {"movie": Movie, "person": Person, "genre": Genre}


class GenreInUse(DomainError):
    code = "genre-in-use"


class ExternalIdTaken(DomainError):
    code = "external-id-taken"


def take_ids(kind: str, count: int = 1) -> range:
    """The next `count` ids of a kind. Call it outside transactions: a rolled back one would give them out again.

    Compare and set, the one atomic step that every engine has; a loser of the race tries again.
    """
    while True:
        counter, _ = Counter.objects.get_or_create(pk=kind)
        taken = Counter.objects.filter(pk=kind, value=counter.value).update(value=counter.value + count)
        if taken:
            return range(counter.value + 1, counter.value + count + 1)


def movie_save(*, movie: Movie) -> Movie:
    """Validate and store a movie, new or changed, with the fields that follow from others."""
    if movie.pk is None:
        movie.pk = take_ids("movie")[0]
    movie.derive()
    movie.full_clean(validate_unique=False)
    movie.save()
    return movie


def movie_delete(*, movie: Movie) -> None:
    _delete_with_external_ids(ExternalId.Kind.MOVIE, movie)


def person_save(*, person: Person) -> Person:
    """Store a person; a changed name also changes in the credits that show it."""
    if person.pk is None:
        person.pk = take_ids("person")[0]
    person.derive()
    person.full_clean(validate_unique=False)
    _save_person_and_credits(person)
    return person


@movieverse.atomic("catalog")
def _save_person_and_credits(person: Person) -> None:
    known_as = Person.objects.select_for_update().filter(pk=person.pk).values_list("name", flat=True).first()
    person.save()
    if known_as is None or known_as == person.name:
        return
    for movie in _movies_crediting(person.pk):
        for credit in (*movie.cast, *movie.crew):
            if credit["person_id"] == person.pk:
                credit["name"] = person.name
        movie.save(update_fields=["cast", "crew", "updated_at"])


def _movies_crediting(person_id: int) -> Iterable[Movie]:
    # Two queries, each served by its own index, rather than an OR.
    return {
        movie.pk: movie
        for field in ("cast_ids", "crew_ids")
        for movie in Movie.objects.filter(**{f"{field}__has": person_id})
    }.values()


def person_delete(*, person: Person) -> None:
    """Delete a person together with the credits that name them."""
    _delete_person_and_credits(person)


@movieverse.atomic("catalog")
def _delete_person_and_credits(person: Person) -> None:
    for movie in _movies_crediting(person.pk):
        movie.cast = [credit for credit in movie.cast if credit["person_id"] != person.pk]
        movie.crew = [credit for credit in movie.crew if credit["person_id"] != person.pk]
        movie.derive()
        movie.save()
    _delete_with_external_ids(ExternalId.Kind.PERSON, person)


def genre_save(*, genre: Genre) -> Genre:
    if genre.pk is None:
        genre.pk = take_ids("genre")[0]
    genre.slug = genre_slug(genre.name)
    genre.full_clean()
    genre.save()
    return genre


def genre_delete(*, genre: Genre) -> None:
    """Delete a genre that no movie has."""
    if Movie.objects.filter(genre_ids__has=genre.pk).exists():
        raise GenreInUse(f"Movies have the genre {genre}.")
    _delete_with_external_ids(ExternalId.Kind.GENRE, genre)


def genre_slug(name: str) -> str:
    return fold(name).replace(" ", "-")


@movieverse.atomic("catalog")
def _delete_with_external_ids(kind: str, row: Movie | Person | Genre) -> None:
    ExternalId.objects.filter(object_id=row.pk, kind=kind).delete()
    row.delete()


def external_id_add(*, kind: str, source: str, value: str, object_id: int) -> ExternalId:
    """Record what another source calls a row of ours."""
    key = ExternalId.key_of(kind, source, value)
    row = ExternalId(key=key, kind=kind, source=source, value=value, object_id=object_id)
    row.full_clean(validate_unique=False)
    _check_known(kind, object_id)
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise ExternalIdTaken(f"{source}:{value} is already the id of another {kind}.") from None
    return row


def external_id_move(*, external_id: ExternalId, object_id: int) -> ExternalId:
    """Let another source's id mean another row of ours."""
    _check_known(external_id.kind, object_id)
    external_id.object_id = object_id
    external_id.save(update_fields=["object_id"])
    return external_id


def external_id_delete(*, external_id: ExternalId) -> None:
    external_id.delete()


def _check_known(kind: str, object_id: int) -> None:
    if not _MODELS[kind]._default_manager.filter(pk=object_id).exists():
        raise ValidationError({"object_id": f"There is no {kind} {object_id}."})


def setting_set(*, name: str, value: Any) -> Setting:
    """Raises ValueError for an unknown setting or a value of another type."""
    value = settings_registry.clean(name, value)
    setting, _ = Setting.objects.update_or_create(pk=name, defaults={"value": value})
    return setting


def setting_reset(*, name: str) -> None:
    """Back to the default."""
    Setting.objects.filter(pk=name).delete()
