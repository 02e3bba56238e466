"""The kinds of rows there are in an export, and the lines that they are. What rows need beside themselves is read
for many of them at once."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import BaseSerializer

from apps.catalog.api.serializers.names import CompanyDetailSerializer, GenreSerializer
from apps.catalog.api.serializers.people import PersonDetailSerializer
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.catalog.sources import page_of
from apps.curation.exporting.licences import withhold
from apps.curation.exporting.serializers import (
    CollectionRowSerializer,
    CuratedListRowSerializer,
    MovieRowSerializer,
    ReviewRowSerializer,
)
from apps.reviews.models import Rater, Rating, Review
from apps.reviews.selectors import projections_of
from apps.reviews.services.raters import ERASED


def _complete_movies(movies: Sequence[Movie], restricted: bool) -> None:
    """With the ratings of which the log tells, be the catalogue's still those before.

    Where raters of data sets are among those who rated, what all came to is not the site's own.
    """
    rated = {one.movie_id: one for one in projections_of(movie.pk for movie in movies)}
    others = set() if restricted else _rated_elsewhere(rated)
    for movie in movies:
        ratings = rated.get(movie.pk) if movie.pk not in others else None
        movie.rating_count, movie.rating_avg = (ratings.count, ratings.average) if ratings else (0, 0)


def _rated_elsewhere(movie_ids: Any) -> set[int]:
    """By raters of data sets. Those who had an account here rated here."""
    own = Rater.objects.filter(source=ERASED).annotate(as_user=-F("number")).order_by().values("as_user")
    by_raters = Rating.said.filter(movie_id__in=list(movie_ids), user_id__lt=0).exclude(user_id__in=own).order_by()
    return set(by_raters.values_list("movie_id", flat=True).distinct())


def _complete_lists(lists: Sequence[Any], restricted: bool) -> None:
    entries: dict[int, list[ListEntry]] = defaultdict(list)
    for entry in ListEntry.objects.filter(list_id__in=[row.pk for row in lists]).order_by("position", "pk"):
        entries[entry.list_id].append(entry)
    for row in lists:
        row.entries = entries[row.pk]


def _nothing_to_complete(rows: Sequence[Any], restricted: bool) -> None: ...


class Kind(NamedTuple):
    rows: QuerySet[Any]
    serializer: Callable[..., BaseSerializer[Any]]
    changes: tuple[str, ...]  # in the log, after which a row is another one
    complete: Callable[[Sequence[Any], bool], None] = _nothing_to_complete


KINDS = {
    "movies": Kind(Movie.objects.all(), MovieRowSerializer, ("movie", "rating_summary"), _complete_movies),
    "people": Kind(Person.objects.all(), PersonDetailSerializer, ("person",)),
    "genres": Kind(Genre.objects.all(), GenreSerializer, ("genre",)),
    "companies": Kind(Company.objects.all(), CompanyDetailSerializer, ("company",)),
    "collections": Kind(Collection.objects.all(), CollectionRowSerializer, ("collection",)),
    "lists": Kind(CuratedList.objects.all(), CuratedListRowSerializer, ("list",), _complete_lists),
    "reviews": Kind(Review.shown.all(), ReviewRowSerializer, ("review",)),
}


def lines_of(kind: str, rows: Sequence[Any], *, restricted: bool = False) -> Iterator[bytes]:
    """Each row as the API's JSON, with what may be passed on. Rows of which nothing may have no line."""
    context: dict[str, Any] = {}
    serializer: Any = KINDS[kind].serializer(context=context)  # one for all: making it takes longer than a row
    shown_ids = _shown_ids(rows) if "external_ids" in serializer.fields else {}
    KINDS[kind].complete(rows, restricted)
    render = JSONRenderer().render
    for row in rows:
        if restricted or withhold(row):
            context["external_ids"] = shown_ids.get(row.pk, [])
            yield render(serializer.to_representation(row)) + b"\n"


def _shown_ids(rows: Sequence[Any]) -> dict[int, list[dict[str, Any]]]:
    """What other sources call them."""
    shown: dict[int, list[dict[str, Any]]] = defaultdict(list)
    kinds = {row.pk: str(row._meta.model_name) for row in rows}
    pages = {row.pk: getattr(row, "kind", kinds[row.pk]) for row in rows}  # as in shown_ids, which reads those of one
    known = ExternalId.objects.filter(kind__in=set(kinds.values()), object_id__in=list(kinds))
    for one in sorted(known, key=lambda one: (one.source, one.value)):
        url = page_of(pages[one.object_id], one.source, one.value)
        shown[one.object_id].append({"source": one.source, "value": one.value, "url": url})
    return shown
