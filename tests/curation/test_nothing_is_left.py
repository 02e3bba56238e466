"""What the files of an embedded installation have of who has left, read as bytes and past every program of ours."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings

from tests.curation.leaving import HANDLE, SAID, WORDS
from tests.test_commands import CLEAN

LEAVE_TRACES = """
from apps.curation.exporting import shelf
from apps.curation.portability.services import export_request
from apps.curation.portability.tasks import make_personal_export
from apps.insights.batches import Reader
from movieverse.mail import send_mail
from tests.curation.leaving import EMAIL, make_leaving
from tests.factories import make_movie

leaving = make_leaving(make_movie("Heat"), make_movie("Alien"))
send_mail.call(subject="To you", body="", from_email="us@example.com", to=[EMAIL])
make_personal_export.call(export_id=str(export_request(user=leaving).pk))
shelf.make(Reader())
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | CLEAN | {"VAR_DIR": str(folder), "SECRET_KEY": "leaving", "DEBUG": "false"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that can be found of who is to leave, committed."""
    folder = tmp_path_factory.mktemp("installation")
    run(folder, "manage.py", "migrate_all").check_returncode()
    made = run(folder, "manage.py", "shell", "--no-imports", "-c", LEAVE_TRACES)
    assert made.returncode == 0, made.stderr
    assert found_in(folder).keys() == set(WORDS)
    return folder


@pytest.fixture
def folder(installation: Path, tmp_path: Path) -> Path:
    return shutil.copytree(installation, tmp_path / "var")


def found_in(folder: Path) -> dict[str, set[str]]:
    """{word: the files that have it}."""
    found: dict[str, set[str]] = {}
    for name, content in contents(folder):
        for word in WORDS:
            if word.encode() in content.lower() or word.encode() in content:
                found.setdefault(word, set()).add(name)
    return found


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.suffix == ".gz":
            yield file.name, gzip.decompress(file.read_bytes())
        elif file.suffix == ".zip":
            with ZipFile(file) as zipped:
                yield file.name, b"".join(zipped.read(name) for name in zipped.namelist())
        elif file.is_file():
            yield file.name, file.read_bytes()


def test_nothing_is_left_in_any_file_also_while_others_have_them_open(folder):
    others = [sqlite3.connect(file) for file in folder.glob("*.sqlite3")]
    for other in others:  # without whom SQLite would tidy up at the end of the process
        other.execute("SELECT * FROM sqlite_master").fetchall()
    erased = run(folder, "manage.py", "erase_user", HANDLE, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert found_in(folder) == {}
    assert len(list(folder.glob("*-wal"))) == len(others) == 4
    assert not list((folder / "media").rglob("*.webp"))
    for other in others:
        other.close()
    receipt = folder / "receipt.json"
    receipt.write_text(erased.stdout)
    assert run(folder, "manage.py", "erase_user", "--verify", str(receipt)).returncode == 0


MOMENTS = [
    "before apps.curation.erasing.beginning.user_delete",
    "after apps.curation.erasing.beginning._begin",
    "after apps.curation.erasing.mails.tell_begun",
    "before apps.reviews.events.members_forget",
    "after apps.profiles.services.members.delete_file",
    "before apps.curation.erasing.finishing.receipt_of",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_it_is_done_once_by_who_runs_it_again(folder, moment):
    command = {"command_name": "erase_user", "user": HANDLE, "yes": True}
    struck = ("django.core.management.call_command", json.dumps(command))
    assert run(folder, "-m", "tests.faults.moments", "SIGKILL", *moment.split(), *struck).returncode == -9
    again = run(folder, "manage.py", "erase_user", HANDLE, "--yes")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["statement"]["removed"]["reviews"] == SAID
    assert found_in(folder) == {}
