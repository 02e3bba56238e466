"""Which movies may be recommended at all, and which are where nothing better is known."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.catalog.models import Movie
from apps.catalog.models.movies import day_number
from apps.catalog.selectors import movie_summaries

# What reasons are told of, beside what a list shows.
TOLD_OF = ("status", "keywords", "cast_ids", "director_ids", "collection_id")
_TO_COME = {Movie.Status.RUMORED, Movie.Status.PLANNED, Movie.Status.IN_PRODUCTION, Movie.Status.POST_PRODUCTION}
_HAVE_COME = {Movie.Status.RELEASED, Movie.Status.RETURNING, Movie.Status.ENDED, Movie.Status.CANCELED}
_SPARE = 12  # candidates that are read with those wanted: one in eight may not be out, and one more query takes longer
_BEST = 500  # by ratings, among which those of a genre are looked for


def released(movie_ids: Sequence[int], number: int, more: Iterable[str] = ()) -> Iterator[Movie]:
    """The first so many of the movies that are in the catalogue, and out by now."""
    begin, size, today = 0, number + _SPARE, timezone.localdate()
    while number and begin < len(movie_ids):
        some = movie_ids[begin : begin + size]
        movies = movie_summaries(*TOLD_OF, *more).in_bulk(some)
        found = [movies[movie_id] for movie_id in some if movie_id in movies]
        for movie in [movie for movie in found if _is_out(movie, today)][:number]:
            yield movie
            number -= 1
        begin, size = begin + size, 2 * size


def _is_out(movie: Movie, today: date) -> bool:
    """What `out` asks a store, of a row that was read by its key: that is several times as fast."""
    if movie.status in _TO_COME or (movie.status == Movie.Status.CANCELED and movie.kind == Movie.Kind.MOVIE):
        return False
    is_dated = movie.release_day not in (0, today.year * 10_000)
    return movie.release_day <= day_number(today) and (is_dated or movie.status in _HAVE_COME)


def out(movies: QuerySet[Movie]) -> QuerySet[Movie]:
    """Those that are. One of no known date, or of which only this year is known, is if its status says so."""
    today = timezone.localdate()
    maybe = Q(release_day__in=(0, today.year * 10_000)) & ~Q(status__in=_HAVE_COME)
    never = Q(status=Movie.Status.CANCELED, kind=Movie.Kind.MOVIE)
    return movies.filter(release_day__lte=day_number(today)).exclude(status__in=_TO_COME).exclude(maybe).exclude(never)


def popular(number: int, *, without: Collection[int] = (), genre_ids: Collection[int] = ()) -> list[int]:
    """Movies of some genres, if any are named, before others: the best rated, then the most popular."""
    found: dict[int, None] = {}
    for movie_id in _popular(number, set(without), set(genre_ids)):
        found[movie_id] = None
        if len(found) == number:
            break
    return list(found)


def _popular(number: int, without: set[int], genre_ids: set[int]) -> Iterator[int]:
    best = _best(without)
    yield from (pk for pk, genres in best if not genre_ids.isdisjoint(genres))
    others = out(Movie.objects.all()).exclude(pk__in=without).order_by("-popularity", "-pk")
    for genre_id in sorted(genre_ids):
        yield from others.filter(genre_ids__has=genre_id).values_list("pk", flat=True)[:number]
    yield from (pk for pk, _ in best)
    yield from others.values_list("pk", flat=True)[: 2 * number]  # as many again may have been among those before


def _best(without: set[int]) -> list[tuple[int, list[int]]]:
    """With their genres."""
    rated = out(Movie.objects.all()).filter(rating_score__gt=0).order_by("-rating_score", "-pk")
    return [row for row in rated.values_list("pk", "genre_ids")[:_BEST] if row[0] not in without]
