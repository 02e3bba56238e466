"""How the data set's texts are compared, and what its genres are called."""

import unicodedata

from apps.catalog.records import NamedRecord, SourceId

# Where the set means what TMDB means, TMDB's name is taken. Any other word is its own name.
_NAMES = {"documentation": "Documentary", "scifi": "Science Fiction"}
# What the Best files call a genre of raw_titles.
_SYNONYMS = {"documentary": "documentation", "musical": "music", "sports": "sport"}


def fold(text: str) -> str:
    """Without case, accents, repeated spaces and printers' apostrophes: `Amélie’s  Café` → `amelie's cafe`."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def genre(word: str) -> NamedRecord:
    word = fold(word)
    word = _SYNONYMS.get(word, word)
    return NamedRecord(SourceId("netflix", word), _NAMES.get(word, word.title()))
