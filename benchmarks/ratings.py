"""A rating through the service, against its three statements written by hand in one transaction with MySQLdb.

MariaDB cleans up behind its writers a little later: so a thousand are timed in a row, else one way would pay for the
other's.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from apps.reviews.models import Rating, RatingSummary
from apps.reviews.services import rating_set
from benchmarks.measure import Figure, compare

DATABASE = "test_movieverse_bench"
LIMIT = 1 / 0.6  # times the time of the statements alone
MOVIE, VALUE = 1, 7

RATING = (
    "INSERT IGNORE INTO reviews_rating (movie_id, user_id, value, created_at, updated_at, withheld) "
    "VALUES (%s, %s, %s, %s, %s, 0)"
)
SUMMARY = (
    "UPDATE reviews_ratingsummary SET count = count + 1, total = total + %s, version = version + 1, "
    "count_7 = count_7 + 1 WHERE movie_id = %s"
)
EVENT = (
    "INSERT INTO reviews_event (kind, object_id, action, data, created_at, attempts, due_at, dead_at, error) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def run() -> Iterator[Figure]:
    if connections["reviews"].vendor != "mysql":
        raise SystemExit("The benchmark ratings needs REVIEWS_DATABASE_URL to be MariaDB or MySQL.")
    settings.DEBUG = False  # else Django keeps every statement
    with _database() as connection:
        by_hand = _connection(connection.get_connection_params())
        users = count(1)
        yield compare(
            "a rating: row, summary and event",
            lambda: rating_set(user_id=next(users), movie_id=MOVIE, value=VALUE),
            lambda: _by_hand(by_hand, next(users)),
            at_most=LIMIT,
            rounds=9,
            times=1_000,
        )
        by_hand.close()
        _check(next(users) - 1)


@contextmanager
def _database() -> Iterator[Any]:
    """A database of its own, gone afterwards."""
    connection: Any = connections["reviews"]
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    connection.settings_dict["NAME"] = DATABASE
    try:
        call_command("migrate", "reviews", database="reviews", verbosity=0)
        RatingSummary.objects.create(pk=MOVIE)  # so that the catalogue need not be asked
        yield connection
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {DATABASE}")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def _connection(parameters: dict[str, Any]) -> Any:
    """As MySQLdb makes them, autocommit off."""
    import MySQLdb

    names = ("host", "port", "user", "password", "database", "charset")
    connection = MySQLdb.connect(**{name: parameters[name] for name in names})
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")  # as ours
    connection.commit()
    return connection


def _by_hand(connection: Any, user: int) -> None:
    now = datetime.now(tz=UTC).replace(tzinfo=None)
    with connection.cursor() as cursor:
        cursor.execute(RATING, (MOVIE, user, VALUE, now, now))
        cursor.execute(SUMMARY, (VALUE, MOVIE))
        data = json.dumps({"movie_id": MOVIE})
        cursor.execute(EVENT, ("rating_summary", MOVIE, "saved", data, now, 0, None, None, ""))
    connection.commit()


def _check(ratings: int) -> None:
    """Both did all that they were timed for."""
    summary = RatingSummary.objects.get(pk=MOVIE)
    assert Rating.objects.count() == summary.count == summary.count_7 == summary.version == ratings
