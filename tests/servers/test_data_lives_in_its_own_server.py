"""After the seeds, looked at with the servers' own drivers and not through Django."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.core.management import call_command
from django.db import connections

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.profiles.services import profile_update
from apps.reviews.services import rating_set, review_create
from tests.conftest import number_members

pytestmark = pytest.mark.servers

OF_ALL = {"django_migrations"}


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo set, a member's rating, review and profile, committed; everything is emptied afterwards."""
    with django_db_blocker.unblock():
        call_command("seed", "demo", verbosity=0)
        member = User.objects.create_user(email="m@example.com", handle="member", password="a long one")
        movie = Movie.objects.first()
        rating_set(user_id=member.pk, movie_id=movie.pk, value=9)
        review_create(user_id=member.pk, movie_id=movie.pk, body="Seen twice.")
        profile_update(user_id=member.pk, bio="Hello.", favourite_movie_ids=[movie.pk])
        yield
        for alias in connections:
            call_command("flush", database=alias, interactive=False, verbosity=0)
        number_members()


def _name(alias: str) -> str:
    return connections[alias].settings_dict["NAME"]


def in_postgresql() -> dict[str, int]:
    import psycopg2

    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{_name('default')}").geturl()
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        return _counted(cursor, [name for (name,) in cursor.fetchall()])


def in_mysql() -> dict[str, int]:
    import MySQLdb

    url = urlsplit(os.environ["REVIEWS_DATABASE_URL"])
    connection = MySQLdb.connect(
        host=url.hostname, port=url.port, user=url.username, password=url.password, database=_name("reviews")
    )
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.execute("SHOW TABLES")
        return _counted(cursor, [name for (name,) in cursor.fetchall()])


def _counted(cursor: Any, tables: list[str]) -> dict[str, int]:
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        counts[table] = cursor.fetchone()[0]
    return counts


def in_mongodb() -> dict[str, int]:
    from pymongo import MongoClient

    with MongoClient(os.environ["CATALOG_DATABASE_URL"]) as client:
        database = client[_name("catalog")]
        return {name: database[name].count_documents({}) for name in database.list_collection_names()}


def in_firebase() -> dict[str, Any]:
    """{table: {key: row}}"""
    from movieverse.engines.firebase.tree import children

    root = f"http://{os.environ['FIREBASE_DATABASE_EMULATOR_HOST']}/{_name('profiles')}.json"
    found = requests.get(
        root, params={"ns": "movieverse"}, headers={"Authorization": "Bearer owner"}, timeout=10
    ).json()
    return {table: children(rows) for table, rows in found.items()}


@pytest.mark.usefixtures("seeded")
def test_accounts_are_in_postgresql_and_nothing_of_the_others():
    found = in_postgresql()
    assert found["accounts_user"] > 100
    assert not [name for name in found if name.startswith(("catalog_", "reviews_", "profiles_", "recommendations_"))]


@pytest.mark.usefixtures("seeded")
def test_reviews_ratings_and_summaries_are_in_mysql_and_nothing_else():
    found = in_mysql()
    said = {"reviews_review", "reviews_rating", "reviews_ratingsummary", "reviews_tag", "reviews_rater"}
    said |= {"reviews_reviewrevision", "reviews_helpfulvote", "reviews_reviewreport", "reviews_moderationact"}
    said |= {"reviews_ratingbatch", "reviews_ratingchunk", "reviews_ratingchange"}
    assert found.keys() - OF_ALL == said | {"reviews_mergedrow", "reviews_event"}
    assert found["reviews_rating"] > 1_000
    assert found["reviews_review"] > 100
    assert found["reviews_ratingsummary"] > 300


@pytest.mark.usefixtures("seeded")
def test_movies_people_genres_and_settings_are_in_mongodb_and_nothing_else():
    found = in_mongodb()
    assert found.keys() - OF_ALL == {
        "recommendations_disinterest",
        "recommendations_modelversion",
        "recommendations_neighbours",
        "catalog_movie",
        "catalog_person",
        "catalog_genre",
        "catalog_company",
        "catalog_collection",
        "catalog_curatedlist",
        "catalog_listentry",
        "catalog_externalid",
        "catalog_counter",
        "catalog_setting",
        "catalog_event",
        "catalog_loadnote",
        "catalog_mergedrow",
        "catalog_tombstone",
        "movieverse_numbers",  # of events
    }
    assert found["catalog_movie"] == 320


@pytest.mark.usefixtures("seeded")
def test_profiles_are_in_firebase_and_nothing_else():
    found = in_firebase()
    assert found.keys() - OF_ALL == {"profiles_profile", "profiles_event", "_tables", "_numbers"}
    assert len(found["profiles_profile"]) > 50
    member = found["profiles_profile"][str(User.objects.get(handle="member").pk)]
    assert (member["bio"], len(member["favourite_movie_ids"]), member["version"]) == ("Hello.", 1, 1)


@pytest.mark.usefixtures("seeded")
def test_documents_have_the_shape_that_indexes_and_other_clients_expect():
    from pymongo import MongoClient

    with MongoClient(os.environ["CATALOG_DATABASE_URL"]) as client:
        movie = client[_name("catalog")]["catalog_movie"].find_one({"title": "The Godfather"})
    assert isinstance(movie["_id"], int)
    assert isinstance(movie["genre_ids"], list)
    assert movie["cast"][0].keys() == {"person_id", "name", "character", "source"}
    assert movie["cast_ids"][0] == movie["cast"][0]["person_id"]
    assert movie["release_day"] == 19720314
