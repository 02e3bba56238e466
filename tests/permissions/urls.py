"""What the URL map has: so a new address is one that the rules have to know."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Address(NamedTuple):
    route: str
    name: str  # with its namespaces
    view: Any

    @property
    def methods(self) -> list[str]:
        view = getattr(self.view, "cls", None) or getattr(self.view, "view_class", None)
        return [method for method in METHODS if hasattr(view, method.lower())]


def addresses(prefix: str) -> list[Address]:
    return [address for address in _walk(get_resolver().url_patterns) if address.route.startswith(prefix)]


def _walk(patterns: Iterable[Any], route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(here, ":".join((*spaces, pattern.name or "")), pattern.callback)
        elif isinstance(pattern, URLResolver):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern.url_patterns, here, (*spaces, *space))
