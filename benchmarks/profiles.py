"""Profiles read and written through the ORM, against the same rows by `firebase_admin.db` as it comes.

Over the emulator the time is mostly that of the requests. So what the client does itself is timed, too, as its own CPU
time, against a server that always answers the same.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import firebase_admin
from django.db import connections
from firebase_admin import db

from apps.profiles.models import Profile
from benchmarks.measure import Figure, compare

PATH = "bench"
MOST_TIME, MOST_WORK = 1.5, 1.7
ROWS, ROUNDS = 100, 10  # a thousand of each
HOST = "FIREBASE_DATABASE_EMULATOR_HOST"


def run() -> Iterator[Figure]:
    if connections["profiles"].vendor != "firebase":
        raise SystemExit("The benchmark profiles needs PROFILES_DATABASE_URL to be firebase://….")
    with _elsewhere() as connection, _bare() as bare:
        connection.destroy()
        Profile.objects.bulk_create([_profile(number) for number in range(1, ROWS + 1)])
        yield _compared("a profile read and written", bare, rows=ROWS, at_most=MOST_TIME)
        _check(bare)
        connection.destroy()
    with _constant(json.dumps(_row())), _elsewhere(), _bare() as bare:
        yield _compared("the client's own work for it", bare, rows=1, at_most=MOST_WORK, clock=time.process_time)


def _compared(name: str, bare: Any, *, rows: int, **limits: Any) -> Figure:
    ours, theirs = count(), count()
    return compare(
        name,
        lambda: _by_orm(1 + next(ours) % rows),
        lambda: _by_hand(bare, 1 + next(theirs) % rows),
        rounds=ROUNDS,
        times=ROWS,
        **limits,
    )


def _by_orm(number: int) -> None:
    profile = Profile.objects.get(pk=number)
    profile.bio += "."
    profile.save()


def _by_hand(bare: Any, number: int) -> None:
    row = bare.child(str(number))
    values = row.get()
    values["bio"] += "."
    row.set(values)


def _profile(number: int) -> Profile:
    return Profile(pk=number, display_name=f"Member {number}", bio="Hello", favourite_movie_ids=[3, 1, 4, 1, 5])


def _row() -> dict[str, Any]:
    """As it is stored."""
    fields = {field.column: field for field in Profile._meta.concrete_fields}
    profile, connection = _profile(1), connections["profiles"]
    values = {
        column: field.get_db_prep_save(field.pre_save(profile, True), connection) for column, field in fields.items()
    }
    return {column: value for column, value in values.items() if value not in (None, [])}


@contextmanager
def _elsewhere() -> Iterator[Any]:
    """A path of its own, empty again afterwards."""
    connection: Any = connections["profiles"]
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = PATH
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@contextmanager
def _bare() -> Iterator[Any]:
    host = connections["profiles"].settings_dict["HOST"]
    app = firebase_admin.initialize_app(None, {"databaseURL": f"https://{host}"}, name="bare")
    try:
        yield db.reference(f"/{PATH}/{Profile._meta.db_table}", app=app)
    finally:
        firebase_admin.delete_app(app)


@contextmanager
def _constant(answer: str) -> Iterator[None]:
    """Instead of the emulator, for who connects from now on."""
    command = [sys.executable, "-m", "benchmarks.constant", answer]
    before = os.environ.get(HOST, "")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        os.environ[HOST] = (server.stdout.readline() if server.stdout else "").strip()
        try:
            yield
        finally:
            server.terminate()
            os.environ[HOST] = before


def _check(bare: Any) -> None:
    """Both did all that they were timed for."""
    expected = len("Hello") + 2 * (ROUNDS + 1)  # with one round that does not count
    assert {len(row["bio"]) for row in bare.get() if row} == {expected}
