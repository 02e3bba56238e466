"""Without Redis, SQLite says whether anything has been committed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from movieverse.cache import embedded
from movieverse.cache.declaring import Shown
from movieverse.cache.embedded import EmbeddedLevel, Watcher
from movieverse.cache.entries import Entry, Key

KEY = Key("http", "localhost", "/api/v1/movies/5/", "")


class Files:
    """A file in place of each store, with a table that somebody else writes to."""

    def __init__(self, folder: Path) -> None:
        self.names = {alias: str(folder / f"{alias} 100%.sqlite3") for alias in settings.DATABASES}
        self.writers = {alias: sqlite3.connect(name, isolation_level=None) for alias, name in self.names.items()}
        for writer in self.writers.values():
            writer.execute("PRAGMA journal_mode=WAL")
            writer.execute("CREATE TABLE things (name)")

    def write(self, alias: str) -> None:
        self.writers[alias].execute("INSERT INTO things VALUES ('one')")


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    files = Files(tmp_path)
    yield files
    for writer in files.writers.values():
        writer.close()


@pytest.fixture
def level(files: Files) -> EmbeddedLevel:
    level = EmbeddedLevel()
    level._watchers = {alias: Watcher(name) for alias, name in files.names.items()}
    return level


def keep(level: EmbeddedLevel, *tags: str) -> None:
    made = Entry("movie", 200, {}, b"{}", b"", build_seconds=0.1, fresh=60, kept=3600, public=True)
    level.keep(KEY, made.showing(Shown(frozenset(tags), None), level.mark()))


def test_a_commit_of_anybody_to_its_stores_ends_an_answer(level: EmbeddedLevel, files: Files):
    keep(level, "movie:5", "review")
    assert level.find(KEY)
    for alias in ("default", "profiles"):
        files.write(alias)
    assert level.find(KEY)
    for alias in ("catalog", "reviews"):
        keep(level, "movie:5", "review")
        assert level.find(KEY)
        files.write(alias)
        assert level.find(KEY) is None


def test_an_answer_that_shows_what_lies_in_no_store_depends_on_all(level: EmbeddedLevel, files: Files):
    for alias in files.names:
        keep(level, "anything")
        assert level.find(KEY)
        files.write(alias)
        assert level.find(KEY) is None


def test_a_transaction_that_is_rolled_back_changes_nothing(level: EmbeddedLevel, files: Files):
    keep(level, "movie:5")
    writer = files.writers["catalog"]
    writer.execute("BEGIN IMMEDIATE")
    files.write("catalog")
    assert level.find(KEY)
    writer.execute("ROLLBACK")
    assert level.find(KEY)


def test_what_is_committed_while_an_answer_is_built_makes_it_invalid(level: EmbeddedLevel, files: Files):
    mark = level.mark()
    files.write("catalog")
    made = Entry("movie", 200, {}, b"{}", b"", build_seconds=0.1, fresh=60, kept=3600, public=True)
    level.keep(KEY, made.showing(Shown(frozenset(["movie:5"]), None), mark))
    assert level.find(KEY) is None


def test_another_version_ends_an_answer_too(level: EmbeddedLevel, monkeypatch: pytest.MonkeyPatch):
    version = [1]
    monkeypatch.setattr(embedded, "_versions", {})
    embedded.register_version("index", lambda: version[0])
    for tags, depends in ((("index", "movie:5"), True), (("movie:5",), False)):
        keep(level, *tags)
        assert level.find(KEY)
        version[0] += 1
        assert (level.find(KEY) is None) == depends


def test_what_only_a_version_speaks_for_outlives_every_commit(
    level: EmbeddedLevel, files: Files, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(embedded, "_versions", {"index": lambda: 1})
    keep(level, "index")
    for alias in ("default", "catalog"):
        files.write(alias)
    assert level.find(KEY)


def test_a_store_that_is_not_there_yet_is_not_made_and_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    missing = tmp_path / "missing.sqlite3"
    monkeypatch.setattr(EmbeddedLevel, "_watch", lambda level, alias: Watcher(str(missing)))
    assert EmbeddedLevel().mark() is None
    assert not missing.exists()
