"""The shapes of what is stored as JSON within a row of the catalogue, and shown as it is stored.

No member is ever left out: what is not known is an empty text, a null number, a null date. Dates are written
as ISO 8601. Ids of people are ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict, get_args, get_origin, get_type_hints

from django.core.exceptions import ValidationError


class CastCredit(TypedDict):
    person_id: int
    name: str
    character: str
    source: str  # the data set that says so


class CrewCredit(TypedDict):
    person_id: int
    name: str
    department: str
    job: str
    source: str


class SourceScore(TypedDict):
    """What the audience of another site makes of a title: 0 to 10."""

    source: str
    value: float
    votes: int | None


class AlternativeTitle(TypedDict):
    title: str
    country: str  # ISO 3166-1
    type: str


class Translation(TypedDict):
    """Texts in another language. An empty one falls back along the chain of languages asked for."""

    language: str  # ISO 639-1
    country: str  # ISO 3166-1, empty if it is for all of them
    title: str
    overview: str
    tagline: str


class Release(TypedDict):
    country: str  # ISO 3166-1
    type: Literal["", "premiere", "limited", "theatrical", "digital", "physical", "tv"]
    date: str | None
    certification: str  # as the country's board writes it, such as PG-13
    note: str


class Award(TypedDict):
    award: str
    category: str
    year: int
    outcome: Literal["won", "nominated"]


class Image(TypedDict):
    """A picture of a source that `images.SOURCES` knows the sizes and addresses of."""

    type: Literal["poster", "backdrop", "logo", "profile", "still"]
    source: str
    path: str
    width: int | None
    height: int | None
    language: str  # of what is written on it; empty if nothing is


class Video(TypedDict):
    site: Literal["YouTube", "Vimeo"]
    key: str
    name: str
    type: str  # Trailer, Teaser, Clip, Featurette …
    language: str
    official: bool
    size: int | None  # lines: 1080
    published_at: str | None


class Origin(TypedDict):
    """Where a field's value comes from. `sources.SOURCES` knows the licence."""

    source: str
    at: str  # when it came, RFC 3339
    by: NotRequired[int]  # the curator who wrote it
    locked: NotRequired[bool]  # whether data sets leave it alone
    told_by: NotRequired[dict[str, str]]  # of scores: which source told each site's


OF_A_MOVIE: dict[str, type] = {
    "source_scores": SourceScore,
    "alternative_titles": AlternativeTitle,
    "translations": Translation,
    "releases": Release,
    "awards": Award,
    "images": Image,
    "videos": Video,
    "cast": CastCredit,
    "crew": CrewCredit,
}


def choices(shape: type, member: str) -> tuple[Any, ...]:
    """The values that there are for a member."""
    return _members(shape)[member].values


def check(row: Any, shapes: Mapping[str, type]) -> None:
    """Raise ValidationError unless each field is a list of objects of its shape."""
    errors = {name: list(_faults(getattr(row, name), shape)) for name, shape in shapes.items()}
    if found := {name: faults[:3] for name, faults in errors.items() if faults}:
        raise ValidationError(found)


def check_objects(row: Any, names: Iterable[str]) -> None:
    """Raise ValidationError unless each field is a list of objects, of whatever shape."""
    for name in names:
        items = getattr(row, name)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ValidationError({name: "This is a list of objects."})


# What no two items of a list have in common.
_KEYS: dict[type, tuple[str, ...]] = {
    SourceScore: ("source",),
    Translation: ("language", "country"),
    Image: ("type", "source", "path"),
    Video: ("site", "key"),
}


def _faults(items: Any, shape: type) -> Iterator[str]:
    if not isinstance(items, list):
        yield f"This is a list of objects, not {items!r}."
        return
    seen = set()
    for number, item in enumerate(items, 1):
        fault, key = _fault(item, shape), _key(item, shape)
        if fault:
            yield f"Item {number}: {fault}"
        elif key in seen:
            yield f"Item {number}: There is one before of the same {' and '.join(_KEYS[shape])}."
        elif key:
            seen.add(key)


def _key(item: Any, shape: type) -> tuple[str, ...]:
    return tuple(str(item.get(name)) for name in _KEYS.get(shape, ())) if isinstance(item, dict) else ()


def _fault(item: Any, shape: type) -> str | None:
    members = _members(shape)
    if not isinstance(item, dict) or item.keys() != members.keys():
        return f"It is an object with the members {', '.join(members)}."
    for name, accepted in members.items():
        if item[name] not in accepted.values and not _is_of(item[name], accepted.types):
            return f"{name} cannot be {item[name]!r}."
    return None


class _Accepted(NamedTuple):
    types: tuple[type, ...]
    values: tuple[Any, ...]


@cache
def _members(shape: type) -> dict[str, _Accepted]:
    return {name: _accepted(hint) for name, hint in get_type_hints(shape).items()}


def _accepted(hint: Any) -> _Accepted:
    if get_origin(hint) is Literal:
        return _Accepted((), get_args(hint))
    return _Accepted(get_args(hint) or (hint,), ())


def _is_of(value: Any, types: tuple[type, ...]) -> bool:
    """A truth value is no number, and a whole number is one with decimals as well."""
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types) or (isinstance(value, int) and float in types)
