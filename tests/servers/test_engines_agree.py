"""The same orders, cursors, lookups and unique values on SQLite, PostgreSQL, MariaDB and MongoDB."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connections
from django.db.models import QuerySet

from apps.catalog.models import Genre, Movie
from movieverse.api.cursors import Cursor, Ordering, rows_from

pytestmark = pytest.mark.servers

TITLES = [
    "The Matrix", "Matrix", "matrix", "Amélie", "Amelie", "Ämter", "Zoë", "zoe", "Œuvre", "Straße", "Strasse",
    "七人の侍", "Ночной дозор", "12 Angry Men", "2001: A Space Odyssey", "¡Three Amigos!", "A", "The", "a_b", "a b",
    "Ødipus", "İstanbul", "🎬", "[REC]", "O'Horten", "Oh…", "It's", "Its",
]  # fmt: skip


@pytest.fixture(scope="module")
def aliases(django_db_setup: None, django_db_blocker: Any, sqlite: str) -> Iterator[dict[str, str]]:
    """{engine: alias}: the catalogue's tables on every engine there is, until the module ends."""
    with django_db_blocker.unblock():
        # Firebase keeps nothing unique: tests/firebase holds its answers against SQLite's.
        found = {connections[alias].vendor: alias for alias in connections if connections[alias].vendor != "firebase"}
        for alias in found.values():
            _with_tables(alias, create=alias != "catalog")
            _fill(alias)
        yield found
        for alias in found.values():
            _with_tables(alias, create=False, drop=alias != "catalog")


def _with_tables(alias: str, *, create: bool, drop: bool = False) -> None:
    for model in (Genre, Movie):
        with connections[alias].schema_editor() as editor:
            if create:
                editor.create_model(model)
            elif drop:
                editor.delete_model(model)
            else:
                model.objects.using(alias).all().delete()


def _fill(alias: str) -> None:
    for number, title in enumerate(TITLES, 1):
        movie = Movie(
            pk=number,
            title=title,
            popularity=number % 5 / 3,
            release_date=date(1900 + number % 7, 1, 1) if number % 3 else None,
            genre_ids=[number % 3, 10 + number % 2],
            keywords=[title, "é"] if number % 2 else [],
            cast=[{"person_id": number, "name": title, "character": None}],
        )
        movie.derive()
        movie.save(using=alias)


def everywhere(aliases: dict[str, str], ask: Any) -> Any:
    """What all engines answer alike; asserts that they do."""
    answers = {engine: ask(alias) for engine, alias in aliases.items()}
    (first, *others) = answers.values()
    assert all(other == first for other in others), answers
    return first


def test_four_engines_are_compared(aliases: dict[str, str]):
    assert set(aliases) == {"sqlite", "postgresql", "mysql", "mongodb"}


@pytest.mark.parametrize("field", ["sort_title", "popularity", "release_day", "pk"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_orders_are_the_same(aliases: dict[str, str], field: str, sign: str):
    def ask(alias: str) -> list[int]:
        ordered = Movie.objects.using(alias).order_by(f"{sign}{field}", f"{sign}pk")
        return list(ordered.values_list("pk", flat=True))

    assert sorted(everywhere(aliases, ask)) == list(range(1, len(TITLES) + 1))


def _walk(movies: QuerySet, ordering: Ordering, *, backward: bool) -> list[int]:
    seen: list[int] = []
    cursor = None
    if backward:
        last = rows_from(movies, ordering, None, 100)[-1]
        cursor, seen = Cursor(ordering.name, True, getattr(last, ordering.field), last.pk), [last.pk]
    while rows := rows_from(movies, ordering, cursor, 3):
        edge = rows[0] if backward else rows[-1]
        seen = [row.pk for row in rows] + seen if backward else seen + [row.pk for row in rows]
        cursor = Cursor(ordering.name, backward, getattr(edge, ordering.field), edge.pk)
    return seen


@pytest.mark.parametrize("name", ["sort_title", "-popularity", "-release_day"])
def test_cursors_walk_every_row_once_both_ways(aliases: dict[str, str], name: str):
    ordering = Ordering(name, name.removeprefix("-"))
    forward = everywhere(aliases, lambda alias: _walk(Movie.objects.using(alias), ordering, backward=False))
    backward = everywhere(aliases, lambda alias: _walk(Movie.objects.using(alias), ordering, backward=True))
    assert forward == backward
    assert len(set(forward)) == len(TITLES)


@pytest.mark.parametrize(
    ("lookup", "number"),
    [
        ({"genre_ids__has": 1}, 10),
        ({"genre_ids__has_any": [1, 10]}, 19),
        ({"genre_ids__has_all": [1, 10]}, 5),
        ({"genre_ids__has_any": []}, 0),
        ({"keywords__has": "é"}, 14),
        ({"keywords__has": "e"}, 0),
        ({"keywords__has": "matrix"}, 1),
        ({"title__iexact": "[rec]"}, 1),
        ({"title": "matrix"}, 1),
        ({"sort_title": "matrix"}, 3),
        ({"sort_title__startswith": "matri"}, 3),
    ],
)
def test_lookups_find_the_same(aliases: dict[str, str], lookup: dict[str, Any], number: int):
    def ask(alias: str) -> set[int]:
        return set(Movie.objects.using(alias).filter(**lookup).values_list("pk", flat=True))

    assert len(everywhere(aliases, ask)) == number


def test_values_come_back_the_same(aliases: dict[str, str]):
    def ask(alias: str) -> list[Any]:
        names = ("title", "release_date", "popularity", "genre_ids", "keywords", "cast", "cast_ids")
        return list(Movie.objects.using(alias).order_by("pk").values_list(*names))

    assert everywhere(aliases, ask)[0][:2] == ("The Matrix", date(1901, 1, 1))


@pytest.mark.parametrize(
    ("first", "second", "collide"),
    [("crime", "crime", True), ("crime", "Crime", False), ("cafe", "café", False), ("ss", "ß", False)],
)
def test_unique_text_is_unique_by_code_points(aliases: dict[str, str], first: str, second: str, collide: bool):
    def ask(alias: str) -> bool:
        genres = Genre.objects.using(alias)
        genres.create(pk=1, name="1", slug=first)
        try:
            genres.create(pk=2, name="2", slug=second)
        except IntegrityError:
            return True
        else:
            return False
        finally:
            genres.all().delete()

    assert everywhere(aliases, ask) is collide


def test_times_are_the_same_to_the_millisecond(aliases: dict[str, str]):
    def ask(alias: str) -> bool:
        genre = Genre(pk=1, name="G", slug="g")
        genre.save(using=alias)
        stored = Genre.objects.using(alias).get(pk=1)
        genre.delete(using=alias)
        return stored.created_at == genre.created_at and stored.created_at <= datetime.now(UTC)

    assert everywhere(aliases, ask)
