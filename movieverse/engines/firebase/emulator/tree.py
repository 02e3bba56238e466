"""The data: nested dicts of what JSON has but arrays, with neither null nor an empty object anywhere inside."""

import base64
import hashlib
import json
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str, ...]
Node: TypeAlias = "bool | int | float | str | dict[str, Node] | None"

NO_ETAG = "null_etag"


def find(node: Node, path: Path) -> Node:
    for key in path:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def replace(node: Node, path: Path, value: Node) -> Node:
    """The node with another value at the path. Dicts are changed in place; one that gets empty goes."""
    if not path:
        return value
    if not isinstance(node, dict):
        if value is None:
            return node
        node = {}
    child = replace(node.get(path[0]), path[1:], value)
    if child is None:
        node.pop(path[0], None)
    else:
        node[path[0]] = child
    return node or None


def export(node: Node) -> Any:
    """A copy as clients see it: an object whose keys are mostly the numbers from 0 on is an array."""
    if not isinstance(node, dict):
        return node
    return as_array({key: export(child) if isinstance(child, dict) else child for key, child in node.items()})


def as_array(children: dict[str, Any]) -> dict[str, Any] | list[Any]:
    """Google's rule: all keys are integers, and more than half of those from 0 to the highest have a value."""
    highest = -1
    for key in children:
        if not (key.isascii() and key.isdigit()) or (key[0] == "0" and key != "0") or len(key) > 9:
            return children
        highest = max(highest, int(key))
    if not children or 2 * len(children) <= highest + 1:
        return children
    return [children.get(str(index)) for index in range(highest + 1)]


def etag(exported: Any) -> str:
    """The same for the same content, however it came about."""
    if exported is None:
        return NO_ETAG
    content = json.dumps(exported, sort_keys=True, separators=(",", ":"))
    return base64.b64encode(hashlib.sha1(content.encode(), usedforsecurity=False).digest()).decode()
