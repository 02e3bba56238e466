"""Keys and values as the Realtime Database can hold them, and back as they were.

It has no null, no empty list or object, takes an object with the keys 0, 1, 2 for a list, forbids some letters in keys,
and is read by programs for which a number has 53 bits. What it cannot hold as it is gets a name that begins with `~`.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import DataError

BIGGEST_NUMBER = 2**53 - 1
LONGEST_KEY = 768  # bytes
LONGEST_TEXT = 10 * 1024 * 1024  # bytes
DEEPEST = 32 - 5  # levels of nested JSON: the column is at the fifth, behind a path of one part

# The letters that the store forbids, our own sign, and numbers that would make a list of an object.
_ESCAPED = re.compile(r"[.$#\[\]/~\x00-\x1f\x7f]|^[0-9](?=[0-9]*\Z)")
_ESCAPE = re.compile(r"~([0-9A-F]{2})")
_EMPTY_KEY = "~empty"


class Document(NamedTuple):
    """Nested JSON that is encoded already."""

    encoded: Any


def row_key(pk: Any) -> str:
    """The key of a row, readable for whoever looks: numbers stay numbers."""
    text = str(pk)
    return text if text.isdecimal() else key_of(text)


def key_of(name: str) -> str:
    key = _ESCAPED.sub(lambda found: f"~{ord(found[0]):02X}", _text(name)) or _EMPTY_KEY
    if len(key.encode()) > LONGEST_KEY:
        raise DataError(f"The key {name[:40]!r}… is longer than the {LONGEST_KEY} bytes that the store allows.")
    return key


def name_of(key: str) -> str:
    return "" if key == _EMPTY_KEY else _ESCAPE.sub(lambda found: chr(int(found[1], 16)), key)


def stored(value: Any) -> Any:
    """A column's value, prepared by its field, as it is written. None is written as nothing."""
    if isinstance(value, int) and abs(value) > BIGGEST_NUMBER:
        raise DataError(f"{value} is too big a number: the store keeps them up to {BIGGEST_NUMBER}.")
    return compared(value)


def compared(value: Any) -> Any:
    """As `stored`; a number that is too big is only none of those that are."""
    if isinstance(value, Document):
        return value.encoded
    if isinstance(value, list | tuple):
        return encoded(list(value)) if value else None
    return value if value is None else _scalar(value)


def encoded(value: Any, depth: int = 0) -> Any:
    """Nested JSON, with what the store would drop or change under a name of its own."""
    if depth > DEEPEST:
        raise DataError(f"JSON is nested more than the {DEEPEST} levels deep that the store allows.")
    if isinstance(value, dict):
        return {key_of(name): encoded(item, depth + 1) for name, item in value.items()} or {"~dict": True}
    if isinstance(value, list):
        return [encoded(item, depth + 1) for item in value] or {"~list": True}
    if value is None:
        return {"~null": True}
    if isinstance(value, int) and abs(value) > BIGGEST_NUMBER:
        return {"~int": str(value)}
    return _scalar(value)


_MARKS: dict[str, Callable[[Any], Any]] = {
    "~dict": lambda _: {},
    "~list": lambda _: [],
    "~null": lambda _: None,
    "~int": int,
}


def decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, item),) = value.items()
        if key in _MARKS:
            return _MARKS[key](item)
    return {name_of(key): decoded(item) for key, item in value.items()}


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise DataError(f"{value} is no number that the store can hold.")
    if not isinstance(value, bool | int | float):
        raise DataError(f"The store cannot hold {value!r}, which is a {type(value).__name__}.")
    return value


def _text(value: str) -> str:
    try:
        length = len(value.encode())
    except UnicodeEncodeError:
        raise DataError(f"{value!r} is no text: it has half of a letter.") from None
    if length > LONGEST_TEXT:
        raise DataError(f"{value[:40]!r}… is longer than the {LONGEST_TEXT:,} bytes that the store allows.")
    return value


# --- Order ----------------------------------------------------------------------------------------


def in_order(value: Any) -> Any:
    """What values of one column are compared by: text by its UTF-16 units, as the store does."""
    return value.encode("utf-16-be") if isinstance(value, str) else value


def in_order_of_numbers(value: str | None) -> Decimal | None:
    """For decimals, which are kept as text so that none loses a digit."""
    return None if value is None else Decimal(value)
