"""`orderBy` and what goes with it: which children of a node, by the documented order across types."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from .errors import Refused
from .tree import Node, Path, find
from .values import parse, path_in_update

Rank: TypeAlias = tuple[Any, ...]
Position: TypeAlias = tuple[Any, ...]  # in the order: (rank of the value, rank of the key, key) or the beginning of it

KEY = "$key"
VALUE = "$value"
FILTERS = ("startAt", "startAfter", "endAt", "endBefore", "equalTo", "limitToFirst", "limitToLast")

FIRST: Position = ()
AFTER_EQUALS = (2,)  # as the second part of a position: after all keys
LAST: Position = ((9,),)
INTEGER = re.compile(r"-?[0-9]{1,10}")
INT32 = range(-(1 << 31), 1 << 31)


def rank_of_value(value: Any) -> Rank:
    """Null, false, true, numbers, strings, objects."""
    if isinstance(value, str):
        return 4, _utf16(value)
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (2,) if value else (1,)
    return (3, value) if isinstance(value, int | float) else (5,)


def rank_of_key(key: str) -> Rank:
    """Those that are 32-bit integers go first, as numbers."""
    if INTEGER.fullmatch(key) and int(key) in INT32:
        return 0, int(key), len(key)
    return 1, _utf16(key)


def _utf16(text: str) -> bytes:
    """Strings compare as in Java and JavaScript, by code units: a character beyond U+FFFF precedes U+E000."""
    return text.encode("utf-16-be", "surrogatepass")


@dataclass(frozen=True)
class Order:
    """What children are ordered by: `$key`, `$value` or the path of a child of theirs."""

    by: str
    path: Path = ()

    @classmethod
    def parse(cls, text: str) -> "Order":
        problem = "orderBy must be a valid JSON encoded path"
        by = _parsed(text, problem)
        if not isinstance(by, str):
            raise Refused(problem)
        if by == "$priority":
            raise Refused("orderBy: priorities are not supported by this emulator; order by a child instead")
        return cls(by) if by in (KEY, VALUE) else cls(by, path_in_update(by))

    def rank_of_bound(self, value: Any) -> Rank:
        if self.by != KEY:
            return rank_of_value(value)
        if not isinstance(value, str):
            raise Refused("Constraint key field must be a JSON string when ordered by key")
        return rank_of_key(value)

    def position(self, key: str, child: Node) -> Position:
        key_rank = rank_of_key(key)
        return (key_rank if self.by == KEY else rank_of_value(find(child, self.path)), key_rank, key)


@dataclass(frozen=True)
class Query:
    order: Order
    start: Position = FIRST
    end: Position = LAST
    first: int | None = None
    last: int | None = None

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "Query | None":
        given = {name: parameters[name] for name in FILTERS if name in parameters}
        if "orderBy" not in parameters:
            if given:
                raise Refused("orderBy must be defined when other query parameters are defined")
            return None
        _refuse_contradictions(given)
        order = Order.parse(parameters["orderBy"])
        limits = {name: _limit(name, text) for name, text in given.items() if name.startswith("limit")}
        bounds = {name: order.rank_of_bound(_primitive(text)) for name, text in given.items() if name not in limits}
        start, end = FIRST, LAST
        for name, rank in bounds.items():
            if name in ("startAt", "equalTo"):
                start = (rank,)
            if name in ("endAt", "equalTo"):
                end = (rank, AFTER_EQUALS)
            if name == "startAfter":
                start = (rank, AFTER_EQUALS)
            if name == "endBefore":
                end = (rank,)
        return cls(order, start, end, limits.get("limitToFirst"), limits.get("limitToLast"))

    @property
    def is_limited(self) -> bool:
        return self.first is not None or self.last is not None

    def admits(self, key: str, child: Node) -> bool:
        return self.start <= self.order.position(key, child) < self.end


def _refuse_contradictions(given: Mapping[str, str]) -> None:
    for names in (
        ("limitToFirst", "limitToLast"),
        ("startAt", "startAfter", "equalTo"),
        ("endAt", "endBefore", "equalTo"),
    ):
        found = [name for name in names if name in given]
        if len(found) > 1:
            raise Refused(f"{found[0]} and {found[1]} cannot be used together")


def _limit(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) > 0):
        raise Refused(f"{name} must be a positive integer")
    return int(text)


def _primitive(text: str) -> Any:
    problem = "Constraint index field must be a JSON primitive"
    value = _parsed(text, problem)
    if isinstance(value, dict | list):
        raise Refused(problem)
    return value


def _parsed(text: str, problem: str) -> Any:
    try:
        return parse(text.encode())
    except Refused:
        raise Refused(problem) from None
