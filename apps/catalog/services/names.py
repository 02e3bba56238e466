"""Genres, companies and collections."""

from collections.abc import Sequence

from django.db import IntegrityError

import movieverse
from apps.catalog.models import Collection, Company, ExternalId, Genre, Movie
from apps.catalog.models.base import CatalogModel
from apps.catalog.services.rows import erase, locked, save
from movieverse.exceptions import DomainError


class InUse(DomainError):
    code = "in-use"


class NameTaken(DomainError):
    code = "name-taken"


def genre_save(*, genre: Genre, by: int | None = None, version: int | None = None) -> Genre:
    genre.derive()
    genre.full_clean(exclude={"id"})  # here, where a name that is taken is told of
    try:
        return save(genre, by=by, version=version)
    except IntegrityError:  # taken since
        raise NameTaken(f"There is a genre {genre.slug} already.") from None


def company_save(*, company: Company, by: int | None = None, version: int | None = None) -> Company:
    return save(company, by=by, version=version)


def collection_save(*, collection: Collection, by: int | None = None, version: int | None = None) -> Collection:
    return save(collection, by=by, version=version)


def genre_delete(*, genre: Genre, by: int | None = None, version: int | None = None) -> None:
    """Delete a genre that no title has."""
    _delete(genre, ExternalId.Kind.GENRE, ({"genre_ids__has": genre.pk}, {"main_genre_id": genre.pk}), by, version)


def company_delete(*, company: Company, by: int | None = None, version: int | None = None) -> None:
    """Delete a company that no title has."""
    _delete(company, ExternalId.Kind.COMPANY, ({"company_ids__has": company.pk},), by, version)


def collection_delete(*, collection: Collection, by: int | None = None, version: int | None = None) -> None:
    """Delete a collection that no title is part of."""
    _delete(collection, ExternalId.Kind.COLLECTION, ({"collection_id": collection.pk},), by, version)


@movieverse.atomic("catalog")
def _delete(row: CatalogModel, kind: str, uses: Sequence[dict[str, int]], by: int | None, version: int | None) -> None:
    locked(row, version)  # who has not seen the row as it is learns that first
    if any(Movie.objects.filter(**use).exists() for use in uses):
        raise InUse(f"Titles have the {row._meta.verbose_name} {row}.")
    erase(row, kind, by=by, version=None)
