"""How checks read: in batches, so that memory does not grow with the number of rows."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from tqdm import tqdm

Row = TypeVar("Row", bound=Model)


def in_batches(rows: QuerySet[Row], size: int) -> Iterator[list[Row]]:
    """All rows by their primary key, no more than `size` in memory. No cursor is left open on the server meanwhile."""
    rows = rows.order_by("pk")
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:size])


def values_in_batches(rows: QuerySet[Any], column: str, size: int) -> Iterator[list[int]]:
    """The different values of a column that an index begins with, in their order: the rows themselves stay unread."""
    values = rows.order_by(column).values_list(column, flat=True).distinct()
    batch = list(values[:size])
    while batch:
        yield batch
        batch = list(values.filter(**{f"{column}__gt": batch[-1]})[:size])


class Reader:
    """Hands checks their batches. Others also tell how far it has come."""

    def rows(self, rows: QuerySet[Row], size: int) -> Iterator[list[Row]]:
        return self.watched(in_batches(rows, size), rows)

    def values(self, rows: QuerySet[Any], column: str, size: int) -> Iterator[list[int]]:
        return self.watched(values_in_batches(rows, column, size))

    def watched(self, batches: Iterator[list[Any]], of: QuerySet[Any] | None = None) -> Iterator[list[Any]]:
        return batches


class WatchedReader(Reader):
    """With a progress bar for each kind of row."""

    def watched(self, batches: Iterable[list[Any]], of: QuerySet[Any] | None = None) -> Iterator[list[Any]]:
        total, unit = (None, "ids") if of is None else (of.count(), of.model._meta.verbose_name_plural)
        with tqdm(total=total, unit=f" {unit}", leave=False) as bar:
            for batch in batches:
                yield batch
                bar.update(len(batch))


def reader(*, quiet: bool = False) -> Reader:
    """With progress where somebody is watching."""
    return Reader() if quiet or not sys.stderr.isatty() else WatchedReader()
