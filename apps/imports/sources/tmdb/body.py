"""JSON as TMDB sends it, read so that no single value spoils the rest.

Keys may be missing, null, of another type, or numbers written as texts. What can be read is; what cannot be used is
told, as a problem with its place in the body, and the rest is used without it.
"""

import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from apps.catalog.records import Problem

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_WHOLE = 2**31 - 1


class BadBody(Exception):
    """A body that nothing can be made of."""

    def __init__(self, column: str, value: Any, reason: str) -> None:
        super().__init__(f"{column}: {str(value)[:80]!r} {reason}")


class Body:
    """An object within a body. Its readers give what is empty for what is not there or cannot be used."""

    def __init__(self, value: Any, place: str, problems: list[Problem], within: str = "") -> None:
        self.place, self.problems, self._within = place, problems, within
        self._values: dict[Any, Any] = value if isinstance(value, dict) else {}

    def text(self, key: Any, most: int | None = None) -> str:
        value = self._values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self.refuse(key, "is no text") or ""
        text = value.strip()
        if _UNSTORABLE.search(text):
            return self.refuse(key, "has characters that not every store can hold") or ""
        if most and len(text) > most:
            return self.refuse(key, f"has {len(text):,} characters; {most:,} are the most") or ""
        return text

    def matching(self, key: str, pattern: re.Pattern[str], wanted: str) -> str:
        text = self.text(key)
        return text if not text or pattern.fullmatch(text) else self.refuse(key, f"is not {wanted}") or ""

    def whole(self, key: Any, most: int = _WHOLE) -> int | None:
        number = self.number(key)
        if number is None:
            return None
        if not float(number).is_integer():
            return self.refuse(key, "is not a whole number")
        return int(number) if number <= most else self.refuse(key, f"is more than {most:,}")

    def positive(self, key: Any, most: int = _WHOLE) -> int | None:
        """TMDB writes 0 for what it does not know."""
        return self.whole(key, most) or None

    def number(self, key: Any) -> float | None:
        value = self._values.get(key)
        if value is None or value == "":
            return None
        number = _number(value)
        if number is None:
            return self.refuse(key, "is not a number")
        return number if number >= 0 else self.refuse(key, "is negative")

    def day(self, key: str) -> date | None:
        """A date, also of a moment."""
        text = self.text(key)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            return self.refuse(key, "is not a date such as 1995-12-15")

    def flag(self, key: str) -> bool:
        return self._values.get(key) is True

    def object(self, key: str) -> "Body":
        value = self._values.get(key)
        if value is not None and not isinstance(value, dict):
            self.refuse(key, "is no object")
        return self._inner(value, key)

    def objects(self, key: str) -> Iterator["Body"]:
        for number, item in enumerate(self._items(key)):
            if isinstance(item, dict):
                yield self._inner(item, f"{key}[{number}]")
            else:
                self.refuse(f"{key}[{number}]", "is no object", item)

    def texts(self, key: str, most: int) -> list[str]:
        """Each once."""
        items = self.numbered(key)
        found = (items.text(number, most) for number in items._values)
        return list(dict.fromkeys(text for text in found if text))

    def numbered(self, key: str) -> "Body":
        """The items of a list, by their places in it."""
        return self._inner(dict(enumerate(self._items(key))), key)

    def refuse(self, key: Any, reason: str, value: Any = None) -> Any:
        shown = self._values.get(key) if value is None else value
        self.problems.append(Problem(self.place, f"{self._within}{key}", str(shown), reason, row_is_used=True))

    def __bool__(self) -> bool:
        return bool(self._values)

    def _inner(self, value: Any, key: str) -> "Body":
        return Body(value, self.place, self.problems, f"{self._within}{key}.")

    def _items(self, key: str) -> list[Any]:
        value = self._values.get(key)
        if value is not None and not isinstance(value, list):
            self.refuse(key, "is no list")
        return value if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    """Whole ones stay exact."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
        number = float(number) if isinstance(number, str) else number
        return number if math.isfinite(number) else None
    except (ValueError, OverflowError):
        return None
