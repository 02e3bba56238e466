"""What may be stored: a request's JSON becomes a node of the tree, or is refused."""

import json
import math
import re
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from .errors import Refused
from .tree import Node, Path

DEEPEST = 32  # levels of keys
LONGEST_KEY = 768  # bytes of UTF-8
LONGEST_STRING = 10 << 20  # bytes of UTF-8
INT64 = range(-(1 << 63), 1 << 63)

NOT_IN_KEYS = re.compile(r"[.$#\[\]/\x00-\x1f\x7f]")
PRIORITIES = (".priority", ".value")
UNREADABLE = "Invalid data; couldn't parse JSON object, array, or value."


def parse(body: bytes) -> Any:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)  # NaN and Infinity are Python's, not JSON's

    try:
        return json.loads(body.decode(), parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused(UNREADABLE) from None


def path_of_url(url: str) -> Path:
    if not url.endswith(".json"):
        raise Refused("append .json to your request URI to use the REST API.", 404)
    try:
        parts = [unquote_to_bytes(part).decode() for part in url.removesuffix(".json").split("/") if part]
    except UnicodeDecodeError:
        raise Refused("Invalid path: it is not UTF-8") from None
    return tuple(checked_key(part) for part in parts)


def path_in_update(key: str) -> Path:
    """An update's key may be a path to a deeper child."""
    if not (path := tuple(checked_key(part) for part in key.split("/") if part)):
        raise Refused(f"Invalid path {json.dumps(key)}: it names no child")
    return path


@lru_cache(4096)
def checked_key(key: str) -> str:
    if key in PRIORITIES:
        raise Refused(f'"{key}": priorities are not supported by this emulator; order by a child instead')
    shown = json.dumps(key if len(key) <= 100 else f"{key[:100]}…")
    if not key or NOT_IN_KEYS.search(key):
        raise Refused(
            f'Invalid key {shown}: keys must be non-empty and must not contain ".", "$", "#", "[", "]", "/"'
            " or ASCII control characters"
        )
    if length(key) > LONGEST_KEY:
        raise Refused(f"Invalid key {shown}: longer than {LONGEST_KEY} bytes")
    return key


def length(text: str) -> int:
    """In bytes of UTF-8, in which half a surrogate pair cannot be written."""
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise Refused("Invalid data; a string has half of a surrogate pair.") from None


def resolve(value: Any, old: Node, levels: int, now: int) -> Node:
    """The node for a JSON value that takes the place of `old`, with so many levels of keys left below it.

    Server values get their values: the time is `now`, in milliseconds.
    """
    if isinstance(value, list):
        value = {str(index): item for index, item in enumerate(value)}
    if not isinstance(value, dict):
        return _leaf(value)
    if ".sv" in value:
        return _server_value(value, old, now)
    if value and levels < 1:
        raise Refused(f"Invalid data; deeper than {DEEPEST} levels.")
    olds = old if isinstance(old, dict) else {}
    node: dict[str, Node] = {}
    for key, item in value.items():
        child = resolve(item, olds.get(checked_key(key)), levels - 1, now)
        if child is not None:
            node[key] = child
    return node or None


def _leaf(value: Any) -> Node:
    if isinstance(value, str):
        if length(value) > LONGEST_STRING:
            raise Refused(f"Invalid data; a string is longer than {LONGEST_STRING >> 20} MB.")
        return value
    if isinstance(value, int) and value not in INT64:
        value = _as_float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused("Invalid data; a number is too large.")
    return value


def _as_float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _server_value(value: dict[str, Any], old: Node, now: int) -> Node:
    match value:
        case {".sv": "timestamp", **others} if not others:
            return now
        case {".sv": {"increment": int() | float() as step, **options}, **others} if not (
            options or others or isinstance(step, bool)
        ):
            is_number = isinstance(old, int | float) and not isinstance(old, bool)
            return _leaf(old + step if is_number else step)  # type: ignore[operator]
    raise Refused(f'Invalid server value {json.dumps(value)[:100]}: there are "timestamp" and {{"increment": number}}')
