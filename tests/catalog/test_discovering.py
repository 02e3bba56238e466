"""What the index finds by facts is what a look at each row finds."""

import math
import random
import shutil
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.http import QueryDict

from apps.catalog.api.discover import DiscoverFilter
from apps.catalog.api.views.discover import Discover
from apps.catalog.models import Movie, Person
from apps.catalog.search import files, ordered
from apps.catalog.search.discovering import FACETS, Hit, Titles
from apps.catalog.search.documents import documents
from apps.catalog.search.writer import Writer
from movieverse.api.cursors import Cursor, Ordering

ROWS = 400
EVERYTHING = Ordering("popularity", "by_popularity")


def some(chance: random.Random, values: range | str, most: int) -> list:
    """Some of them, each once."""
    return chance.sample(list(values), chance.randint(0, most))


def made(chance: random.Random, pk: int) -> Movie:
    """A title with facts of which several others have the same, and some that nobody knows."""
    day = date(1989, 1, 1) + timedelta(days=chance.randrange(0, 4000))
    rated = chance.random() < 0.8
    movie = Movie(
        pk=pk,
        kind=chance.choice(Movie.Kind.values),
        title=chance.choice(["Heat", "The Heat", "heat 2", "Léon", "日本", "Z" * 150, '"!"', "Alien"]),
        status=chance.choice(["", "released", "ended", "planned"]),
        release_date=chance.choice([None, day, day]),
        release_year=chance.choice([None, 1990, 1999]),
        runtime=chance.choice([None, 0, 61, 90, 90, 120]),
        original_language=chance.choice(["", "en", "fr", "de"]),
        genre_ids=some(chance, range(1, 6), 3),
        countries=[chance.choice(["US", "FR", "DE"]) for _ in range(chance.randint(0, 1))] + some(chance, ["JP"], 1),
        languages=some(chance, ["en", "fr", "de"], 2),
        keywords=some(chance, ["Heist", "los angeles", "İstanbul"], 3),
        company_ids=some(chance, range(1, 4), 2),
        collection_id=chance.choice([None, 1, 2]),
        budget=chance.choice([None, 0, 1_000, 5_000_000_000]),
        revenue=chance.choice([None, 0, 1_000, 5_000_000_000]),
        popularity=chance.choice([0, 0, 0.1, 2.5, 1e9, chance.random()]),
        releases=[{"country": "US", "certification": name} for name in some(chance, ["R", "PG-13", ""], 2)],
        images=[{"type": name} for name in some(chance, ["poster", "poster", "backdrop"], 3)],
        cast=[{"person_id": pk, "name": "A", "character": ""} for pk in some(chance, range(1, 6), 3)],
        crew=[{"person_id": pk, "name": "A", "job": "Director"} for pk in some(chance, range(1, 6), 2)]
        + [{"person_id": 7, "name": "A", "job": "Editor"}],
        rating_count=chance.randint(1, 12) if rated else 0,
        rating_avg=chance.choice([0.5, 0.75, 2, 3.5, 4.333333, 5]) if rated else 0,
        rating_score=chance.choice([2.5, 3, 3.1]),
    )
    movie.derive()
    return movie


@pytest.fixture(scope="module")
def rows() -> Iterator[list[Movie]]:
    """The titles of an index that also has people."""
    chance = random.Random(7)
    movies = [made(chance, pk) for pk in chance.sample(range(1, 10_000), ROWS)]
    folder = files.new_folder()
    writer = Writer.of_new(folder, 0)
    writer.add(documents([*movies, *(Person(pk=pk, name="Heat", popularity=1) for pk in range(1, 50))]))
    writer.commit()
    writer.close()
    files.use(folder)
    yield movies
    shutil.rmtree(files.home())


def found_by(query: str) -> Titles:
    filters = DiscoverFilter(QueryDict(query), Titles())
    assert not filters.errors
    return filters.qs


def ids(hits: list[Hit]) -> list[int]:
    return [hit.row.id for hit in hits]


def has(column: str, *values: object) -> Callable[[Movie], bool]:
    return lambda movie: set(values) <= set(getattr(movie, column))


def has_any(column: str, *values: object) -> Callable[[Movie], bool]:
    return lambda movie: not set(values).isdisjoint(getattr(movie, column))


def is_in(column: str, *values: object) -> Callable[[Movie], bool]:
    return lambda movie: getattr(movie, column) in values


def between(column: str, first: float, last: float = float("inf"), times: int = 1) -> Callable[[Movie], bool]:
    """Of what is known: neither null nor 0."""

    def holds(movie: Movie) -> bool:
        value = round((getattr(movie, column) or 0) * times)
        return first <= value <= last and (value > 0 or column == "rating_count")

    return holds


def credited(movie: Movie) -> set[int]:
    return {*movie.cast_ids, *movie.crew_ids}


def images(movie: Movie) -> set[str]:
    return {image["type"] for image in movie.images}


