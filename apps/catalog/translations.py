"""A title's texts in the languages that somebody would like to read, one after the other."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from apps.catalog.models import Movie

TEXTS = ("title", "overview", "tagline")
MOST_LANGUAGES = 5

_TAG = re.compile(r"([a-zA-Z]{2,3})(?:-([a-zA-Z]{2}))?")


class Language(NamedTuple):
    code: str  # ISO 639
    country: str = ""  # ISO 3166-1, empty if it is for all of them

    def __str__(self) -> str:
        return f"{self.code}-{self.country}" if self.country else self.code


class Text(NamedTuple):
    text: str
    language: str | None  # None where there is no text in any language


def chain_of(tags: str) -> list[Language]:
    """`de-AT,fr` as languages. Raises ValueError for what is none."""
    parts = tags.split(",")
    if len(parts) > MOST_LANGUAGES:
        raise ValueError(f"At most {MOST_LANGUAGES} languages.")
    return [_language(part.strip()) for part in parts]


def _language(tag: str) -> Language:
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"{tag!r} is not a language such as de or de-AT.")
    return Language(match[1].lower(), (match[2] or "").upper())


def text_in(movie: Movie, field: str, chain: list[Language]) -> Text:
    """The first text there is along the chain, else the one that everybody gets who asks for no language."""
    for wanted in chain:
        for found in _texts(movie, field, wanted):
            if found.text:
                return found
    return _default(movie, field)


def _default(movie: Movie, field: str) -> Text:
    """In the site's language; but a title that is the original one is in that one's."""
    text = getattr(movie, field)
    untranslated = field == "title" and text == movie.original_title
    language = (untranslated and movie.original_language) or settings.LANGUAGE_CODE
    return Text(text, language if text else None)


def _texts(movie: Movie, field: str, wanted: Language) -> Iterator[Text]:
    """Candidates, the best first: for the country, for all of them, for any other one."""
    own = [entry for entry in movie.translations if entry["language"] == wanted.code]
    if wanted.country:
        yield from (_text(entry, field) for entry in own if entry["country"] == wanted.country)
    default = _default(movie, field)
    if wanted.code == settings.LANGUAGE_CODE == default.language:
        yield default
    yield from (_text(entry, field) for entry in sorted(own, key=lambda entry: entry["country"] != ""))
    if field == "title" and wanted.code == movie.original_language:
        yield Text(movie.original_title, movie.original_language)


def _text(entry: dict[str, str], field: str) -> Text:
    return Text(entry[field], str(Language(entry["language"], entry["country"])))
