"""What somebody who searches may mean, and the rows that are meant by it."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tantivy import Occur, Query

from apps.catalog.search import text
from apps.catalog.search.schema import SCHEMA
from movieverse.text import fold, sort_key

LONGEST = 200  # characters
YEARS = range(1870, 2101)

# Letters: with fewer too many names begin, or are but one letter away.
_LEAST_OF_A_MISTYPED_NAME, _LEAST_OF_A_MISTYPED_WORD = 3, 4
_LEAST_OF_A_MISTYPED_START = 5
_LEAST_OF_A_WORD_BEGUN = 2
_MOST_MISTYPED = 6  # words; to look for one with an error takes a millisecond
_DATED = re.compile(r"(.*\S)(?:\s+|\s*[(\[])(\d{4})[)\]]?", re.DOTALL)


class Reading(NamedTuple):
    """One way to understand a query: as a name, or as a name and a year."""

    name: str
    year: int | None = None

    @property
    def key(self) -> str:
        return text.compact(self.name)[:LONGEST]  # one character may stand for eighteen letters

    @property
    def words(self) -> list[str]:
        return list(dict.fromkeys(fold(self.name)[:LONGEST].split()))


def cleaned(query: str) -> str:
    """Without what is in no name, and what stores and the index refuse: NUL, and half a surrogate pair."""
    return query.replace("\0", " ").encode("utf-8", "ignore").decode().strip()


def readings_of(query: str) -> list[Reading]:
    """`heat 1995` is a name, and also a name and a year. The query has been cleaned."""
    dated = _DATED.fullmatch(query)
    if dated and int(dated[2]) in YEARS:
        return [Reading(query), Reading(dated[1], int(dated[2]))]
    return [Reading(query)]


# The rows that a reading means in one way; None where it cannot mean any.
Match = Callable[[Reading], Query | None]


def matching(match: Match, readings: Iterable[Reading]) -> Query | None:
    """What any of the readings means, each in its year."""
    return any_of(_in_its_year(match(reading), reading.year) for reading in readings)


def _in_its_year(query: Query | None, year: int | None) -> Query | None:
    return query if query is None or year is None else _all_of([query, term("year", year)])


def named(reading: Reading) -> Query:
    return term("name", reading.key)


def also_named(reading: Reading) -> Query | None:
    """By another name, or but for a leading article."""
    return any_of([term("other_name", reading.key), term("name", text.compact(sort_key(reading.name)))])


def begun(reading: Reading) -> Query:
    return _begun("start", "name", reading.key)


def also_begun(reading: Reading) -> Query:
    """Another name."""
    return _begun("other_start", "other_name", reading.key)


def _begun(start: str, whole: str, key: str) -> Query:
    return term(start, key) if len(key) <= text.LONGEST_START else _beginning(whole, key)


def credited(reading: Reading) -> Query:
    """Titles in which somebody of this name works, or is played."""
    return term("person_name", reading.key)


def misnamed(reading: Reading) -> Query | None:
    key = reading.key
    return _mistyped("name", key) if len(key) >= _LEAST_OF_A_MISTYPED_NAME else None


def misbegun(reading: Reading) -> Query | None:
    key = reading.key
    if len(key) < _LEAST_OF_A_MISTYPED_START:
        return None
    return _mistyped("start", key) if len(key) < text.LONGEST_START else _mistyped("name", key, begun=True)


def with_words(reading: Reading) -> Query | None:
    """All in names, in whatever order; the last one may be the beginning of a word."""
    *words, last = reading.words or [""]
    return _all_of([*(term("word", word) for word in words), _word_begun(last)]) if last else None


def with_mistyped_words(reading: Reading) -> Query | None:
    words = reading.words
    if not 0 < len(words) <= _MOST_MISTYPED:
        return None
    return _all_of([_word_mistyped(word) for word in words])


def with_words_anywhere(reading: Reading) -> Query | None:
    return _all_of([term("text", word) for word in reading.words]) if reading.words else None


def _word_begun(word: str) -> Query:
    return _beginning("word", word) if len(word) >= _LEAST_OF_A_WORD_BEGUN else term("word", word)


def _word_mistyped(word: str) -> Query:
    """Of numbers each is another one, not the same with an error."""
    may_be = len(word) >= _LEAST_OF_A_MISTYPED_WORD and not word.isdigit()
    return _mistyped("word", word) if may_be else term("word", word)


# --- What the index can be asked -------------------------------------------------------------------


def term(field: str, value: str | int) -> Query:
    return Query.term_query(SCHEMA, field, value, "basic")


def _beginning(field: str, value: str) -> Query:
    return Query.fuzzy_term_query(SCHEMA, field, value, distance=0, prefix=True)


def _mistyped(field: str, value: str, *, begun: bool = False) -> Query:
    """With one letter wrong, missing, too many, or swapped with the next."""
    return Query.fuzzy_term_query(SCHEMA, field, value, distance=1, prefix=begun)


def any_of(queries: Iterable[Query | None]) -> Query | None:
    there = [(Occur.Should, query) for query in queries if query is not None]
    return Query.boolean_query(there) if there else None


def _all_of(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])
