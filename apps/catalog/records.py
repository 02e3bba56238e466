"""Titles, people and lists as data sets tell of them: what parsers make and `loading` takes.

What is empty is unknown. `place` says where a record stands, for messages about it.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class Place(str):
    """Where a line of a file is told of: a text as messages have it, and its parts."""

    __slots__ = ("file", "line")
    file: str
    line: int

    def __new__(cls, file: str, line: int) -> "Place":
        place = super().__new__(cls, f"{file}, line {line}")
        place.file, place.line = file, line
        return place

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]
        return self.file, self.line


class SourceId(NamedTuple):
    """What a source calls a row of its own."""

    source: str
    value: str

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"


class NamedRecord(NamedTuple):
    """A person, a genre, a company or a collection: known by its id, described by its name."""

    id: SourceId
    name: str


class CastRecord(NamedTuple):
    person: NamedRecord
    character: str


class CrewRecord(NamedTuple):
    person: NamedRecord
    department: str
    job: str


@dataclass(kw_only=True, slots=True)
class MovieRecord:
    """A film, or a show.

    The lists of dictionaries have the shapes that `apps.catalog.documents` describes.
    """

    place: str
    ids: list[SourceId]  # at least one
    title: str
    kind: str = "movie"  # or "show"
    original_title: str = ""
    tagline: str = ""
    overview: str = ""
    status: str = ""
    release_date: date | None = None
    release_year: int | None = None  # where the day is not known
    end_date: date | None = None  # of a show: its last episode
    runtime: int | None = None  # minutes; of a show: an episode's
    season_count: int | None = None
    episode_count: int | None = None
    original_language: str = ""
    homepage: str = ""
    countries: list[str] = field(default_factory=list)
    main_country: str = ""
    languages: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    budget: int | None = None
    revenue: int | None = None
    popularity: float = 0
    alternative_titles: list[dict[str, Any]] = field(default_factory=list)
    translations: list[dict[str, Any]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    awards: list[dict[str, Any]] = field(default_factory=list)
    images: list[dict[str, Any]] = field(default_factory=list)
    videos: list[dict[str, Any]] = field(default_factory=list)
    source_scores: list[dict[str, Any]] = field(default_factory=list)
    genres: list[NamedRecord] = field(default_factory=list)
    main_genre: NamedRecord | None = None
    companies: list[NamedRecord] = field(default_factory=list)
    collection: NamedRecord | None = None
    cast: list[CastRecord] = field(default_factory=list)
    crew: list[CrewRecord] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class PersonRecord:
    """A person with what is known of them, beyond the name that credits give."""

    place: str
    ids: list[SourceId]
    name: str
    biography: str = ""
    birth_date: date | None = None
    death_date: date | None = None
    birth_place: str = ""
    known_for: str = ""  # a department, such as Acting
    homepage: str = ""
    also_known_as: list[str] = field(default_factory=list)
    popularity: float = 0
    images: list[dict[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class CollectionRecord:
    """A series of films."""

    place: str
    id: SourceId
    name: str
    overview: str = ""
    images: list[dict[str, Any]] = field(default_factory=list)


class EntryRecord(NamedTuple):
    """A title's place in a list."""

    movie: MovieRecord
    rank: int
    year: int | None = None  # of a list with a winner a year


@dataclass(kw_only=True, slots=True)
class ListRecord:
    """A curated list, known by its slug."""

    place: str
    slug: str
    name: str
    description: str = ""
    entries: list[EntryRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or a cell of one, that could not be used, and why."""

    place: str
    column: str
    value: str
    reason: str
    row_is_used: bool = False  # without the cell

    @property
    def file(self) -> str:
        return self.place.file if isinstance(self.place, Place) else self.place

    @property
    def line(self) -> int:
        """0 where it is no line of a file that is told of."""
        return self.place.line if isinstance(self.place, Place) else 0

    def __str__(self) -> str:
        value = self.value if len(self.value) <= 80 else f"{self.value[:80]}…"
        used = "; the row is used without it" if self.row_is_used else ""
        return f"{self.place}, column {self.column}: {value!r} {self.reason}{used}"
