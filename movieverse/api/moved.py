"""Rows that are other ones by now: whoever asks for one is sent on, with the same method and body.

Which they are is asked only where a row is not found, so that those that are there cost nothing more.
"""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError
from rest_framework.request import Request

_SURVIVORS: dict[str, Callable[[int], int | None]] = {}


def survivors(id_name: str, survivor_of: Callable[[int], int | None]) -> None:
    """Have rows whose id a path calls so looked for where they went. None: nowhere."""
    _SURVIVORS[id_name] = survivor_of


def may_move(path: str) -> bool:
    """Whether a path of the schema names rows that may be other ones one day."""
    return any(f"{{{name}}}" in path for name in _SURVIVORS)


def survivor_asked_for(kwargs: dict[str, Any]) -> tuple[str, int] | None:
    """By a path's parameters: what the id is called, and which row it is by now."""
    for name in _SURVIVORS.keys() & kwargs.keys():
        if survivor := _found(name, kwargs[name]):
            return name, survivor
    return None


def _found(name: str, pk: int) -> int | None:
    """Whoever cannot tell now says that there is none, as it is."""
    try:
        return _SURVIVORS[name](pk)
    except DatabaseError:
        return None


def address(request: Request, name: str, pk: int) -> str:
    """The one asked for, with another row's id."""
    route: Any = request.resolver_match
    parts = request.path.split("/")
    place = next(index for index, part in enumerate(route.route.split("/"), 1) if part.endswith(f":{name}>"))
    parts[place] = str(pk)
    query = request.META.get("QUERY_STRING", "")
    return request.build_absolute_uri("/".join(parts) + (f"?{query}" if query else ""))
