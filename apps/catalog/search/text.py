"""Text as the index holds it and as a query asks for it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from movieverse.text import fold, sort_key

LONGEST_START = 15  # letters; longer beginnings are looked for among the whole names
_REMEMBERED = 50_000  # names


def compact(name: str) -> str:
    """Letters and digits alone: `Spider-Man` and `spiderman` are one. Of a name without any, what there is."""
    return fold(name).replace(" ", "") or name.casefold().strip()


def keys(names: Iterable[str]) -> list[str]:
    """What a whole name is found by: with its leading article and without."""
    return list(dict.fromkeys(key for name in names if name.strip() for key in _keys_of(name)))


@lru_cache(_REMEMBERED)  # a film's people and their characters are mostly others' as well
def _keys_of(name: str) -> tuple[str, str]:
    return compact(name), compact(sort_key(name))


def starts(whole: Iterable[str]) -> list[str]:
    """All beginnings of keys, up to LONGEST_START letters."""
    return list(dict.fromkeys(start for key in whole for start in _starts(key)))


def _starts(key: str) -> Iterator[str]:
    return (key[:length] for length in range(1, min(len(key), LONGEST_START) + 1))


def words(text: str) -> list[str]:
    return fold(text).split()


def bag(texts: Iterable[str]) -> str:
    """Each word of several texts once, for a field of which it only matters whether it has a word."""
    given = list(texts)
    at_once = " ".join(filter(str.isascii, given))  # which takes a fraction of the time
    others = (text for text in given if not text.isascii())
    return " ".join(dict.fromkeys(word for text in (at_once, *others) for word in words(text)))
