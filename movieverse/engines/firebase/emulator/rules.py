"""The `.indexOn` of a file of security rules. Its other rules are not evaluated."""

import json
from pathlib import Path
from typing import Any

from . import queries, tree
from .errors import CannotStart, Refused

VALUE = ".value"  # in rules; queries say $value


class Rules:
    """Without a file every order may be asked for."""

    def __init__(self, file: Path | None = None) -> None:
        self.rules = _read(file) if file else None

    def require_index(self, path: tree.Path, order: queries.Order) -> None:
        if self.rules is None or order.by == queries.KEY:
            return
        wanted = VALUE if order.by == queries.VALUE else "/".join(order.path)
        if wanted not in self._declared(path):
            place = "/" + "/".join(path)
            raise Refused(f'Index not defined, add ".indexOn": "{wanted}", for path "{place}", to the rules')

    def _declared(self, path: tree.Path) -> list[str]:
        rules: Any = self.rules
        for key in path:
            wild = next((name for name in rules if name.startswith("$")), None)
            rules = rules.get(key if key in rules else wild)
            if not isinstance(rules, dict):
                return []
        declared = rules.get(".indexOn", [])
        return [declared] if isinstance(declared, str) else declared


def _read(file: Path) -> dict[str, Any]:
    try:
        rules = json.loads(file.read_text(encoding="utf-8"))["rules"]
    except OSError as error:
        raise CannotStart(f"The rules in {file} cannot be read: {error.strerror}.") from None
    except (ValueError, LookupError, TypeError):
        rules = None
    if not isinstance(rules, dict):
        raise CannotStart(f'{file} has no rules: it must be JSON, {{"rules": {{…}}}}.')
    return rules
