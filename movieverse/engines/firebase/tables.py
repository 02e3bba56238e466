"""Which tables there are, and the numbers that their keys are counted by. Both lie beside the tables."""

import random
import time
from collections.abc import Callable, Iterable
from typing import Any

from .tree import Tree

TABLES, NUMBERS = "_tables", "_numbers"


class TablesMixin:
    tree: Tree
    ask: Callable[..., Any]
    update: Callable[..., None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._counters: dict[str, tuple[int, str]] = {}
        self._counted: set[tuple[str, int]] = set()  # numbers that were given out here and not used yet

    def forget(self) -> None:
        self._counters.clear()
        self._counted.clear()

    def next_numbers(self, name: str, count: int) -> range:
        """Count on. Numbers that are not used in the end are missing, as on other engines."""
        numbers = self._count_on(name, count)
        self._counted |= {(name, number) for number in numbers}
        return numbers

    def _count_on(self, name: str, count: int) -> range:
        wait = 0.001
        last, etag = self._counters.get(name) or self._counter(name)
        while True:
            counted, latest, etag = self.ask(lambda: self.tree.put_if(etag, last + count, NUMBERS, name))  # noqa: B023
            if counted:
                self._counters[name] = (last + count, etag)
                return range(last + 1, last + count + 1)
            last = latest or 0
            time.sleep(random.uniform(0, wait))  # noqa: S311
            wait = min(wait * 2, 0.1)

    def were_counted(self, name: str, numbers: set[int]) -> bool:
        """Whether all these were given out here and not used before."""
        counted = {(name, number) for number in numbers}
        are_counted = counted <= self._counted
        self._counted -= counted
        return are_counted

    def _counter(self, name: str) -> tuple[int, str]:
        last, etag = self.ask(lambda: self.tree.get(NUMBERS, name))
        return last or 0, etag

    def count_from(self, name: str, number: int) -> None:
        """Have the next number be a bigger one than this."""
        last, _ = self._counter(name)
        if number > last:
            self._counters.pop(name, None)
            self._count_on(name, number - last)

    def tables(self) -> set[str]:
        return self.ask(lambda: self.tree.keys(TABLES))  # type: ignore[no-any-return]

    def note_table(self, name: str) -> None:
        self.update({f"{TABLES}/{name}": True})

    def drop(self, tables: Iterable[str], *, forget: bool = False) -> None:
        """Delete all rows; with `forget` the tables, too."""
        self.forget()
        for table in tables:
            gone = {f"{TABLES}/{table}": None, f"{NUMBERS}/{table}": None} if forget else {}
            self.update({table: None, **gone})

    def destroy(self) -> None:
        self.forget()
        self.ask(lambda: self.tree.delete())
