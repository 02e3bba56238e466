"""Rows that point at what is not there, within a store and across them."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from django.db.models import Count, Min, Model, QuerySet

from apps.accounts.models import User
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding, found_twice
from apps.insights.soundness.rows import refused
from apps.insights.soundness.there import missed, missing
from apps.profiles.models import DiaryEntry, Profile, WatchlistItem
from apps.reviews.models import HelpfulVote, Rater, Rating, RatingSummary, Review, ReviewReport, Tag

_BATCH = 1_000
_BEGUN_WITHIN = 3  # seconds between the making of a summary and the catalogue's answer whether there is such a movie
_Lost = Callable[[type[Model], Iterable[int]], set[int]]
_MODELS: dict[str, type[Model]] = {
    "movie": Movie,
    "person": Person,
    "genre": Genre,
    "company": Company,
    "collection": Collection,
}


def pointers(read: Reader) -> Iterator[Finding]:
    for entries in read.rows(ListEntry.objects.all(), _BATCH):
        yield from found_twice(_entries, entries)
    for external_ids in read.rows(ExternalId.objects.filter(kind__in=_MODELS), _BATCH):
        yield from found_twice(_external_ids, external_ids)
    for said in _said():
        yield from _lost(said, read)
    for profiles in read.rows(Profile.objects.all(), _BATCH):
        yield from found_twice(_profiles, profiles)
    for model in (WatchlistItem, DiaryEntry):
        for rows in read.rows(model._default_manager.all(), _BATCH):
            yield from found_twice(_kept, rows)


# --- In the catalogue, which deletes them together ------------------------------------------------


def _entries(entries: Sequence[ListEntry]) -> Iterator[Finding]:
    yield from _dangling(entries, "list_id", CuratedList)
    yield from _dangling(entries, "movie_id", Movie)


def _external_ids(rows: Sequence[ExternalId]) -> Iterator[Finding]:
    by_kind = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for kind, of_kind in by_kind.items():
        yield from _dangling(of_kind, "object_id", _MODELS[kind])


def _dangling(rows: Sequence[Model], column: str, model: type[Model], lost: _Lost = missing) -> Iterator[Finding]:
    gone = lost(model, (getattr(row, column) for row in rows))
    for row in rows:
        if (pointed := getattr(row, column)) in gone:
            yield _finding(type(row), row.pk, str(model._meta.verbose_name), pointed)


# --- What members say, which follows by events ----------------------------------------------------


class _Said(NamedTuple):
    """Rows of the reviews by what they point at. Of what is missing `lost` says which of it is not on its way out."""

    rows: QuerySet
    column: str
    parent: str
    lost: Callable[[Iterable[int]], set[int]]


def _said() -> Iterator[_Said]:
    yield _Said(RatingSummary.objects.all(), "movie_id", "movie", _movies_of_summaries)
    for model in (Rating, Review, Tag):
        rows = model._default_manager.all()
        yield _Said(rows, "movie_id", "movie", partial(missed, Movie))
        yield _Said(rows.filter(user_id__gte=0), "user_id", "user", partial(missed, User))
        yield _Said(rows.filter(user_id__lt=0), "user_id", "rater", _unknown_raters)
    for of_reviews in (HelpfulVote, ReviewReport):
        yield _Said(of_reviews._default_manager.all(), "user_id", "user", partial(missed, User))


def _movies_of_summaries(ids: Iterable[int]) -> set[int]:
    gone = missed(Movie, ids)
    if gone and RatingSummary.objects.filter(pk__in=gone, version=0).exists():
        time.sleep(_BEGUN_WITHIN)
    return gone


def _unknown_raters(user_ids: Iterable[int]) -> set[int]:
    return {-number for number in missing(Rater, (-user_id for user_id in user_ids))}


def _lost(said: _Said, read: Reader) -> Iterator[Finding]:
    for ids in read.values(said.rows, said.column, _BATCH):
        if gone := said.lost(ids):
            rows = said.rows.filter(**{f"{said.column}__in": gone}).order_by(said.column).values(said.column)
            for group in rows.annotate(first=Min("pk"), number=Count("pk")):
                pointed, number = group[said.column], group["number"]
                yield _finding(said.rows.model, group["first"], said.parent, pointed, number)


# --- What members keep ----------------------------------------------------------------------------


def _profiles(profiles: Sequence[Profile]) -> Iterator[Finding]:
    yield from _dangling(profiles, "user_id", User, missed)
    faults = {profile.pk: list(refused(profile)) for profile in profiles}
    yield from (Finding("profile", pk, fault) for pk, found in faults.items() for fault in found)
    readable = [profile for profile in profiles if not faults[profile.pk]]
    yield from _favourites(readable, "favourite_movie_ids", Movie)
    yield from _favourites(readable, "favourite_genre_ids", Genre)


def _favourites(profiles: Sequence[Profile], column: str, model: type[Model]) -> Iterator[Finding]:
    gone = missed(model, (pk for profile in profiles for pk in getattr(profile, column)))
    for profile in profiles:
        for pk in getattr(profile, column):
            if pk in gone:
                yield _finding(Profile, profile.pk, str(model._meta.verbose_name), pk)


def _kept(rows: Sequence[Model]) -> Iterator[Finding]:
    yield from _dangling(rows, "user_id", User, missed)
    yield from _dangling(rows, "movie_id", Movie, missed)


def _finding(model: type[Model], pk: object, parent: str, pointed: int, number: int = 1) -> Finding:
    kind = str(model._meta.verbose_name)
    others = f", as do {number - 1:,} more" if number > 1 else ""
    fault = f"points at {parent} {pointed}, which is not there{others}"
    return Finding(kind, pk, fault, f"{kind.replace(' ', '-')}-without-{parent}", pointed, number)