BY_VALUES = {
    "kind=movie": is_in("kind", "movie"),
    "kind=movie|show": lambda movie: True,
    "status=released|ended": is_in("status", "released", "ended"),
    "genre=1": has("genre_ids", 1),
    "genre=1,2": has("genre_ids", 1, 2),
    "genre=1|2": has_any("genre_ids", 1, 2),
    "genre=99": lambda movie: False,
    "main_genre=1|2": is_in("main_genre_id", 1, 2),
    "country=us": has("countries", "US"),
    "country=US,JP": has("countries", "US", "JP"),
    "country=US|JP": has_any("countries", "US", "JP"),
    "main_country=FR": is_in("main_country", "FR"),
    "spoken_language=EN,fr": has("languages", "en", "fr"),
    "spoken_language=en|fr": has_any("languages", "en", "fr"),
    "original_language=en|de": is_in("original_language", "en", "de"),
    "keyword=heist": has("keywords", "Heist"),
    "keyword=HEIST,los angeles": has("keywords", "Heist", "los angeles"),
    "keyword=İstanbul": has("keywords", "İstanbul"),
    "company=1,2": has("company_ids", 1, 2),
    "company=1|2": has_any("company_ids", 1, 2),
    "collection=1": is_in("collection_id", 1),
    "certification=us:R": has("certifications", "US:R"),
    "certification=US:R,US:PG-13": has("certifications", "US:R", "US:PG-13"),
    "certification=US:R|US:PG-13": has_any("certifications", "US:R", "US:PG-13"),
    "person=1": lambda movie: 1 in credited(movie),
    "person=1,2": lambda movie: {1, 2} <= credited(movie),
    "person=1|2": lambda movie: bool({1, 2} & credited(movie)),
    "cast=1,2": has("cast_ids", 1, 2),
    "crew=1|7": has_any("crew_ids", 1, 7),
    "director=7": has("director_ids", 7),
    "director=1|2": has_any("director_ids", 1, 2),
    "has_image=poster": lambda movie: "poster" in images(movie),
    "has_image=poster,backdrop": lambda movie: {"poster", "backdrop"} <= images(movie),
    "has_image=poster|backdrop": lambda movie: bool(images(movie)),
    "ids=" + ",".join(map(str, range(1, 1000, 10))): lambda movie: movie.pk in range(1, 1000, 10),
    "ids=9223372036854775807": lambda movie: False,
}
BY_BOUNDS = {
    "year=1990": between("release_day", 1990_00_00, 1990_12_31),
    "year__gte=1995": between("release_day", 1995_00_00),
    "year__lte=1990": between("release_day", 1, 1990_12_31),
    "year__gte=1990&year__lte=1992": between("release_day", 1990_00_00, 1992_12_31),
    "year__gte=1992&year__lte=1990": lambda movie: False,
    "year__gte=1990&year=1991&release_date__lte=1991-06-30": between("release_day", 1991_00_00, 1991_06_30),
    "release_date__gte=1990-06-01": between("release_day", 1990_06_01),
    "release_date=1990-06-01": between("release_day", 1990_06_01, 1990_06_01),
    "runtime__gte=90": between("runtime", 90),
    "runtime__lte=90": between("runtime", 1, 90),
    "runtime__gte=62&runtime__lte=119": between("runtime", 62, 119),
    "rating__gte=3.5": between("rating_avg", 350, times=100),
    "rating__gte=4.33&rating__lte=4.34": between("rating_avg", 433, 434, times=100),
    "rating__lte=0.75": between("rating_avg", 1, 75, times=100),
    "rating_count__gte=0": lambda movie: True,
    "rating_count__gte=5": between("rating_count", 5),
    "rating_count__lte=0": between("rating_count", 0, 0),
    "budget__gte=1000": between("budget", 1_000),
    "budget__lte=4999999999": between("budget", 1, 4_999_999_999),
    "revenue__gte=1001": between("revenue", 1_001),
    "revenue__lte=9223372036854775807": between("revenue", 1),
}


@pytest.mark.parametrize(("query", "holds"), [*BY_VALUES.items(), *BY_BOUNDS.items()])
def test_a_filter_finds_what_it_says(rows, query, holds):
    titles = found_by(query)
    expected = {movie.pk for movie in rows if holds(movie)}
    assert sorted(ids(titles.rows_from(EVERYTHING, None, ROWS))) == sorted(expected)
    assert titles.count() == len(expected)


@pytest.mark.parametrize(("query", "holds"), BY_VALUES.items())
def test_not_finds_all_the_others(rows, query, holds):
    titles = found_by(query.replace("=", "__not="))
    expected = {movie.pk for movie in rows if not holds(movie)}
    assert sorted(ids(titles.rows_from(EVERYTHING, None, ROWS))) == sorted(expected)


def test_filters_add_up(rows):
    chance = random.Random(8)
    known = list((BY_VALUES | BY_BOUNDS).items())
    for _ in range(200):
        chosen = {
            query.partition("=")[0]: (query, holds) for query, holds in chance.sample(known, 3) if "&" not in query
        }
        titles = found_by("&".join(query for query, _ in chosen.values()))
        expected = {movie.pk for movie in rows if all(holds(movie) for _, holds in chosen.values())}
        assert sorted(ids(titles.rows_from(EVERYTHING, None, ROWS))) == sorted(expected), chosen.keys()


