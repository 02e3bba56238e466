"""Queries to measure the search by, drawn from the titles of a data set by nothing but a hash.

`python -m benchmarks.search_queries` writes them down: the demo set's as they are; of TMDB 5000's, which are not ours
to copy, what they have to come to when they are drawn again.
"""

import hashlib
import json
import os
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from apps.catalog.records import MovieRecord
from apps.catalog.search import text
from apps.imports.sources import demo, tmdb5000

FILE = Path(__file__).with_name("data") / "search_queries.json"
_PROJECT = Path(__file__).parents[1]

SEED = "movieverse search 1"
OF_EACH_KIND = 500  # or as many as there are
PREFIX_LETTERS = range(5, 13)
MOST_SHARING = 19  # titles that begin like a prefix
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


class Query(NamedTuple):
    kind: str
    text: str
    meant: str  # the title's own id in its set


def demo_titles() -> list[MovieRecord]:
    return demo.read(_PROJECT / "seed" / "data" / "demo").movies


def tmdb5000_titles() -> list[MovieRecord] | None:
    """None where the data set is not at hand."""
    folder = tmdb5000_folder()
    return tmdb5000.read([folder]).movies if folder else None


def tmdb5000_folder() -> Path | None:
    folder = Path(os.environ.get("DATA_DIR") or _PROJECT.parent / "shared" / "data") / "tmdb5000"
    return folder if folder.is_dir() else None


def drawn(titles: Sequence[MovieRecord]) -> list[Query]:
    return [query for kind, ask in _kinds(titles).items() for query in _of_kind(kind, ask, titles)]


def digest(queries: Sequence[Query]) -> str:
    return hashlib.sha256(json.dumps(queries).encode()).hexdigest()


def key_of(title: MovieRecord) -> str:
    return str(title.ids[0])


Ask = Callable[[MovieRecord, random.Random], str | None]


def _of_kind(kind: str, ask: Ask, titles: Sequence[MovieRecord]) -> list[Query]:
    ordered = sorted(titles, key=lambda title: _hash(kind, key_of(title)))
    asked = ((title, ask(title, random.Random(_hash(kind, key_of(title))))) for title in ordered)
    return [Query(kind, query, key_of(title)) for title, query in asked if query][:OF_EACH_KIND]


def _hash(kind: str, key: str) -> str:
    return hashlib.sha256(f"{SEED}:{kind}:{key}".encode()).hexdigest()


def _kinds(titles: Sequence[MovieRecord]) -> dict[str, Ask]:
    keys = [text.compact(title.title) for title in titles]
    sharing = Counter(key[:letters] for key in keys for letters in PREFIX_LETTERS if letters <= len(key))
    return {
        "exact title": lambda title, chance: title.title,
        "title and year": _with_year,
        "one error": _with_error,
        "prefix": lambda title, chance: _prefix(title.title, chance, sharing),
    }


def _with_year(title: MovieRecord, chance: random.Random) -> str | None:
    year = title.release_date.year if title.release_date else title.release_year
    return f"{title.title} {year}" if year else None


def _with_error(title: MovieRecord, chance: random.Random) -> str | None:
    """One wrong, missing, extra or swapped letter in one word of four letters or more."""
    words = list(_LONG_WORD.finditer(title.title))
    if not words:
        return None
    word = chance.choice(words)
    made = chance.choice([_wrong, _missing, _extra, _swapped])(word[0], chance)
    return title.title[: word.start()] + made + title.title[word.end() :]


def _wrong(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    letter = chance.choice([letter for letter in string.ascii_lowercase if letter != word[at].lower()])
    return word[:at] + letter + word[at + 1 :]


def _missing(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _extra(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) + 1)
    return word[:at] + chance.choice(string.ascii_lowercase) + word[at:]


def _swapped(word: str, chance: random.Random) -> str:
    unlike = [at for at in range(len(word) - 1) if word[at].lower() != word[at + 1].lower()]
    at = chance.choice(unlike)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _prefix(title: str, chance: random.Random, sharing: Counter[str]) -> str | None:
    key = text.compact(title)
    lengths = [n for n in PREFIX_LETTERS if n <= len(key) and sharing[key[:n]] <= MOST_SHARING]
    if not lengths:
        return None
    letters = chance.choice(lengths)
    return next(title[:end] for end in range(1, len(title) + 1) if len(text.compact(title[:end])) >= letters)


def main() -> None:
    kept: dict[str, Any] = {"seed": SEED, "demo": {}}
    for query in drawn(demo_titles()):
        kept["demo"].setdefault(query.kind, {})[query.meant] = query.text
    if titles := tmdb5000_titles():
        kept["tmdb5000"] = digest(drawn(titles))
    FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
