"""The bare way of each server to take many ratings: what imports are measured against."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import polars as pl

from apps.imports.datasets.pairs import Pairs
from apps.imports.sources.ratings import ratings_of

COLUMNS = "(user_id, movie_id, value, created_at, updated_at, withheld)"
MOMENT = "2026-01-01 00:00:00"
SUMS = "SELECT movie_id, value, COUNT(*) FROM bare GROUP BY movie_id, value"


def write_rows(ratings: Path, target: Path) -> None:
    """The good rows of a table of ratings as the servers' own loaders take them; user n is -n, film n is n."""
    with target.open("wb") as file, TemporaryDirectory() as folder:
        pairs = Pairs(Path(folder))
        for chunk in ratings_of(ratings):
            known = chunk.rows.filter(pl.col("movie") < 1_000_000).with_columns(movie_id=pl.col("movie"))
            rows, _ = pairs.take(chunk.number, known)
            told = rows.select(-pl.col("user"), "movie_id", "value", "created_at", pl.lit(MOMENT), pl.lit(0).alias("w"))
            told.write_csv(file, include_header=False, separator="\t", quote_style="never")


class MariaDB:
    name = "MariaDB"
    variable = "REVIEWS_DATABASE_URL"
    drop_indexes = ("ALTER TABLE bare DROP INDEX one_rating_per_user_and_movie, DROP INDEX rating_movie",)
    make_indexes = (
        "ALTER TABLE bare ADD UNIQUE one_rating_per_user_and_movie (user_id, movie_id), "  # noqa: ISC004  one statement
        "ADD INDEX rating_movie (movie_id, id)",
    )

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def connected(self, database: str = "") -> Iterator[Any]:
        import MySQLdb

        url = urlsplit(self.url)
        place = {"host": url.hostname, "port": url.port, "database": database or url.path[1:]}
        who = {"user": url.username, "password": url.password}
        with closing(MySQLdb.connect(**place, **who, charset="utf8mb4", local_infile=True, autocommit=True)) as opened:
            yield opened.cursor()

    def make_table(self, cursor: Any) -> None:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare LIKE reviews_rating")

    def load(self, cursor: Any, rows: Path) -> None:
        cursor.execute(f"LOAD DATA LOCAL INFILE '{rows}' INTO TABLE bare {COLUMNS}")


class PostgreSQL:
    name = "PostgreSQL"
    variable = "DATABASE_URL"
    drop_indexes = (
        "ALTER TABLE bare DROP CONSTRAINT bare_pkey",
        "ALTER TABLE bare DROP CONSTRAINT IF EXISTS bare_user_id_movie_id_key",
        "DROP INDEX IF EXISTS bare_movie_id_id_idx",
    )
    make_indexes = (
        "ALTER TABLE bare ADD CONSTRAINT bare_pkey PRIMARY KEY (id)",
        "ALTER TABLE bare ADD CONSTRAINT bare_user_id_movie_id_key UNIQUE (user_id, movie_id)",
        "CREATE INDEX bare_movie_id_id_idx ON bare (movie_id, id)",
    )

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def connected(self, database: str = "") -> Iterator[Any]:
        """As psql is: without the site's deadlines, which do not let a copy through."""
        import psycopg2
        from psycopg2 import extensions

        callback = extensions.get_wait_callback()
        extensions.set_wait_callback(None)
        url = urlunsplit(urlsplit(self.url)._replace(path=f"/{database}")) if database else self.url
        try:
            with closing(psycopg2.connect(url)) as opened:
                opened.autocommit = True
                yield opened.cursor()
        finally:
            extensions.set_wait_callback(callback)

    def make_table(self, cursor: Any) -> None:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (LIKE reviews_rating INCLUDING ALL)")

    def load(self, cursor: Any, rows: Path) -> None:
        with rows.open("rb") as file:
            cursor.copy_expert(f"COPY bare {COLUMNS} FROM STDIN", file)


Server = MariaDB | PostgreSQL


@contextmanager
def database(server: Server, name: str) -> Iterator[str]:
    """One that is empty at first, and gone at the end. Its address."""
    with server.connected() as cursor:
        _run(cursor, (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"))
    yield urlunsplit(urlsplit(server.url)._replace(path=f"/{name}"))
    with server.connected() as cursor:
        _run(cursor, (f"DROP DATABASE {name}",))


def rest(server: Server) -> None:
    """What comes next does not pay for what was measured before. On PostgreSQL a dropped database is a checkpoint."""
    with database(server, "test_movieverse_bench_rest"):
        pass
    os.sync()


def bare_seconds(server: Server, database: str, rows: Path) -> float:
    """Of the load and the sums: with the indexes made before or after, whichever is faster."""
    with server.connected(database) as cursor:
        times = []
        for before, after in (((), ()), (server.drop_indexes, server.make_indexes)):
            server.make_table(cursor)
            _run(cursor, before)
            rest(server)
            times.append(_timed(lambda after=after: (server.load(cursor, rows), _run(cursor, after))))
        sums = _timed(lambda: _run(cursor, (SUMS,)))
        _run(cursor, ("DROP TABLE bare",))
    return min(times) + sums


def _run(cursor: Any, statements: tuple[str, ...]) -> None:
    for statement in statements:
        cursor.execute(statement)


def _timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
