"""Text as it is compared: the same on every engine, whatever its collation."""

import re
import unicodedata

_NO_WORD = re.compile(r"[^\w]+")
_ARTICLES = re.compile(r"^(?:the|an|a) (?=.)")


def fold(value: str) -> str:
    """Without case, diacritics, punctuation and repeated spaces: `Léon: The Professional` → `leon the professional`."""
    if value.isascii():  # most is, and has nothing to take apart
        return _words(value.casefold())
    decomposed = unicodedata.normalize("NFKD", value).casefold()
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", _words(kept))


def _words(kept: str) -> str:
    words = _NO_WORD.sub(" ", kept.replace("'", "").replace("’", ""))
    return words.replace("_", " ").strip()


def sort_key(title: str) -> str:
    """What a title is ordered by: folded, less a leading English article; never empty for a title with text."""
    return _ARTICLES.sub("", fold(title)) or title.casefold().strip()