def as_stored(value: float) -> float:
    return struct.unpack(">f", struct.pack(">f", value))[0]


ORDERED_BY: dict[str, Callable[[Movie], object]] = {
    "popularity": lambda movie: as_stored(movie.popularity),
    "release_date": lambda movie: movie.release_day,
    "rating": lambda movie: as_stored(movie.rating_score),
    "rating_count": lambda movie: movie.rating_count,
    "revenue": lambda movie: as_stored(movie.revenue or 0),
    "runtime": lambda movie: movie.runtime or 0,
    "title": lambda movie: movie.sort_title[:100],
}


@pytest.fixture(params=[1, 20, 300, ROWS * 2], ids="the first {} are looked at first".format)
def first(request, monkeypatch):
    """As if there were many rows."""
    monkeypatch.setattr(ordered, "_MANY", 0)
    monkeypatch.setattr(ordered, "_FIRST", request.param)
    ordered._borders.clear()
    yield
    ordered._borders.clear()


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", Discover.orderings)
@pytest.mark.parametrize("query", ["genre=1|2", "genre__not=1&kind=movie&rating_count__gte=3"])
def test_each_order_is_the_same_where_the_first_rows_are_looked_at_first(rows, name, sign, query, first, monkeypatch):
    ordering = Ordering(sign + name, Discover.orderings[name])
    found = [pages(found_by(query), ordering, backward=backward) for backward in (False, True)]
    assert ordered._borders
    monkeypatch.undo()
    assert found == [pages(found_by(query), ordering, backward=backward) for backward in (False, True)]
    assert found[0]


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("name", ["-release_date", "title"])
def test_where_the_first_rows_have_ended_once_changes_nothing(rows, name):
    ordering = Ordering(name, Discover.orderings[name.strip("-")])
    found = pages(Titles(), ordering, backward=False)
    (key,) = ordered._borders
    for place in [getattr(hit, ordering.field) for hit in Titles().rows_from(ordering, None, ROWS)[::40]]:
        ordered._borders[key] = place, math.inf
        assert pages(Titles(), ordering, backward=False) == found


@pytest.mark.usefixtures("first")
def test_where_there_are_no_titles_none_are_found(rows, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    folder = files.new_folder()
    writer = Writer.of_new(folder, 0)
    writer.add(documents([Person(pk=1, name="Heat")]))
    writer.commit()
    writer.close()
    files.use(folder)
    for name, order in Discover.orderings.items():
        assert not Titles().rows_from(Ordering(name, order), None, ROWS)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", Discover.orderings)
@pytest.mark.parametrize("query", ["", "genre=1|2"])
def test_each_order_is_one_order_on_pages_there_and_back(rows, name, sign, query):
    ordering = Ordering(sign + name, Discover.orderings[name])
    holds = BY_VALUES["genre=1|2"] if query else lambda movie: True
    in_order = sorted(filter(holds, rows), key=lambda movie: (ORDERED_BY[name](movie), movie.pk), reverse=bool(sign))

    assert pages(found_by(query), ordering, backward=False) == [movie.pk for movie in in_order]
    assert pages(found_by(query), ordering, backward=True) == [movie.pk for movie in in_order]


def pages(titles: Titles, ordering: Ordering, *, backward: bool) -> list[int]:
    """All ids in order, read in pages from the first on, or from the last one back."""
    found: list[int] = []
    cursor = None
    if backward:
        last = titles.rows_from(ordering, None, ROWS)[-1]
        found, cursor = [last.row.id], Cursor(ordering.name, True, getattr(last, ordering.field), None)
    while page := titles.rows_from(ordering, cursor, 7):
        found = ids(page) + found if backward else found + ids(page)
        edge = page[0] if backward else page[-1]
        cursor = Cursor(ordering.name, backward, getattr(edge, ordering.field), None)
    return found


@pytest.mark.parametrize("query", ["", "genre=1", "genre=1&country=US&year__gte=1990", "genre=99"])
def test_facets_count_what_is_found(rows, query):
    holding = [movie for movie in rows if movie.pk in ids(found_by(query).rows_from(EVERYTHING, None, ROWS))]
    by_hand = {
        "genre": Counter(genre for movie in holding for genre in movie.genre_ids),
        "decade": Counter(movie.release_year // 10 * 10 for movie in holding if movie.release_year),
        "country": Counter(country for movie in holding for country in movie.countries),
        "language": Counter(movie.original_language for movie in holding if movie.original_language),
        "rating": Counter(int(movie.rating_avg) for movie in holding if movie.rating_count),
    }
    facets = found_by(query).facets(FACETS)
    assert {name: dict(counted) for name, counted in facets.items()} == by_hand
    for counted in facets.values():
        assert [count for _, count in counted] == sorted((count for _, count in counted), reverse=True)


def test_of_a_facet_there_are_the_most_frequent_values(rows, monkeypatch):
    monkeypatch.setattr("apps.catalog.search.discovering.MOST_VALUES", 2)
    assert len(Titles().facets(["genre"])["genre"]) == 2
