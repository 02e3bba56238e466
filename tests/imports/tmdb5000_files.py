"""Small files of the TMDB 5000 data set's shape."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "tmdb5000"
MISSING = "needs the TMDB 5000 data set in ../shared/data/tmdb5000"

MOVIE: dict[str, Any] = {
    "budget": "60000000",
    "genres": [{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}],
    "homepage": "",
    "id": "949",
    "keywords": [{"id": 1, "name": "robbery"}, {"id": 2, "name": "detective\xa0"}],
    "original_language": "en",
    "original_title": "Heat",
    "overview": "A thief, a policeman, Los Angeles.",
    "popularity": "35.2",
    "production_companies": [{"name": "Regency Enterprises", "id": 508}, {"name": "Forward Pass", "id": 675}],
    "production_countries": [{"iso_3166_1": "US", "name": "United States of America"}],
    "release_date": "1995-12-15",
    "revenue": "0",
    "runtime": "170.0",
    "spoken_languages": [{"iso_639_1": "en", "name": "English"}, {"iso_639_1": "es", "name": "Español"}],
    "status": "Released",
    "tagline": "A Los Angeles crime saga",
    "title": "Heat",
    "vote_average": "7.7",
    "vote_count": "1800",
}
CREDIT: dict[str, Any] = {
    "movie_id": "949",
    "title": "Heat",
    "cast": [
        {"id": 380, "name": "Robert De Niro", "character": "Neil McCauley", "order": 1},
        {"id": 1158, "name": "Al Pacino ", "character": "Lt. Vincent Hanna", "order": 0},
    ],
    "crew": [
        {"id": 638, "name": "Michael Mann", "department": "Directing", "job": "Director"},
        {"id": 638, "name": "Michael Mann", "department": "Writing", "job": "Screenplay"},
    ],
}


def movie(tmdb_id: int, title: str, **cells: Any) -> dict[str, Any]:
    return MOVIE | {"id": str(tmdb_id), "title": title, "original_title": title} | cells


def credit(tmdb_id: int, title: str, **cells: Any) -> dict[str, Any]:
    return CREDIT | {"movie_id": str(tmdb_id), "title": title} | cells


def written(
    folder: Path,
    movies: Iterable[dict[str, Any]] = (MOVIE,),
    entries: Iterable[dict[str, Any]] = (CREDIT,),
    encoding: str = "utf-8",
) -> list[Path]:
    """Both files, named so that only their headers tell them apart."""
    return [
        _written(folder / "first.csv", list(entries), encoding),
        _written(folder / "second.csv", list(movies), encoding),
    ]


def _written(path: Path, rows: list[dict[str, Any]], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerow({name: cell if isinstance(cell, str) else json.dumps(cell) for name, cell in row.items()})
    return path
