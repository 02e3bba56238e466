"""What the index holds of a row. A change here takes another VERSION: an index of an older one is made anew.

A field to order by holds the value and, in its lowest bits, which row it is: so no two rows are equal, a page goes on
exactly after the last row of the one before, and a hit says its row without a look at what is stored.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

import tantivy

VERSION = 4

_KIND_BITS, _ROW_BITS = 3, 32
BIGGEST_ID = 2 ** (_ROW_BITS - _KIND_BITS) - 1
_BIGGEST_FLOAT = 3.4e38  # in 32 bits
_ROW_MASK = 2**_ROW_BITS - 1
_ROW_BYTES = _ROW_BITS // 8


class Kind(IntEnum):
    """What a row is to whoever searches. The catalogue has films and shows in one model."""

    MOVIE = 0
    SHOW = 1
    PERSON = 2
    COMPANY = 3
    COLLECTION = 4

    @property
    def label(self) -> str:
        return self.name.lower()


class Row(NamedTuple):
    kind: Kind
    id: int

    @property
    def number(self) -> int:
        return self.id << _KIND_BITS | self.kind

    @classmethod
    def of(cls, number: int) -> "Row":
        return cls(Kind(number & (1 << _KIND_BITS) - 1), number >> _KIND_BITS)


def place(value: float, row: Row) -> int:
    """Where a row stands among others by a value from 0 on; floats are compared as 32 bits hold them."""
    (bits,) = struct.unpack(">I", struct.pack(">f", min(max(0.0, value), _BIGGEST_FLOAT)))
    return bits << _ROW_BITS | row.number


def place_of_number(value: int, row: Row) -> int:
    """The same for whole numbers, exactly, up to 2**31 - 1."""
    return min(max(0, value), 2**31 - 1) << _ROW_BITS | row.number


def place_of_text(value: str, row: Row) -> str:
    """Code point by code point, in hexadecimal digits: a range of texts can only be asked for by plain words."""
    return (value.encode() + b"\0" + row.number.to_bytes(_ROW_BYTES, "big")).hex()


def row_at(place: int | str) -> Row:
    return Row.of(int(place[-2 * _ROW_BYTES :], 16) if isinstance(place, str) else place & _ROW_MASK)


# Text that is compared whole, each value as it is.
_WHOLE = (
    "key",  # model:id, by which a row is replaced
    "kind",
    "name",  # keys of title and original title, of a person's name …
    "other_name",  # keys of alternative titles, translations, other names of a person
    "start",  # beginnings of `name`
    "other_start",  # of `other_name`
    "person_name",  # keys of those credited, and of their characters
    "status", "keyword", "certification", "language", "country", "spoken_language", "main_country", "image",
    "genres", "countries",  # all of a title's as one text: much faster to count than one by one
)  # fmt: skip
_COUNTED = ("language", "genres", "countries")
# Text of which single words are compared.
_WORDS = (
    "word",  # of all names there are
    "text",  # of all there is: names, people, characters, keywords, overview
)
_NUMBERS = (
    "id", "genre", "main_genre", "company", "collection", "cast", "crew", "director",
    "release_day", "year", "decade", "runtime", "rating", "stars", "rating_count", "budget", "revenue",
)  # fmt: skip
PLACES = ("by_popularity", "by_release_date", "by_rating", "by_rating_count", "by_revenue", "by_runtime", "by_title")


def _built() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _WHOLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in _COUNTED)
    for name in _WORDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in _NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in PLACES[:-1]:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_text_field(PLACES[-1], tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("shown", stored=True, tokenizer_name="raw", index_option="basic")  # JSON: name, year
    return builder.build()


SCHEMA = _built()
