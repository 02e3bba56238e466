"""The demo set's made-up members: what they watch, think and write. The same at every run, on every machine.

Each choice has a random generator of its own, seeded by what it is about, so that a film or a member more
changes nothing for the others.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from apps.catalog.records import MovieRecord
from apps.imports.sources.demo import Demo, Taste

_SEED = "movieverse demo"
_UNTIL = datetime(2025, 12, 31, 20, tzinfo=UTC)
_HIGH = 8  # half-stars of a rating by somebody who likes it
_REVIEWED = 0.044  # of the ratings
_WITH_PROFILE = 0.4  # of the members
_TAGGED = 0.06  # of what they rated high
_MOST_FAVOURITES = 8
_BIOS = (
    "Mostly {loves}. Will leave the room for {dislikes}.",
    "{loves}, in that order. Not much patience for {dislikes}.",
    "If it is {loves}, I have probably seen it twice.",
    "Here for {loves}. Somebody else may review {dislikes}.",
    "Second row, aisle seat, and always for {loves}.",
    "Keeping notes since I was twelve. Weak spot: {loves}.",
)


@dataclass(frozen=True, slots=True)
class Rating:
    handle: str
    movie: MovieRecord
    value: int  # half-stars
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    handle: str
    movie: MovieRecord
    body: str


@dataclass(frozen=True, slots=True)
class Tag:
    handle: str
    movie: MovieRecord
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    handle: str
    bio: str
    favourites: list[MovieRecord]


def _random(*about: object) -> Random:
    return Random("/".join(map(str, (_SEED, *about))))  # noqa: S311


@cache
def _drawn(least: float, most: float, *about: object) -> float:
    """A number between the two."""
    return _random(*about).uniform(least, most)


def _key(movie: MovieRecord) -> str:
    return str(movie.ids[0])


def taste_of(demo: Demo, handle: str) -> Taste:
    return _random("taste", handle).choice(demo.tastes)


# --- Ratings --------------------------------------------------------------------------------------


def ratings(demo: Demo) -> list[Rating]:
    return [
        Rating(handle, movie, _value(taste, handle, movie), _moment(handle, movie))
        for handle in demo.handles
        for taste in [taste_of(demo, handle)]
        for movie in demo.movies
        if _has_seen(taste, handle, movie)
    ]


def _liking(taste: Taste, movie: MovieRecord) -> int:
    genres = {genre.name for genre in movie.genres}
    return min(2, len(genres & taste.loves)) - min(2, len(genres & taste.dislikes))


def _has_seen(taste: Taste, handle: str, movie: MovieRecord) -> bool:
    """Some films are seen by most, some members see more, and everybody rather what they like."""
    fame = _drawn(-0.2, 0.25, "fame", _key(movie))
    zeal = _drawn(-0.2, 0.2, "zeal", handle)
    return _random("seen", handle, _key(movie)).random() < 0.19 + fame + zeal + 0.13 * _liking(taste, movie)


def _value(taste: Taste, handle: str, movie: MovieRecord) -> int:
    quality = _drawn(5.6, 8.2, "quality", _key(movie))
    mildness = _drawn(-0.8, 0.8, "mildness", handle)
    mood = _random("mood", handle, _key(movie)).gauss(0, 1.1)
    return max(1, min(10, round(quality + mildness + mood + 1.2 * _liking(taste, movie))))


def _moment(handle: str, movie: MovieRecord) -> datetime:
    """In the evening, on a day of the year before the set was made."""
    return _UNTIL - timedelta(days=_random("moment", handle, _key(movie)).randrange(365))


def popularity(given: Iterable[Rating]) -> Counter[str]:
    """How many rated a film, by its place in the set."""
    return Counter(rating.movie.place for rating in given)


# --- Reviews, tags and profiles -------------------------------------------------------------------


def reviews(demo: Demo, given: Iterable[Rating]) -> list[Review]:
    chosen = (rating for rating in given if _random("reviews", rating.handle, _key(rating.movie)).random() < _REVIEWED)
    return [Review(rating.handle, rating.movie, _body(demo, rating)) for rating in chosen]


def _body(demo: Demo, rating: Rating) -> str:
    band = "high" if rating.value >= _HIGH else "middle" if rating.value >= 5 else "low"
    names = _names(rating.movie)
    fitting = [phrase for phrase in demo.phrases[band] if _needs(phrase) <= names.keys()]
    random = _random("body", rating.handle, _key(rating.movie))
    return " ".join(random.sample(fitting, random.choice((1, 1, 2)))).format_map(names)


def _needs(phrase: str) -> set[str]:
    return {name for name in ("title", "director", "lead") if f"{{{name}}}" in phrase}


def _names(movie: MovieRecord) -> dict[str, str]:
    directors = [credit.person.name for credit in movie.crew if credit.job == "Director"]
    leads = [credit.person.name for credit in movie.cast]
    found = {"title": [movie.title], "director": directors, "lead": leads}
    return {key: names[0] for key, names in found.items() if names}


def tags(given: Iterable[Rating]) -> list[Tag]:
    """Words of the films they like."""
    return [
        Tag(rating.handle, rating.movie, text)
        for rating in given
        if rating.value >= _HIGH and _random("tagged", rating.handle, _key(rating.movie)).random() < _TAGGED
        for text in _words(rating)
    ]


def _words(rating: Rating) -> list[str]:
    known = [*rating.movie.keywords, *(genre.name.lower() for genre in rating.movie.genres)]
    random = _random("tags", rating.handle, _key(rating.movie))
    return random.sample(known, min(len(known), random.choice((1, 1, 2, 3))))


def profiles(demo: Demo, given: Iterable[Rating]) -> list[Profile]:
    by_handle: dict[str, list[Rating]] = {}
    for rating in given:
        by_handle.setdefault(rating.handle, []).append(rating)
    return [
        Profile(handle, _bio(taste_of(demo, handle), handle), _favourites(handle, by_handle.get(handle, [])))
        for handle in demo.handles
        if _random("profile", handle).random() < _WITH_PROFILE
    ]


def _bio(taste: Taste, handle: str) -> str:
    bio = _random("bio", handle).choice(_BIOS).format(loves=_listed(taste.loves), dislikes=_listed(taste.dislikes))
    return bio[0].upper() + bio[1:]


def _listed(genres: Iterable[str]) -> str:
    *others, last = sorted(name.lower() for name in genres)
    return f"{', '.join(others)} and {last}" if others else last


def _favourites(handle: str, given: list[Rating]) -> list[MovieRecord]:
    number = _random("favourites", handle).randint(3, _MOST_FAVOURITES)
    best = sorted(given, key=lambda rating: -rating.value)
    return [rating.movie for rating in best[:number] if rating.value >= _HIGH]
