"""Ordered pages of 20 out of 100,000 films on MongoDB: the ORM against pymongo fetching the same documents."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connections

from apps.catalog.models import Movie
from apps.catalog.selectors import MOVIE_LIST_FIELDS
from benchmarks.measure import Figure, compare
from movieverse.api.cursors import Cursor, Ordering, rows_from
from movieverse.bulk import bulk_upsert

NUMBER, PAGE = 100_000, 20
DATABASE = "movieverse_bench"
LIMIT = 4  # times pymongo's time
POPULAR = Ordering("-popularity", "popularity")
SORT = [("popularity", -1), ("_id", -1)]


def run() -> Iterator[Figure]:
    connection: Any = connections["catalog"]
    connection.settings_dict["NAME"] = DATABASE
    connection.close_pool()
    call_command("migrate", database="catalog", verbosity=0)
    if Movie.objects.count() != NUMBER:
        _fill(connection)
    collection = connection.database["catalog_movie"]
    for label, queryset, projection in (
        ("whole films", Movie.objects.all(), None),
        ("as lists show them", Movie.objects.only(*MOVIE_LIST_FIELDS), _columns()),
    ):
        for place, row in (("first", None), ("middle", Movie.objects.order_by("-popularity", "-id")[NUMBER // 2])):
            cursor = row and Cursor(POPULAR.name, False, row.popularity, row.pk)
            yield compare(
                f"{place} page of {PAGE}, {label}",
                lambda queryset=queryset, cursor=cursor: rows_from(queryset, POPULAR, cursor, PAGE),
                lambda cursor=cursor, projection=projection: list(
                    collection.find(_beyond(cursor), projection).sort(SORT).limit(PAGE)
                ),
                at_most=LIMIT,
            )


def _columns() -> list[str]:
    return [Movie._meta.get_field(name).column for name in MOVIE_LIST_FIELDS]


def _beyond(cursor: Cursor | None) -> dict[str, Any]:
    if cursor is None:
        return {}
    ties = {"popularity": cursor.value, "_id": {"$lt": cursor.pk}}
    return {"$or": [{"popularity": {"$lt": cursor.value}}, ties]}


def _fill(connection: Any) -> None:
    connection.database["catalog_movie"].delete_many({})
    numbers = random.Random(20)
    for start in range(1, NUMBER + 1, 10_000):
        rows = [_film(pk, numbers) for pk in range(start, start + 10_000)]
        bulk_upsert(rows, update_fields=[], batch=2_000)


def _film(pk: int, numbers: random.Random) -> Movie:
    people = numbers.sample(range(1, 200_000), 18)
    movie = Movie(
        pk=pk,
        title=f"The Film Number {pk}",
        overview="Somebody wants something, and somebody else is in the way. " * 4,
        release_date=date(1920, 1, 1) + timedelta(days=numbers.randrange(38_000)),
        popularity=round(numbers.paretovariate(1.2), 2),
        genre_ids=numbers.sample(range(1, 20), 3),
        keywords=[f"keyword {numbers.randrange(5_000)}" for _ in range(8)],
        countries=["US"],
        languages=["en"],
        cast=[{"person_id": person, "name": f"Person {person}", "character": "Somebody"} for person in people[:10]],
        crew=[
            {"person_id": person, "name": f"Person {person}", "department": "Crew", "job": "Worker"}
            for person in people[10:]
        ],
    )
    movie.derive()
    return movie
