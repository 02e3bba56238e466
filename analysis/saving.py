"""Writes, through the services that every other write goes through: validated, locked against data sets, counted.

Each function answers a frame with the index of the one it was given, and for each of its rows the `outcome`, the
row's `id` and, where it failed, the `reason`. A row that fails keeps none of the others from being written. With
`dry_run` each row is written and taken back, so what is told is what would happen to it alone.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import pandas as pd
from django.core.exceptions import ValidationError
from django.db import models

import movieverse
from analysis.frames import TITLE_COLUMNS
from apps.accounts.selectors import handles_by_id
from apps.catalog import services as catalog
from apps.catalog.models import CuratedList, ListEntry, Movie
from apps.catalog.models.names import slug_of
from apps.catalog.selectors import titles_by_id
from apps.catalog.services.lists import Entry, entries_of
from apps.reviews import services as reviews
from apps.reviews.selectors import rating_of
from movieverse.exceptions import DomainError

Row = Mapping[str, Any]
Result = TypeVar("Result")

_OUTCOMES = pd.CategoricalDtype(["created", "updated", "unchanged", "failed"])


class _Outcome(NamedTuple):
    outcome: str
    id: int | None
    reason: str = ""


class _TakenBack(Exception):
    """Ends the transaction of a dry run."""


def save_titles(frame: pd.DataFrame, *, by: int | None = None, dry_run: bool = False) -> pd.DataFrame:
    """Change the titles whose ids stand in the column or index `id`, create those without; in the frame's columns only.

    `by` is the curator who writes. What is written is locked: data sets leave it alone.
    """
    rows = _with_column(frame, "id")
    _check_columns(rows, ["id", *TITLE_COLUMNS], needed=())

    def save(row: Row) -> _Outcome:
        given = {name: _value(name, value) for name, value in row.items()}
        pk = given.pop("id", None)
        movie = Movie() if pk is None else Movie.objects.filter(pk=pk).first()
        if movie is None:
            raise ValidationError({"id": f"There is no movie {pk}."})
        if pk and all(getattr(movie, name) == value for name, value in given.items()):
            return _Outcome("unchanged", pk)
        for name, value in given.items():
            setattr(movie, name, value)
        catalog.movie_save(movie=movie, by=by, version=movie.version if pk else None)
        return _Outcome("updated" if pk else "created", movie.pk)

    return _saved(frame, rows, save, "catalog", dry_run)


def save_ratings(frame: pd.DataFrame, *, dry_run: bool = False) -> pd.DataFrame:
    """Let members (`user_id`) rate titles (`movie_id`) with a `value` of 1 to 10 half-stars, or rate them anew."""
    _check_columns(frame, (), needed=("user_id", "movie_id", "value"))
    users = handles_by_id(_ids(frame["user_id"]))

    def save(row: Row) -> _Outcome:
        pair = {name: _whole(name, row[name]) for name in ("user_id", "movie_id")}
        if pair["user_id"] not in users:
            raise ValidationError({"user_id": f"There is no user {pair['user_id']}."})
        before, value = rating_of(**pair), _whole("value", row["value"])
        if before and before.value == value:
            return _Outcome("unchanged", before.pk)
        rating, created = reviews.rating_set(**pair, value=value)
        return _Outcome("created" if created else "updated", rating.pk)

    return _saved(frame, frame, save, "reviews", dry_run)


def save_list(name: str, frame: pd.DataFrame, *, by: int | None = None, dry_run: bool = False) -> pd.DataFrame:
    """Let the list of this name have these titles and no others, in this order: `movie_id`, maybe `rank` and `year`.

    A list is recognised by its name as it stands in URLs; a new one is created. Ids are those of the titles.
    """
    rows = _with_column(frame, "movie_id")
    _check_columns(rows, ("rank", "year"), needed=("movie_id",))
    slug = slug_of(name)
    curated = CuratedList.objects.filter(slug=slug).first() or CuratedList(name=name, slug=slug)
    before = {entry.movie_id: entry for entry in entries_of(curated)}
    known = titles_by_id(_ids(rows["movie_id"]))
    entries: dict[int, Entry] = {}

    def save(row: Row) -> _Outcome:
        movie_id = _whole("movie_id", row["movie_id"])
        if movie_id not in known:
            raise ValidationError({"movie_id": f"There is no movie {movie_id}."})
        if movie_id in entries:
            raise ValidationError({"movie_id": f"Movie {movie_id} is given more than once."})
        rank, year = (None if _is_unknown(row.get(key)) else _whole(key, row[key]) for key in ("rank", "year"))
        entry = Entry(movie_id, rank or len(entries) + 1, year)
        ListEntry(list_id=0, position=0, **entry._asdict()).clean_fields(exclude={"id"})
        entries[movie_id] = entry
        if movie_id not in before:
            return _Outcome("created", movie_id)
        return _Outcome("unchanged" if before[movie_id] == entry else "updated", movie_id)

    saved = _saved(frame, rows, save, "catalog", dry_run=False)
    changed = not curated.pk or list(before.values()) != list(entries.values())
    if changed and (entries or rows.empty):  # rows that all fail do not empty a list
        _perform(lambda: _store_list(curated, list(entries.values()), by), "catalog", dry_run)
    return saved


def _store_list(curated: CuratedList, entries: list[Entry], by: int | None) -> None:
    if not curated.pk:
        catalog.list_save(curated_list=curated, by=by)
    catalog.list_entries_set(curated_list=curated, entries=entries, by=by, version=curated.version)


# --- How rows are written -------------------------------------------------------------------------


def _with_column(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """What the frames of `frames` are indexed by is a column like any other."""
    return frame.reset_index() if frame.index.name == name else frame


def _check_columns(frame: pd.DataFrame, known: Sequence[str], needed: Sequence[str]) -> None:
    if missing := [name for name in needed if name not in frame]:
        raise ValueError(f"The column {missing[0]!r} is missing.")
    columns = [*needed, *known]
    if unknown := [name for name in frame if name not in columns]:
        raise ValueError(f"There is no column {unknown[0]!r} to write. There are {', '.join(columns)}.")


def _saved(
    frame: pd.DataFrame, rows: pd.DataFrame, save: Callable[[Row], _Outcome], alias: str, dry_run: bool
) -> pd.DataFrame:
    outcomes = [_outcome(save, row, alias, dry_run) for row in rows.to_dict("records")]
    dtypes = {"outcome": _OUTCOMES, "id": "Int64", "reason": "str"}
    return pd.DataFrame(outcomes, columns=list(dtypes)).astype(dtypes).set_axis(frame.index)


def _outcome(save: Callable[[Row], _Outcome], row: Row, alias: str, dry_run: bool) -> _Outcome:
    try:
        outcome = _perform(lambda: save(row), alias, dry_run)
    except ValidationError as error:
        reasons = (f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        return _Outcome("failed", None, " ".join(reasons))
    except DomainError as error:
        return _Outcome("failed", None, str(error))
    return outcome._replace(id=None) if dry_run and outcome.outcome == "created" else outcome


def _perform(write: Callable[[], Result], alias: str, dry_run: bool) -> Result:
    """In a dry run all the same, but in a transaction that is rolled back."""
    if not dry_run:
        return write()
    results = []

    @movieverse.atomic(alias)
    def tried() -> None:
        results.append(write())
        raise _TakenBack

    with suppress(_TakenBack):
        tried()
    return results[-1]


# --- Values of frames as the models want them -----------------------------------------------------


def _ids(column: pd.Series) -> set[int]:
    """To be looked up at once; what is no number fails with its row."""
    return {int(value) for value in pd.to_numeric(column, errors="coerce").dropna()}


def _is_unknown(value: Any) -> bool:
    return pd.api.types.is_scalar(value) and pd.isna(value)


def _value(name: str, value: Any) -> Any:
    field: Any = Movie._meta.get_field(name)
    if _is_unknown(value):
        return None if field.null or field.primary_key else field.get_default()
    if isinstance(field, models.IntegerField):
        return _whole(name, value)
    try:
        return field.to_python(value)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from None


def _whole(name: str, value: Any) -> int:
    """A column with gaps is one of floats: 9.0 is meant to be 9."""
    try:
        number = int(value)
    except (OverflowError, TypeError, ValueError):
        number = None
    if number is None or number != value:
        raise ValidationError({name: f"{value!r} is not a whole number."})
    return number
