"""The stores the other way round: each on an engine that is not its usual one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

pytestmark = pytest.mark.servers

DATABASE = "test_movieverse_swapped"


@pytest.fixture
def swapped(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Accounts on MariaDB, reviews and catalogue on PostgreSQL, profiles on MongoDB."""
    import MySQLdb
    import psycopg2
    from pymongo import MongoClient

    def url(variable: str) -> str:
        return urlsplit(os.environ[variable])._replace(path=f"/{DATABASE}").geturl()

    def execute(statement: str) -> None:
        mysql = urlsplit(os.environ["REVIEWS_DATABASE_URL"])
        connect = {"host": mysql.hostname, "port": mysql.port, "user": mysql.username, "password": mysql.password}
        with closing(MySQLdb.connect(**connect)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement)
        with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    execute(f"CREATE DATABASE {DATABASE}")
    yield os.environ | {
        "DATABASE_URL": url("REVIEWS_DATABASE_URL"),
        "REVIEWS_DATABASE_URL": url("DATABASE_URL"),
        "CATALOG_DATABASE_URL": url("DATABASE_URL"),
        "PROFILES_DATABASE_URL": url("CATALOG_DATABASE_URL"),
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "swapped",
        "DJANGO_SETTINGS_MODULE": "movieverse.settings",
    }
    execute(f"DROP DATABASE {DATABASE}")
    with MongoClient(url("CATALOG_DATABASE_URL")) as client:
        client.drop_database(DATABASE)


def test_migrations_and_seeds_run_there_as_well(swapped: dict[str, str]):
    def manage(*command: str) -> str:
        run = [sys.executable, "manage.py", *command]
        result = subprocess.run(run, cwd=settings.BASE_DIR, env=swapped, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return result.stdout

    manage("migrate_all")
    first, second = manage("seed", "demo"), manage("seed", "demo")
    assert "movies                320           0           0           0" in first
    assert all(line.split()[-4:-2] == ["0", "0"] for line in second.splitlines()[1:])
    assert "Nothing is wrong." in manage("seed", "verify")


def test_ratings_are_as_exact_on_postgresql():
    def url(variable: str, database: str) -> str:
        return urlsplit(os.environ[variable])._replace(path=f"/{database}").geturl()

    environment = {
        "DATABASE_URL": url("DATABASE_URL", "movieverse_others"),
        "REVIEWS_DATABASE_URL": url("DATABASE_URL", "movieverse_reviews"),
        "CATALOG_DATABASE_URL": url("CATALOG_DATABASE_URL", "movieverse_others"),
        "PROFILES_DATABASE_URL": url("PROFILES_DATABASE_URL", "movieverse_others"),
    }
    tests = ["tests/test_bulk.py", "tests/reviews", "tests/servers/test_concurrent_ratings.py"]
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    result = subprocess.run(
        run, cwd=settings.BASE_DIR, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
