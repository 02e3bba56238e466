"""A table with a column of each kind, in the store of the profiles while that is a Realtime Database."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connections, models

import movieverse
from movieverse.fields import ListField, MomentField

ALIAS = "profiles"
THREADS = 8


class Thing(models.Model):
    name = models.CharField(max_length=100, primary_key=True)
    group = models.IntegerField(default=0, db_index=True)
    number = models.BigIntegerField(default=0)
    real = models.FloatField(default=0)
    price = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    is_good = models.BooleanField(null=True)
    note = models.TextField(null=True)  # noqa: DJ001  nothing and an empty text are to be told apart
    day = models.DateField(null=True)
    clock = models.TimeField(null=True)
    at = models.DateTimeField(null=True)
    moment = MomentField(null=True)
    length = models.DurationField(null=True)
    token = models.UUIDField(null=True)
    data = models.JSONField(null=True)
    numbers = ListField(models.BigIntegerField())
    names = ListField(models.CharField(max_length=20))

    class Meta:
        apps = Apps()
        app_label = "profiles"
        db_table = "things"
        indexes = (models.Index(fields=["note"], name="thing_note"),)


class Counted(models.Model):
    """A table whose store counts its keys."""

    id = models.BigAutoField(primary_key=True)
    rank = models.IntegerField(default=0, db_index=True)

    class Meta:
        apps = Apps()
        app_label = "profiles"
        db_table = "counted"


things = Thing._default_manager.using(ALIAS)
counted = Counted._default_manager.using(ALIAS)


def store() -> Any:
    return connections[ALIAS]


@pytest.fixture
def firebase(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock():
        if store().vendor != "firebase":
            pytest.skip("needs PROFILES_DATABASE_URL=firebase://… (make servers)")
        for model in (Thing, Counted):
            with store().schema_editor() as editor:
                editor.create_model(model)
        limit = store().row_limit
        yield store()
        store().row_limit = limit
        store().drop(["things", "counted"], forget=True)


def run(work: Callable[[], Any]) -> Any:
    return movieverse.atomic(ALIAS)(work)()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """In eight threads, each with a connection of its own."""

    def one(number: int) -> Any:
        try:
            return work(number)
        finally:
            connections[ALIAS].close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def elsewhere(work: Callable[[], Any]) -> None:
    thread = threading.Thread(target=lambda: (work(), connections[ALIAS].close()))
    thread.start()
    thread.join()
