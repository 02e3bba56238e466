"""What still points at rows of the catalogue that are gone, because somebody deleted them past the services."""

from collections.abc import Callable, Collection, Iterable, Sequence

import movieverse
from apps.catalog.models import ExternalId, ListEntry, Movie
from apps.catalog.selectors import survivor_of
from apps.catalog.services import events
from apps.catalog.services.lists import entries_drop
from apps.catalog.services.people import uncredit
from movieverse.bulk import batched, bulk_upsert

_BATCH = 100  # rows that are gone
_TITLES = 200  # that are changed in one transaction


def rows_forget(*, kind: str, ids: Iterable[int]) -> None:
    """Take out of the catalogue what points at rows that are gone, and tell the other stores, now, that they are."""
    for some in batched(sorted(set(ids)), _BATCH):
        while kind in NAMED_BY and _take_out(kind, some):
            pass
        _forget(kind, some)


@movieverse.atomic("catalog")
def _forget(kind: str, ids: Sequence[int]) -> None:
    if kind == "movie":
        entries_drop(ids)
    if kind == "list":
        ListEntry.objects.filter(list_id__in=ids).delete()
    ExternalId.objects.filter(kind=kind, object_id__in=ids).delete()
    events.deleted(kind, [pk for pk in ids if survivor_of(kind, pk) is None])


@movieverse.atomic("catalog")
def _take_out(kind: str, ids: Sequence[int]) -> int:
    """Of the titles that name them a part. Returns how many that is."""
    lookups, take_out = NAMED_BY[kind]
    found: dict[int, Movie] = {}
    for lookup in lookups:
        movies = Movie.objects.select_for_update().filter(**{lookup: ids})[:_TITLES]
        found |= {movie.pk: movie for movie in movies}
    for movie in found.values():
        take_out(movie, ids)
        movie.derive()
        movie.version += 1
    if found:
        bulk_upsert(list(found.values()), update_fields=Movie.own_columns())
        events.saved(Movie.COUNTER, found)
    return len(found)


def _without_genres(movie: Movie, ids: Collection[int]) -> None:
    movie.genre_ids = [genre_id for genre_id in movie.genre_ids if genre_id not in ids]
    if movie.main_genre_id in ids:  # whoever chose it chose one that there was: now it is the first again
        movie.main_genre_id = None
        movie.origins = {fact: origin for fact, origin in movie.origins.items() if fact != "main_genre_id"}


def _without_companies(movie: Movie, ids: Collection[int]) -> None:
    movie.company_ids = [company_id for company_id in movie.company_ids if company_id not in ids]


def _without_collection(movie: Movie, ids: Collection[int]) -> None:
    movie.collection_id = None


# By which lookups titles are found that name rows of a kind, and how they are made not to.
NAMED_BY: dict[str, tuple[tuple[str, ...], Callable[[Movie, Collection[int]], None]]] = {
    "genre": (("genre_ids__has_any", "main_genre_id__in"), _without_genres),
    "company": (("company_ids__has_any",), _without_companies),
    "collection": (("collection_id__in",), _without_collection),
    "person": (("cast_ids__has_any", "crew_ids__has_any"), uncredit),
}
