"""Ratings that may be there, brought into the store by way of a table of the transaction's own.

So the store compares what is new with what it has. The statements are the same on every engine; none names that table
twice, which MySQL does not take.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connections

from apps.reviews import stores
from apps.reviews.models import Rating, RatingBatch, RatingChange
from movieverse.bulk import Counts

_INCOMING = "incoming_rating"
_quoted = partial(stores.quoted, "reviews")
# A merge of two movies meanwhile may have brought together what the batch itself says of both.
_DIFFERS = "r.value <> i.value AND (r.batch_id IS NULL OR r.batch_id <> %s)"


def merge(rows: Any, batch: RatingBatch | None, upsert: bool) -> Counts:
    """Rows with the table's columns. A rating that is there and differs is noted, to be changed later.

    Without a batch nothing is written but what becomes of them is told.
    """
    fields = {field.column: field for field in Rating._meta.concrete_fields}
    types = ", ".join(f"{_quoted([name])} {fields[name].db_type(connections['reviews'])}" for name in rows.columns)
    with stores.temporary("reviews", _INCOMING, types), connections["reviews"].cursor() as cursor:
        stores.load("reviews", _INCOMING, rows)
        users = rows["user_id"].min(), rows["user_id"].max()
        own = batch.pk if batch else 0
        cursor.execute(f"SELECT COUNT(*), SUM(CASE WHEN {_DIFFERS} THEN 1 ELSE 0 END) {_joined('JOIN')}", [own, *users])
        there, different = (int(number or 0) for number in cursor.fetchone())
        updated = different if upsert else 0
        if batch and updated:
            _note_changes(cursor, batch, users)
        created = len(rows) - there
        if batch and created:
            _add_missing(cursor, rows.columns, users)
    return Counts(created=created, updated=updated, unchanged=there - updated)


def _note_changes(cursor: Any, batch: RatingBatch, users: tuple[int, int]) -> None:
    columns = _quoted(["batch_id", "rating_id", "before", "before_at", "after"])
    cursor.execute(
        f"INSERT INTO {_quoted([RatingChange._meta.db_table])} ({columns}) "
        f"SELECT %s, r.id, r.value, r.updated_at, i.value {_joined('JOIN')} WHERE {_DIFFERS}",
        [batch.pk, *users, batch.pk],
    )


def _add_missing(cursor: Any, columns: Sequence[str], users: tuple[int, int]) -> None:
    given = ", ".join(f"i.{name}" for name in map(_quoted, ([name] for name in columns)))
    cursor.execute(
        f"INSERT INTO {_quoted([Rating._meta.db_table])} ({_quoted(columns)}) "
        f"SELECT {given} {_joined('LEFT JOIN')} WHERE r.id IS NULL",
        users,
    )


def _joined(kind: str) -> str:
    """Between two users: no engine has to find out that it need not read all ratings."""
    return (
        f"FROM {_INCOMING} i {kind} {_quoted([Rating._meta.db_table])} r "
        "ON r.user_id = i.user_id AND r.movie_id = i.movie_id AND r.user_id BETWEEN %s AND %s"
    )
