"""What somebody wants of TMDB."""

from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

# The options that say which titles.
NAMING = ("--popular", "--top-rated", "--trending", "--ids", "--export", "--discover", "--changes")


class Wanted(NamedTuple):
    """A film, a show or a person, and what it is called as far as anybody has said."""

    kind: str  # as TMDB's paths have it: movie, tv, person
    id: int
    title: str = ""

    def __str__(self) -> str:
        return f"TMDB {self.kind}/{self.id}" + (f" ({self.title})" if self.title else "")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options of one run. Numbers are how many; 0, None and empty: not asked for."""

    popular: int = 0
    trending: int = 0
    top_rated: int = 0
    ids: Path | None = None
    discover: str = ""
    export: Path | None = None
    limit: int | None = None  # of `discover` and `export`
    changes: bool = False
    since: date | None = None
    shows: bool = False  # rather than films
    people: bool = False  # those credited in the titles, too
    language: str = "en-US"
    region: str = ""

    def names_something(self) -> bool:
        return any(getattr(self, option.strip("-").replace("-", "_")) for option in NAMING)

    def told(self) -> dict[str, Any]:
        """As it is kept. A file is another one when something else stands in it."""
        told = {name: value for name, value in asdict(self).items() if value}
        for name in ("ids", "export"):
            if name in told:
                told[name] = f"{told[name].resolve()} {_digest(told[name])}"
        return told | ({"since": self.since.isoformat()} if self.since else {})


def _digest(path: Path) -> str:
    """Of a file that cannot be read none: whoever reads it tells."""
    try:
        with path.open("rb") as file:
            digest = sha256()
            while piece := file.read(1 << 20):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()[:16]
