"""What is deleted from a SQLite file is no longer to be read in it, nor beside it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from movieverse import stores
from movieverse.exceptions import StoreUnavailable

WORD = "nobody's business "


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Path]:
    """With a row that was deleted, and somebody who has the file open."""
    for store in stores.STORES.values():
        monkeypatch.delenv(store.variable, raising=False)
    config = stores.databases(tmp_path, timeout=2)["default"]
    config["OPTIONS"]["timeout"] = 0.1
    connections.settings["traced"] = connections["default"].settings_dict | config
    file = Path(config["NAME"])
    with django_db_blocker.unblock():
        with connections["traced"].cursor() as cursor:
            cursor.execute("CREATE TABLE things (text TEXT)")
            cursor.execute("INSERT INTO things VALUES (%s), (%s)", [WORD * 1_000, WORD])
            cursor.execute("DELETE FROM things")
        yield file
        connections["traced"].close()
    del connections["traced"], connections.settings["traced"]


@pytest.fixture
def other(file: Path) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(file, isolation_level=None)
    yield other
    other.close()


def has_word(file: Path) -> bool:
    return any(WORD.encode() in one.read_bytes() for one in (file, Path(f"{file}-wal")))


def test_what_was_deleted_is_in_no_file(file, other):
    other.execute("SELECT * FROM things").fetchall()
    assert has_word(file)
    connections["traced"].leave_no_traces()
    assert not has_word(file)


def test_while_somebody_reads_what_was_it_cannot_be(file, other):
    with connections["traced"].cursor() as cursor:
        cursor.execute("INSERT INTO things VALUES (%s)", [WORD])
        other.execute("BEGIN")
        other.execute("SELECT * FROM things").fetchall()
        cursor.execute("DELETE FROM things")
    with pytest.raises(StoreUnavailable, match="others read"):
        connections["traced"].leave_no_traces()
    other.execute("COMMIT")
    connections["traced"].leave_no_traces()
    assert not has_word(file)
