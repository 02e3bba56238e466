"""How a store tells that profiles have changed: a module for each way, with `changes(listened, stopped)`."""

from collections.abc import Callable, Collection, Iterator
from importlib import import_module
from threading import Event

from django.db import connections

_MODULES = {"firebase": "firebase"}

Listened = Callable[[], Collection[int]]


def changes(listened: Listened, stopped: Event) -> Iterator[set[int] | None]:
    """The members whose profiles have changed, at least of those listened for; None: any may have.

    It ends some time after `stopped` is set. What was changed before it is first asked may be missing.
    """
    name = _MODULES.get(connections["profiles"].vendor, "polling")
    module = import_module(f"{__name__}.{name}")
    yield from module.changes(listened, stopped)
