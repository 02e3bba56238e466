"""`fields=` and `expand=`: which members of a resource an answer has, and so which are worth reading."""

from collections.abc import Collection
from functools import cache, cached_property
from typing import Any

from django.http import QueryDict
from rest_framework.serializers import BaseSerializer, Serializer

from movieverse.api.problems import ParameterError

MOST_NAMES = {"fields": 100, "expand": 20}


@cache
def members_of(serializer_class: type[Serializer]) -> tuple[str, ...]:
    return tuple(name for name, field in serializer_class().fields.items() if not field.write_only)


def expandable_of(serializer_class: Any) -> tuple[str, ...]:
    """A serializer's `Meta.expandable`: what costs enough to be left out unless somebody asks for it."""
    return getattr(getattr(serializer_class, "Meta", None), "expandable", ())


def ordinary_of(serializer_class: type[Serializer]) -> list[str]:
    expandable = expandable_of(serializer_class)
    return [name for name in members_of(serializer_class) if name not in expandable]


def hidden_members(parameters: QueryDict, serializer_class: type[Serializer]) -> frozenset[str]:
    """What is to be left out: `fields` narrows the ordinary members, `expand` adds others. An `id` stays."""
    expandable = expandable_of(serializer_class)
    shown = _names(parameters, "expand", expandable)
    if "fields" not in parameters:
        return frozenset(expandable) - shown
    shown |= _names(parameters, "fields", ordinary_of(serializer_class))
    return frozenset(members_of(serializer_class)) - shown - {"id"}


def _names(parameters: QueryDict, parameter: str, allowed: Collection[str]) -> frozenset[str]:
    if parameter not in parameters:
        return frozenset()
    names = [name.strip() for name in str(parameters[parameter]).split(",")]
    if len(names) > MOST_NAMES[parameter]:
        raise ParameterError(parameter, f"{parameter} takes at most {MOST_NAMES[parameter]} names.")
    for name in names:
        if name not in allowed:
            there_are = f"{parameter} takes names out of {', '.join(allowed)}, with a comma between them"
            raise ParameterError(parameter, f"There is no {name!r} here: {there_are}.", allowed=list(allowed))
    return frozenset(names)


class SelectionMixin:
    """For a view whose `serializer_class` is what it answers a GET with."""

    request: Any
    serializer_class: Any

    def selection_parameters(self) -> list[str]:
        if self.serializer_class is None:
            return []
        return ["fields", "expand"] if expandable_of(self.serializer_class) else ["fields"]

    @cached_property
    def hidden(self) -> frozenset[str]:
        if self.serializer_class is None:
            return frozenset()
        return hidden_members(self.request.query_params, self.serializer_class)

    def wants(self, member: str) -> bool:
        """Whether the answer has this member: what only it needs is not read for nothing."""
        return member not in self.hidden

    def serialized(self, rows: Any, context: dict[str, Any], *, many: bool = False) -> Any:
        serializer: BaseSerializer = self.serializer_class(rows, many=many, context=context)
        shown: Any = serializer.child if many else serializer  # type: ignore[attr-defined]  # of a list
        for member in self.hidden:
            del shown.fields[member]
        return serializer.data
