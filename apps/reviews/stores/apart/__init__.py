"""A table apart, for rows of a model that has none yet: a server takes them faster without indexes.

When all are there it gets them, and takes the own table's place, with what has been written there meanwhile. Where that
cannot be, because more hangs on the own table or somebody has it for long, its rows are copied.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ["LONGEST", "NUMBERS", "Index", "TableApart"]

NUMBERS = 2**31  # more than the own table gives away meanwhile
LONGEST = 3600  # seconds, for an index, or to copy all rows


class Index(NamedTuple):
    name: str
    columns: list[str]
    constraint: str = ""

    @property
    def kind(self) -> str:
        return "UNIQUE INDEX" if self.constraint else "INDEX"


class TableApart(ABC):
    """Of a connection and a model. The transactions are the caller's, as far as a store has them for tables."""

    def __init__(self, connection: Any, model: Any) -> None:
        self._connection, self._model = connection, model
        self._own = model._meta.db_table
        self.name = f"{self._own}_apart"

    @abstractmethod
    def begin(self) -> int | None:
        """Make it. Returns the id before its first; None if the own table is more than what migrations make of it."""

    @abstractmethod
    def may_take_place(self) -> bool:
        """The own table is not more than that."""

    def indexes(self) -> Iterator[Index]:
        """What it has to get."""
        for constraint in self._model._meta.constraints:
            yield Index(constraint.name, list(constraint.fields), "UNIQUE")
        for one in self._model._meta.indexes:
            yield Index(one.name, list(one.fields))

    @abstractmethod
    def make_ready(self) -> Iterator[None]:
        """Its indexes, step by step, for each takes long. What somebody else is just making is waited for."""

    @abstractmethod
    def take_place(self, last: int) -> bool:
        """Of the own table, whose rows with ids up to `last` come along.

        False where somebody reads or writes just now: who waited for that would hold up others.
        """

    def has_taken_place(self) -> bool:
        """Whoever let it take the place may not have come to note that."""
        return False

    @abstractmethod
    def copy(self) -> None:
        """Its rows into the own table, as new ones of that, however long it takes."""

    @abstractmethod
    def drop(self) -> None:
        """It, and what it has left."""

    @property
    def _columns(self) -> str:
        """All but the id: two tables give them away, so one may be another row's."""
        return ", ".join(field.column for field in self._model._meta.concrete_fields if not field.primary_key)
