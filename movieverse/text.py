"""Text as it is compared: the same on every engine, whatever its collation."""

import re
import unicodedata

_ARTICLES = re.compile(r"^(?:the|an|a) (?=.)")


def fold(value: str) -> str:
    """Without case, diacritics, punctuation and repeated spaces: `Léon: The Professional` → `leon the professional`."""
    decomposed = unicodedata.normalize("NFKD", value).casefold()
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.sub(r"[^\w]+", " ", kept.replace("'", "").replace("’", ""))
    return unicodedata.normalize("NFC", words.replace("_", " ")).strip()


def sort_key(title: str) -> str:
    """What a title is ordered by: folded, less a leading English article; never empty for a title with text."""
    return _ARTICLES.sub("", fold(title)) or title.casefold().strip()
