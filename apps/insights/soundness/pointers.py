"""Rows that point at what is not there, within a store and across them."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Model, QuerySet

from apps.accounts.models import User
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.insights.batches import Read
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.rows import refused
from apps.insights.soundness.there import missing
from apps.profiles.models import Profile
from apps.reviews.models import Rating, RatingSummary, Review, Tag
from movieverse.bulk import batched

_BATCH = 1_000


class _Pointer(NamedTuple):
    rows: QuerySet
    column: str
    model: type[Model]


def _all_pointers() -> list[_Pointer]:
    kinds = {"movie": Movie, "person": Person, "genre": Genre, "company": Company, "collection": Collection}
    said = (Rating, Review, Tag)
    return [
        _Pointer(ListEntry.objects.all(), "list_id", CuratedList),
        _Pointer(ListEntry.objects.all(), "movie_id", Movie),
        *(_Pointer(ExternalId.objects.filter(kind=kind), "object_id", model) for kind, model in kinds.items()),
        _Pointer(RatingSummary.objects.all(), "movie_id", Movie),
        *(_Pointer(model._default_manager.all(), "movie_id", Movie) for model in said),
        # Raters of data sets are no accounts, and have negative ids.
        *(_Pointer(model._default_manager.filter(user_id__gte=0), "user_id", User) for model in said),
        _Pointer(Profile.objects.all(), "user_id", User),
    ]


def pointers(read: Read) -> Iterator[Finding]:
    for pointer in _all_pointers():
        yield from _dangling(*pointer)
    for profiles in read(Profile.objects.all(), _BATCH):
        yield from _favourites(profiles)


def _dangling(rows: QuerySet, column: str, model: type[Model]) -> Iterator[Finding]:
    """Of many rows first only the different ids are read: they stand in an index."""
    ids = sorted(rows.order_by().values_list(column, flat=True).distinct())
    for gone in batched(sorted(missing(model, ids)), _BATCH):
        stray = rows.filter(**{f"{column}__in": gone}).order_by("pk").values_list("pk", column)
        for pk, pointed in stray.iterator():
            yield _finding(rows.model, pk, model, pointed)


def _favourites(profiles: list[Profile]) -> Iterator[Finding]:
    faults = {profile.pk: list(refused(profile)) for profile in profiles}
    yield from (Finding("profile", pk, fault) for pk, found in faults.items() for fault in found)
    readable = [profile for profile in profiles if not faults[profile.pk]]
    gone = missing(Movie, (movie_id for profile in readable for movie_id in profile.favourite_movie_ids))
    for profile in readable:
        for movie_id in profile.favourite_movie_ids:
            if movie_id in gone:
                yield _finding(Profile, profile.pk, Movie, movie_id)


def _finding(model: type[Model], pk: object, pointed: type[Model], pointed_pk: int) -> Finding:
    fault = f"points at {pointed._meta.verbose_name} {pointed_pk}, which is not there"
    return Finding(str(model._meta.verbose_name), pk, fault)
