"""Reads of the catalogue that more than one place needs."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.catalog import settings_registry
from apps.catalog.cache import settings
from apps.catalog.documents import OF_A_MOVIE
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Tombstone
from movieverse.bulk import batched

# What a list of movies shows, and what it may be ordered by: cast and crew are most of a movie's bytes.
MOVIE_LIST_FIELDS = (
    "kind", "title", "original_title", "sort_title", "overview", "release_date", "release_year", "release_day",
    "runtime", "original_language", "genre_ids", "popularity", "rating_avg", "rating_count", "rating_score",
)  # fmt: skip

# What of a movie is read only where somebody asks for it.
MOVIE_PARTS = frozenset({*OF_A_MOVIE, "origins"} - {"source_scores"})

# The most titles that are looked up through a list, or shown with a collection.
MOST_LISTED = 1_000
MOST_PARTS = 100

_AT_ONCE = 1_000  # ids that are looked up together


def genres_by_id() -> dict[int, Genre]:
    """All genres: there are some dozens."""
    return Genre.objects.in_bulk()


def genres_of(movies: Iterable[Movie]) -> QuerySet[Genre]:
    """The genres of several movies, in one query; in none if they have no genres."""
    genre_ids = {genre_id for movie in movies for genre_id in movie.genre_ids}
    return Genre.objects.filter(pk__in=genre_ids) if genre_ids else Genre.objects.none()


def genre_ids_by_slug(slugs: Iterable[str]) -> dict[str, int]:
    """Ids of genres, in one query. Slugs without a genre are left out."""
    return dict(Genre.objects.filter(slug__in=set(slugs)).values_list("slug", "pk"))


def movie_summaries(*more: str) -> QuerySet[Movie]:
    """Movies with no more than a list shows of them, and what else is named."""
    return Movie.objects.only(*MOVIE_LIST_FIELDS, *more)


def movie_with(movie_id: int, parts: Iterable[str]) -> Movie | None:
    """A movie with its facts, and of the parts that are long only these."""
    return Movie.objects.defer(*sorted(MOVIE_PARTS.difference(parts))).filter(pk=movie_id).first()


def filmography(person_id: int, *more: str) -> QuerySet[Movie]:
    """The movies that credit a person, with the credits."""
    credited = Q(cast_ids__has=person_id) | Q(crew_ids__has=person_id)
    return movie_summaries("cast", "crew", *more).filter(credited)


def companies_of(movie: Movie) -> list[Company]:
    """In the movie's own order."""
    known = Company.objects.in_bulk(movie.company_ids)
    return [known[company_id] for company_id in movie.company_ids if company_id in known]


def collection_of(movie: Movie) -> Collection | None:
    return Collection.objects.filter(pk=movie.collection_id).first() if movie.collection_id else None


def movies_of_collection(collection_id: int, *more: str) -> list[Movie]:
    """In order of release, MOST_PARTS + 1 at most."""
    movies = movie_summaries(*more).filter(collection_id=collection_id)
    return list(movies.order_by("release_day", "pk")[: MOST_PARTS + 1])


def entry_of(list_id: int, movie_id: int) -> ListEntry | None:
    return ListEntry.objects.filter(list_id=list_id, movie_id=movie_id).first()


def places_of(movie_id: int) -> QuerySet[ListEntry]:
    """Where lists have a movie."""
    return ListEntry.objects.filter(movie_id=movie_id)


def with_lists(entries: Iterable[ListEntry]) -> list[Any]:
    """Entries with their lists as `list`, which are read in one query."""
    rows: list[Any] = list(entries)
    lists = CuratedList.objects.only("name", "slug").in_bulk({entry.list_id for entry in rows}) if rows else {}
    for entry in rows:
        entry.list = lists.get(entry.list_id)
    return rows


def with_movies(entries: Iterable[ListEntry], *more: str) -> list[Any]:
    """Entries with their movies as `movie`, which are read in one query."""
    rows: list[Any] = list(entries)
    movies = movie_summaries(*more).in_bulk({entry.movie_id for entry in rows}) if rows else {}
    for entry in rows:
        entry.movie = movies.get(entry.movie_id)
    return rows


def movie_ids_of_lists(list_ids: Iterable[int]) -> dict[int, set[int]]:
    """{list: its movies}, of all of them together MOST_LISTED + 1 at most."""
    found: dict[int, set[int]] = {list_id: set() for list_id in list_ids}
    entries = ListEntry.objects.filter(list_id__in=found).order_by("list_id", "position", "pk")
    for list_id, movie_id in entries.values_list("list_id", "movie_id")[: MOST_LISTED + 1]:
        found[list_id].add(movie_id)
    return found


