"""Small files of the Netflix data set's shape."""

import csv
from collections.abc import Iterable
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "netflix"
MISSING = "needs the Netflix data set in ../shared/data/netflix"

Cells = dict[str, str]

TAXI_DRIVER: Cells = {
    "index": "0",
    "id": "tm84618",
    "title": "Taxi Driver",
    "type": "MOVIE",
    "release_year": "1976",
    "age_certification": "R",
    "runtime": "113",
    "genres": "['crime', 'drama']",
    "production_countries": "['US']",
    "seasons": "",
    "imdb_id": "tt0075314",
    "imdb_score": "8.3",
    "imdb_votes": "795222.0",
}
OUR_PLANET: Cells = TAXI_DRIVER | {
    "id": "ts85398",
    "title": "Our Planet",
    "type": "SHOW",
    "release_year": "2019",
    "age_certification": "",
    "runtime": "50",
    "genres": "['documentation']",
    "production_countries": "['GB']",
    "seasons": "1.0",
    "imdb_id": "",
    "imdb_score": "",
    "imdb_votes": "",
}
DE_NIRO: Cells = {
    "index": "0",
    "person_id": "3748",
    "id": "tm84618",
    "name": "Robert De Niro",
    "character": "Travis Bickle",
    "role": "ACTOR",
}
BEST_MOVIE: Cells = {
    "index": "0",
    "TITLE": "Taxi Driver",
    "RELEASE_YEAR": "1976",
    "SCORE": "8.3",
    "NUMBER_OF_VOTES": "795222",
    "DURATION": "113",
    "MAIN_GENRE": "drama",
    "MAIN_PRODUCTION": "US",
}
BEST_SHOW: Cells = BEST_MOVIE | {
    "TITLE": "Our Planet",
    "RELEASE_YEAR": "2019",
    "SCORE": "9.3",
    "NUMBER_OF_VOTES": "41386",
    "DURATION": "50",
    "NUMBER_OF_SEASONS": "1",
    "MAIN_GENRE": "documentary",
    "MAIN_PRODUCTION": "GB",
}
MOVIE_OF_THE_YEAR = {name: BEST_MOVIE[name] for name in BEST_MOVIE if name not in ("NUMBER_OF_VOTES", "DURATION")}
SHOW_OF_THE_YEAR = {name: BEST_SHOW[name] for name in BEST_SHOW if name not in ("NUMBER_OF_VOTES", "DURATION")}
GENRES: list[Cells] = [{"genre_name": "documentary", "id": "1"}, {"genre_name": "drama", "id": "2"}]
COUNTRIES: list[Cells] = [{"country_name": "GB", "id": "1"}, {"country_name": "US", "id": "2"}]


def title(netflix_id: str, name: str, **cells: str) -> Cells:
    return TAXI_DRIVER | {"id": netflix_id, "title": name, "imdb_id": ""} | cells


def normalised(row: Cells, genre_id: str, country_id: str) -> Cells:
    plain = {name: cell for name, cell in row.items() if not name.startswith("MAIN_")}
    return plain | {"genre_id": genre_id, "country_id": country_id}


def written(path: Path, rows: Iterable[Cells], separator: str = ",") -> Path:
    first, *others = rows
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, first, delimiter=separator)
        writer.writeheader()
        writer.writerows([first, *others])
    return path
