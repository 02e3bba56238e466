"""Films and shows: film n of a seed.

What it names (people, companies, collections) comes from a supply that grows with its number, not with how many films
are asked for: so a larger run has the same films, and more.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from math import isqrt
from typing import Any

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, SourceId
from seed.synthetic import words
from seed.synthetic.draws import SOURCE, WORDS, Draw, Drawn, distinct, known_as
from seed.synthetic.people import DEPARTMENTS, credited

FIRST_YEAR, LAST_YEAR = 1900, 2027
_THIS_YEAR = 2026  # fixed: what a film is must not depend on the day
_LIKELIEST_PEOPLE = 1_000  # about as many share the top: nobody is credited in every tenth film
_ACTING = 5  # of DEPARTMENTS
_CREW_OF = {"Directing": 5, "Writing": 6}  # places there; all others are the last one's

_OVERVIEWS = (
    "After {trouble}, {given} {family} returns to {place}. {ending}",
    "{place}, {year}. A young {role} named {given} stumbles upon {trouble}. {ending}",
    "When {trouble} brings {given} and {given2} together, neither knows what the other hides. {ending}",
    "The true story of {given} {family}, who crossed half the world from {place} because of {trouble}.",
    "{given} has everything: a house by the sea, a loving family, a good name. Then comes {trouble}. {ending} {ending}",
    "Three generations of the {family} family, one summer in {place}, and {trouble}. {ending}",
)


def films(seed: int, people: int, numbers: Sequence[int]) -> list[MovieRecord]:
    return [film(seed, number, people) for number in numbers]


def film(seed: int, number: int, people: int) -> MovieRecord:
    """Where there are fewer people than three to ten films, those there are share the credits."""
    draw = Draw(f"film {seed}-{number}")
    tongue, is_show = draw.tongue(), draw.chance(0.12)
    year = LAST_YEAR - int((LAST_YEAR - FIRST_YEAR + 1) * draw.random() ** 2)
    title = draw.title()
    record = MovieRecord(
        place=f"film {number}",
        ids=[known_as(seed, number)],
        title=title,
        kind="show" if is_show else "movie",
        original_title=_original(draw, tongue) or title,
        tagline=draw.pick(words.TAGLINES).format(draw.pick(words.NOUNS), draw.pick(words.NOUNS)) if year % 4 else "",
        overview=draw.pick(_OVERVIEWS).format_map(_Told(draw, year)) if draw.chance(0.95) else "",
        runtime=draw.between(20, 65) if is_show else draw.between(58, 130) + draw.between(0, 50),
        original_language=tongue.code,
        countries=_several(draw, tongue.countries, 1, 0.2),
        languages=_several(draw, (tongue.code, draw.likely(words.TONGUES).code), 1, 0.15),
        keywords=distinct(_keyword(draw.ranked(_KEYWORDS, 8)) for _ in range(draw.between(0, 8))),
        popularity=draw.pareto(0.6, 1.6),
        genres=[GENRES[place] for place in distinct(draw.ranked(19, 5) for _ in range(draw.between(1, 3)))],
        companies=distinct(_company(seed, draw.ranked(_companies(number), 12)) for _ in range(draw.between(0, 3))),
    )
    _date(record, draw, year)
    if is_show:
        _make_show(record, draw, year)
    else:
        _make_film(record, draw, seed, number)
    _title_elsewhere(record, draw)
    _credit(record, draw, seed, number, people)
    return record


class _Told(Drawn):
    """The words of an overview."""

    def __init__(self, draw: Draw, year: int) -> None:
        super().__init__(draw)
        self["year"] = str(year)

    def __missing__(self, name: str) -> str:
        return self.draw.pick(_TELLING[name]) if name in _TELLING else super().__missing__(name)


_TELLING = {
    "trouble": words.TROUBLES,
    "ending": words.ENDINGS,
    "role": ("teacher", "sailor", "nurse", "clerk", "violinist", "engineer", "smuggler", "priest"),
}
GENRES = tuple(NamedRecord(SourceId(SOURCE, name.lower().replace(" ", "-")), name) for name in words.GENRES)
_KEYWORDS = len(words.NOUNS) * (1 + len(words.ADJECTIVES))


def _keyword(place: int) -> str:
    """The commonest are one word."""
    pair, noun = divmod(place, len(words.NOUNS))
    return " ".join([*words.ADJECTIVES[pair - 1 : pair], words.NOUNS[noun]]).lower()


def _companies(number: int) -> int:
    return 20 + 10 * isqrt(number)


@lru_cache(20_000)
def _company(seed: int, place: int) -> NamedRecord:
    number, suffix = divmod((place + seed) * 7_919, len(words.SUFFIXES))
    noun = words.NOUNS[number % len(words.NOUNS)]
    adjective = words.ADJECTIVES[number // len(words.NOUNS) % len(words.ADJECTIVES)]
    return NamedRecord(known_as(seed, place), f"{adjective} {noun} {words.SUFFIXES[suffix]}")


def _collection(seed: int, place: int) -> NamedRecord:
    title = Draw(f"collection {seed}-{place}").title()
    return NamedRecord(known_as(seed, place), f"{title} Collection")


def _original(draw: Draw, tongue: words.Tongue) -> str:
    return draw.pick(tongue.titles).format(draw.pick(tongue.words), draw.pick(tongue.words)) if tongue.words else ""


def _several(draw: Draw, items: tuple[str, ...], least: int, more: float) -> list[str]:
    """The first ones more often."""
    number = least + draw.chance(more)
    return distinct(draw.likely(items) for _ in range(number))


def _date(record: MovieRecord, draw: Draw, year: int) -> None:
    """Of some only the year is known, of a few not even that."""
    known = draw.random()
    if known > 0.07:
        record.release_date = draw.day_in(year)
    elif known > 0.02:
        record.release_year = year
    if year < _THIS_YEAR:
        record.status = "canceled" if known > 0.997 else "released"
    else:
        record.status = draw.pick(("rumored", "planned", "in_production", "post_production"))


def _make_show(record: MovieRecord, draw: Draw, year: int) -> None:
    record.season_count = 1 + draw.ranked(20, 1)
    record.episode_count = record.season_count * draw.between(6, 22)
    last = year + record.season_count
    if record.status == "released":
        record.status = "ended" if last < _THIS_YEAR else "returning"
    if record.status == "ended" and record.release_date:
        record.end_date = draw.day_in(last)
    record.releases = [_release("US", "tv", record.release_date, draw.pick(words.SHOWS))] if draw.chance(0.5) else []


def _make_film(record: MovieRecord, draw: Draw, seed: int, number: int) -> None:
    for country in distinct([*record.countries, "US"]):
        if country in words.CERTIFICATIONS and draw.chance(0.6):
            certification = draw.pick(words.CERTIFICATIONS[country])
            record.releases.append(_release(country, "theatrical", record.release_date, certification))
    if draw.chance(0.25):
        record.budget = int(10 ** (4.5 + 4 * draw.random()))
        record.revenue = int(record.budget * draw.pareto(0.3, 1.3)) if record.status == "released" else None
    if draw.chance(0.08):
        record.collection = _collection(seed, int(draw.random() * (1 + number // 40)))


def _release(country: str, kind: str, day: date | None, certification: str) -> dict[str, Any]:
    iso = day.isoformat() if day else None
    return {"country": country, "type": kind, "date": iso, "certification": certification, "note": ""}


def _title_elsewhere(record: MovieRecord, draw: Draw) -> None:
    if draw.chance(0.2):
        tongue = draw.likely(words.TONGUES)
        title, kind = _original(draw, tongue) or draw.title(), draw.pick(("", "", "working title", "festival title"))
        record.alternative_titles = [{"title": title, "country": tongue.countries[0], "type": kind}]


def _credit(record: MovieRecord, draw: Draw, seed: int, number: int, people: int) -> None:
    if not people:
        return
    groups = 1 + 3 * number // 10 // len(DEPARTMENTS)  # of people, one of each department in a group

    def somebody(place: int) -> NamedRecord:
        index = draw.ranked(groups, _LIKELIEST_PEOPLE // len(DEPARTMENTS)) * len(DEPARTMENTS) + place
        return credited(seed, 1 + index % people)

    cast = {somebody(draw.between(0, _ACTING - 1)): None for _ in range(draw.between(5, 15))}
    record.cast = [CastRecord(actor, _character(draw)) for actor in cast]
    jobs = words.JOBS[: draw.between(2, len(words.JOBS))]
    record.crew = [CrewRecord(somebody(_CREW_OF.get(department, 7)), department, job) for department, job in jobs]


def _character(draw: Draw) -> str:
    if draw.chance(0.15):
        return draw.pick(words.ROLES)
    if draw.chance(0.5):
        return f"{draw.pick(WORDS['given'])} {draw.pick(WORDS['family'])}"
    return draw.pick(WORDS["given"])