def list_ids_by_slug(slugs: Iterable[str]) -> dict[str, int]:
    """Ids of curated lists, in one query. Slugs without a list are left out."""
    return dict(CuratedList.objects.filter(slug__in=set(slugs)).values_list("slug", "pk"))


def titles_by_id(movie_ids: Iterable[int]) -> dict[int, str]:
    """Titles of movies, in one query. Ids without a movie are left out."""
    return dict(Movie.objects.filter(pk__in=set(movie_ids)).values_list("pk", "title"))


def movies_of_person(person_id: int, limit: int) -> list[Movie]:
    """The newest movies that credit a person. Two queries, each served by its own index, rather than an OR."""
    newest = movie_summaries("cast", "crew").order_by("-release_day", "-id")
    found = {
        movie.pk: movie
        for field in ("cast_ids", "crew_ids")
        for movie in newest.filter(**{f"{field}__has": person_id})[:limit]
    }
    return sorted(found.values(), key=lambda movie: (movie.release_day, movie.pk), reverse=True)[:limit]


def movie_exists(movie_id: int) -> bool:
    return Movie.objects.filter(pk=movie_id).exists()


def movies_gone(movie_ids: Iterable[int]) -> list[int]:
    """Those of which there is no movie."""
    gone = set(movie_ids)
    for some in batched(sorted(gone), _AT_ONCE):
        gone.difference_update(Movie.objects.filter(pk__in=some).values_list("pk", flat=True))
    return sorted(gone)


def merges_of(kind: str, pk: int) -> list[Tombstone]:
    """By which merges a row became another one, and that one maybe another again."""
    stones: list[Tombstone] = []
    while stone := Tombstone.objects.filter(pk=Tombstone.key_of(kind, stones[-1].into if stones else pk)).first():
        stones.append(stone)
    return stones


def survivor_of(kind: str, pk: int) -> int | None:
    """What a row that is gone is now. None if it was not merged into any."""
    stones = merges_of(kind, pk)
    return stones[-1].into if stones else None


def being_merged(kind: str, ids: Iterable[int]) -> set[int]:
    """Those of the rows that are gone of which a store has yet to learn what they are now."""
    keys = {Tombstone.key_of(kind, pk): pk for pk in ids}
    stones = Tombstone.objects.filter(pk__in=list(keys), settled=False) if keys else []
    return {keys[stone.pk] for stone in stones}


def external_ids_of(kind: str, object_id: int) -> list[ExternalId]:
    """All of one row's, ordered: a source may know it by several."""
    rows = ExternalId.objects.filter(object_id=object_id, kind=kind)
    return sorted(rows, key=lambda row: (row.source, row.value))


def object_ids_by_kind(source: str, value: str) -> dict[str, int]:
    """{kind: our id}: what a source's id means, which may be a row of each kind."""
    keys = [ExternalId.key_of(kind, source, value) for kind in ExternalId.Kind.values]
    return dict(ExternalId.objects.filter(pk__in=keys).values_list("kind", "object_id"))


def find_by_external_ids(kind: str, source: str, values: Iterable[object]) -> dict[str, int]:
    """{value: our id} for those values of a source that are known."""
    keys = [ExternalId.key_of(kind, source, value) for value in values]
    return dict(ExternalId.objects.filter(pk__in=keys).values_list("value", "object_id"))


def setting(name: str) -> Any:
    """An application setting's value in its own type; its default where nobody set it."""
    return settings.values().get(name, settings_registry.DEFINITIONS[name].default)


def lists_with(movie_id: int) -> list[tuple[ListEntry, str]]:
    """A movie's places in curated lists, each with the list's name."""
    entries = list(ListEntry.objects.filter(movie_id=movie_id).order_by("pk"))
    wanted = {entry.list_id for entry in entries}
    names = dict(CuratedList.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return [(entry, names[entry.list_id]) for entry in entries if entry.list_id in names]


def counts_by(rows: QuerySet, field: str, ids: Iterable[int]) -> dict[int, int]:
    """{id: how many rows have it in a field}, in one query along that field's index."""
    wanted = list(ids)
    found = (
        rows.filter(**{f"{field}__in": wanted}).order_by().values(field).annotate(rows=Count("pk")) if wanted else []
    )
    return {row[field]: row["rows"] for row in found}
