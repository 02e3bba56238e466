"""Headers as answers tell of them: by some of their names, however many and however long these are."""

from collections.abc import Sequence

_MOST, _LONGEST = 50, 200  # names; characters of one


def shown(header: Sequence[str]) -> list[str]:
    return [cut(name, _LONGEST) for name in header[:_MOST]]


def not_shown(header: Sequence[str]) -> int:
    return max(0, len(header) - _MOST)


def listed(header: Sequence[str]) -> str:
    more = not_shown(header)
    return (", ".join(shown(header)) or "none") + (f" and {more:,} more" if more else "")


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
