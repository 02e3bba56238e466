"""Reads: each function answers a data frame. Rows are read in batches, by their ids.

Numbers that may be unknown are Int64, dates datetime64, choices categories, lists tuples. A frame of rows that
have an id is indexed by it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from django.db import models
from django.db.models import QuerySet

from apps.catalog.api.filters import MovieFilter
from apps.catalog.credits import CREDITS
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.insights.batches import in_batches
from apps.reviews.models import Rating, RatingSummary, Tag
from movieverse.fields import DocumentField, ListField

_BATCH = 10_000
_BATCH_OF_DOCUMENTS = 500


def _plain(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Those of the fields that are values, not documents."""
    return [name for name in names if not isinstance(model._meta.get_field(name), DocumentField)]


TITLE_COLUMNS = ["kind", *_plain(Movie, Movie.FACTS)]


# --- The catalogue --------------------------------------------------------------------------------


def titles(*, explode: str | None = None, **filters: Any) -> pd.DataFrame:
    """Films and shows, filtered as by the API: `titles(genre="crime,drama", year__gte=1990)`.

    `explode` names a list column to get a row for each of its items.
    """
    frame = _frame(_titles(filters), TITLE_COLUMNS)
    if explode is None:
        return frame
    field: Any = Movie._meta.get_field(explode)
    return frame.explode(explode).astype({explode: _dtype(field.base_field)})


def people() -> pd.DataFrame:
    return _frame(Person.objects.all(), _plain(Person, Person.FACTS))


def genres() -> pd.DataFrame:
    return _frame(Genre.objects.all(), ["name", "slug"])


def companies() -> pd.DataFrame:
    return _frame(Company.objects.all(), ["name"])


def collections() -> pd.DataFrame:
    return _frame(Collection.objects.all(), ["name", "overview"])


def lists() -> pd.DataFrame:
    return _frame(CuratedList.objects.all(), ["name", "slug", "description"])


def entries(slug: str) -> pd.DataFrame:
    """A list's titles in its order, by their ids."""
    curated = CuratedList.objects.filter(slug=slug).first()
    if curated is None:
        raise ValueError(f"There is no list {slug!r}. analysis.lists() shows those there are.")
    frame = _frame(ListEntry.objects.filter(list_id=curated.pk), ["movie_id", "position", "rank", "year"])
    return frame.sort_values("position").drop(columns="position").set_index("movie_id")


def external_ids(kind: str = "movie") -> pd.DataFrame:
    """What other sources call rows of a kind: `external_ids("person")`."""
    if kind not in ExternalId.Kind.values:
        raise ValueError(f"There is no kind {kind!r}. There are {', '.join(ExternalId.Kind.values)}.")
    frame = _frame(ExternalId.objects.filter(kind=kind), ["object_id", "source", "value"])
    return frame.set_index("object_id").rename_axis("id")


def credits(**filters: Any) -> pd.DataFrame:  # noqa: A001
    """A row for each credit in titles, filtered as `titles`: `fact` is cast or crew, `place` which one there."""
    columns = ["person_id", "name", "character", "department", "job", "source"]
    return _items(_titles(filters), CREDITS, columns).astype({"person_id": "Int64", "fact": "category"})


def scores(**filters: Any) -> pd.DataFrame:
    """What the audiences of other sites make of titles, 0 to 10; filtered as `titles`."""
    frame = _items(_titles(filters), ["source_scores"], ["source", "value", "votes"])
    dtypes = {"source": "category", "value": "float64", "votes": "Int64"}
    return frame.drop(columns=["fact", "place"]).astype(dtypes)


# --- What members say -----------------------------------------------------------------------------


def ratings() -> pd.DataFrame:
    """All ratings, in half-stars, but those of members who are banned. Raters of data sets have negative ids."""
    frame = _frame(Rating.shown.all(), ["movie_id", "user_id", "value", "created_at", "updated_at"])
    return frame.reset_index(drop=True)


def tags() -> pd.DataFrame:
    """The words that members give titles, each as its member wrote it."""
    return _frame(Tag.shown.all(), ["movie_id", "user_id", "text", "created_at"]).reset_index(drop=True)


def rating_summaries() -> pd.DataFrame:
    """How many have rated each title, and their mean in stars."""
    frame = _frame(RatingSummary.objects.all(), ["count", "total"]).rename_axis("movie_id")
    return frame.assign(average=(frame["total"] / frame["count"] / 2).astype("Float64"))


# --- How they are made ----------------------------------------------------------------------------


def _titles(filters: dict[str, Any]) -> QuerySet[Movie]:
    if unknown := filters.keys() - MovieFilter.base_filters.keys():
        known = ", ".join(MovieFilter.base_filters)
        raise ValueError(f"There is no filter {min(unknown)!r}. There are {known}.")
    found = MovieFilter({name: str(value) for name, value in filters.items()}, queryset=Movie.objects.all())
    for name, messages in found.errors.items():
        raise ValueError(f"{name}={filters[name]!r}: {' '.join(messages)}")
    return found.qs


def _frame(rows: QuerySet[Any], columns: Sequence[str]) -> pd.DataFrame:
    batches = in_batches(rows.values_list("pk", *columns, named=True), _BATCH)
    fields = {"id": rows.model._meta.pk} | {name: rows.model._meta.get_field(name) for name in columns}
    return pd.concat([_typed(batch, fields) for batch in batches] or [_typed([], fields)])


def _typed(batch: Sequence[Any], fields: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(batch, columns=list(fields))
    for name, field in fields.items():
        if isinstance(field, ListField):
            frame[name] = pd.Series([tuple(items) for items in frame[name]], dtype=object)
        elif field.choices:
            frame[name] = frame[name].where(frame[name] != "")
    return frame.astype({name: _dtype(field) for name, field in fields.items()}).set_index("id")


def _dtype(field: Any) -> Any:
    if field.choices:
        return pd.CategoricalDtype([value for value, _ in field.choices])
    for kind, dtype in (
        (ListField, object),
        (models.IntegerField, "Int64"),
        (models.FloatField, "float64"),
        (models.DateTimeField, "datetime64[ms, UTC]"),
        (models.DateField, "datetime64[s]"),  # nanoseconds begin in 1677, which is late for some authors
    ):
        if isinstance(field, kind):
            return dtype
    return "str"


def _items(movies: QuerySet[Movie], names: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """A row for each item of the documents of these names."""
    rows = (
        (movie.pk, name, place, *(item.get(column, "") for column in columns))
        for batch in in_batches(movies.only(*names), _BATCH_OF_DOCUMENTS)
        for movie in batch
        for name in names
        for place, item in enumerate(getattr(movie, name), 1)
    )
    return pd.DataFrame(rows, columns=["movie_id", "fact", "place", *columns]).astype({"movie_id": "Int64"})
