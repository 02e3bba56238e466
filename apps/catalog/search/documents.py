"""What the index holds of each row, made of the row alone."""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from apps.catalog.models import Collection, Company, Movie, Person
from apps.catalog.models.base import CatalogModel
from apps.catalog.search import text
from apps.catalog.search.schema import BIGGEST_ID, Kind, Row, place, place_of_number, place_of_text

logger = logging.getLogger(__name__)

_LONGEST_ORDERED = 100  # letters of a title

# What of a film is read for its document.
MOVIE_COLUMNS = (
    "kind", "title", "original_title", "sort_title", "overview", "status", "release_day", "release_year", "runtime",
    "original_language", "genre_ids", "main_genre_id", "countries", "main_country", "languages", "keywords",
    "company_ids", "collection_id", "budget", "revenue", "popularity", "alternative_titles", "translations",
    "certifications", "images", "cast", "crew", "cast_ids", "crew_ids", "director_ids", "rating_count", "rating_avg",
    "rating_score",
)  # fmt: skip


# The same of every kind of row.
COLUMNS: dict[type[CatalogModel], tuple[str, ...]] = {
    Movie: MOVIE_COLUMNS,
    Person: ("name", "also_known_as", "popularity"),
    Company: ("name",),
    Collection: ("name",),
}
MODELS: dict[str, type[CatalogModel]] = {model.COUNTER: model for model in COLUMNS}


def key_of(model: type[CatalogModel], pk: int) -> str:
    """What a row's document is replaced by: a film that becomes a show stays the same row."""
    return f"{model.COUNTER}:{pk}"


def documents(rows: Iterable[Any]) -> list[str]:
    """As JSON. A row of which none can be made is left out: the others are none the worse for it."""
    made = []
    for row in rows:
        try:
            made.append(_document(row))
        except Exception:  # whatever is wrong with it
            logger.exception("%s is not found by searches: its row cannot be read.", key_of(type(row), row.pk))
    return made


def _document(row: Any) -> str:
    if not 0 <= row.pk <= BIGGEST_ID:
        raise ValueError(f"An id is at most {BIGGEST_ID}.")
    return json.dumps(_MADE_BY[type(row)](row))


def _movie(movie: Movie) -> dict[str, Any]:
    row = Row(Kind.SHOW if movie.kind == Movie.Kind.SHOW else Kind.MOVIE, movie.pk)
    names = [movie.title, movie.original_title]
    others = [entry["title"] for entry in (*movie.alternative_titles, *movie.translations) if entry.get("title")]
    people = [entry["name"] for entry in (*movie.cast, *movie.crew)]
    characters = [entry["character"] for entry in movie.cast if entry.get("character")]
    return {
        **_named(row, movie, names, others, movie.popularity, movie.release_year),
        **_facts(movie),
        **_orders(movie, row),
        "person_name": text.keys([*people, *characters]),
        "text": text.bag([*names, *others, *people, *characters, *movie.keywords, movie.overview]),
    }


def _facts(movie: Movie) -> dict[str, Any]:
    """What films are filtered and counted by; a fact that is not known is in no filter."""
    known = {
        "status": movie.status,
        "language": movie.original_language,
        "main_country": movie.main_country,
        "main_genre": movie.main_genre_id,
        "collection": movie.collection_id,
        "release_day": movie.release_day,
        "year": movie.release_year,
        "decade": movie.release_year and movie.release_year // 10 * 10,
        "runtime": movie.runtime,
        "rating": round(movie.rating_avg * 100),  # hundredths of a star
        "budget": movie.budget,
        "revenue": movie.revenue,
        "genres": _joined(map(str, movie.genre_ids)),
        "countries": _joined(movie.countries),
    }
    return {
        **{name: value for name, value in known.items() if value},
        "rating_count": movie.rating_count,
        "stars": [int(movie.rating_avg)] if movie.rating_count else [],  # 0 for those below 1
        "genre": movie.genre_ids,
        "company": movie.company_ids,
        "cast": movie.cast_ids,
        "crew": movie.crew_ids,
        "director": movie.director_ids,
        "country": movie.countries,
        "spoken_language": movie.languages,
        "keyword": [keyword.casefold() for keyword in movie.keywords],
        "certification": movie.certifications,
        "image": list({image["type"] for image in movie.images}),
    }


def _joined(values: Iterable[str]) -> str:
    return " ".join(sorted(set(values)))


def _orders(movie: Movie, row: Row) -> dict[str, Any]:
    return {
        "by_release_date": place_of_number(movie.release_day, row),
        "by_rating": place(movie.rating_score, row),
        "by_rating_count": place_of_number(movie.rating_count, row),
        "by_revenue": place(movie.revenue or 0, row),
        "by_runtime": place_of_number(movie.runtime or 0, row),
        "by_title": place_of_text(movie.sort_title[:_LONGEST_ORDERED], row),
    }


def _person(person: Person) -> dict[str, Any]:
    row = Row(Kind.PERSON, person.pk)
    return _found_by_name(row, person, [person.name], person.also_known_as, person.popularity)


def _company(company: Company) -> dict[str, Any]:
    return _found_by_name(Row(Kind.COMPANY, company.pk), company, [company.name])


def _collection(collection: Collection) -> dict[str, Any]:
    return _found_by_name(Row(Kind.COLLECTION, collection.pk), collection, [collection.name])


def _found_by_name(
    row: Row, stored: Any, names: list[str], others: Iterable[str] = (), popularity: float = 0
) -> dict[str, Any]:
    others = list(others)
    return {**_named(row, stored, names, others, popularity), "text": text.bag([*names, *others])}


def _named(
    row: Row, stored: Any, names: list[str], others: list[str], popularity: float, year: int | None = None
) -> dict[str, Any]:
    name_keys = text.keys(names)
    other_keys = [key for key in text.keys(others) if key not in name_keys]
    return {
        "key": key_of(type(stored), stored.pk),
        "kind": row.kind.label,
        "id": row.id,
        "name": name_keys,
        "other_name": other_keys,
        "start": text.starts(name_keys),
        "other_start": text.starts(other_keys),
        "word": text.bag([*names, *others]),
        "by_popularity": place(popularity, row),
        "shown": json.dumps({"name": names[0], "year": year}, ensure_ascii=False),
    }


_MADE_BY: dict[type, Callable[[Any], dict[str, Any]]] = {
    Movie: _movie,
    Person: _person,
    Company: _company,
    Collection: _collection,
}
