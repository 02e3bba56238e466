"""What MovieLens writes as a title, such as `City of Lost Children, The (Cité des enfants perdus, La) (1995)`."""

import re
from typing import NamedTuple

_YEAR = re.compile(r"(.*\S)\s*\((\d{4})(?:[-–]\d{0,4})?\)")
_ANOTHER = re.compile(r"(.*\S)\s*\(([^()]+)\)")
_ARTICLES = (
    "The A An L' Le La Les Un Une Il Lo I Gli El Los Las Una O Os As Um Uma Der Die Das Ein Eine De Het Den Det En"
)
_ARTICLE = re.compile(f"(.+), ({_ARTICLES.replace(' ', '|')})")
_ALSO = re.compile(r"a\.?k\.?a\.?:?\s+", re.IGNORECASE)


class Title(NamedTuple):
    title: str
    year: int | None
    others: list[str]


def title_of(text: str) -> Title:
    """The title as it is spoken, the year if it tells one, and what else the title is called."""
    found = _YEAR.fullmatch(text.strip())
    rest, year = (found[1], int(found[2])) if found else (text.strip(), None)
    others: list[str] = []
    while another := _ANOTHER.fullmatch(rest):
        rest = another[1]
        others.insert(0, _spoken(_ALSO.sub("", another[2].strip())))
    title = _spoken(rest)
    return Title(title, year, [other for other in dict.fromkeys(others) if other and other != title])


def _spoken(title: str) -> str:
    found = _ARTICLE.fullmatch(title)
    if not found:
        return title
    return f"{found[2]}{'' if found[2].endswith(chr(39)) else ' '}{found[1]}"
