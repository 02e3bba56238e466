"""Films, people and genres as other sources tell of them: what parsers make and `loading` takes."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class SourceId(NamedTuple):
    """What a source calls a row of its own."""

    source: str
    value: str

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"


class NamedRecord(NamedTuple):
    """A person or a genre: known by its id, described by its name."""

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
    """A film. What is empty is unknown. `place` says where it stands, for messages about it."""

    place: str
    ids: list[SourceId]
    title: str
    original_title: str = ""
    overview: str = ""
    release_date: date | None = None
    runtime: int | None = None
    original_language: str = ""
    countries: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    budget: int | None = None
    revenue: int | None = None
    popularity: float = 0
    source_scores: list[dict[str, Any]] = field(default_factory=list)
    genres: list[NamedRecord] = field(default_factory=list)
    cast: list[CastRecord] = field(default_factory=list)
    crew: list[CrewRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or an id of one, that could not be used, and why."""

    place: str
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        value = self.value if len(self.value) <= 80 else f"{self.value[:80]}…"
        return f"{self.place}, column {self.column}: {value!r} {self.reason}"
