"""What ready-made answers save is counted, kept, and shown to who may see it."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from movieverse.cache import statistics
from movieverse.cache.statistics import Statistics
from movieverse.models import CacheUse
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("stores")

CHANGELIST = "/admin/movieverse/cacheuse/"


def used(counted: Statistics) -> None:
    counted.count("movies", "miss", 0.2, 0.2)
    for _ in range(3):
        counted.count("movies", "hit", 0.2, 0.01)
    counted.count("movies", "stale", 0.2, 0.01)
    counted.count("movies", "bypass", 0.4, 0.4)
    counted.count("genres", "hit", 0.1, 0.0)


def output(*arguments: str) -> str:
    out = StringIO()
    call_command("cache", *arguments, stdout=out)
    return out.getvalue()


def test_what_was_counted_is_added_up():
    for _ in range(2):
        counted = Statistics()
        used(counted)
        counted.write()
    use = CacheUse.objects.get(pk="movies")
    assert (use.hits, use.stale, use.misses, use.bypasses, use.built) == (6, 2, 2, 2, 4)
    assert use.saved_seconds == pytest.approx(8 * 0.19)
    assert use.build_seconds == pytest.approx(1.2)
    assert use.hit_rate == pytest.approx(0.8)
    assert use.mean_build_ms == pytest.approx(300)
    assert CacheUse.objects.get(pk="genres").hits == 2


def test_what_cannot_be_written_is_kept_for_the_next_time(caplog: pytest.LogCaptureFixture):
    counted = Statistics()
    used(counted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "_add", refuse)
        counted.write()
    assert "written later" in caplog.text
    used(counted)
    counted.write()
    assert CacheUse.objects.get(pk="movies").hits == 6


def refuse(name: str, counts: Any) -> None:
    raise DatabaseError("away")


class AtOnce:
    def __init__(self, *, target: Callable[[], None], **options: Any) -> None:
        self.start = target


def test_it_is_written_every_few_seconds_by_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch):
    written: list[Statistics] = []
    monkeypatch.setattr(Statistics, "_write_and_leave", lambda counted: written.append(counted))
    monkeypatch.setattr(statistics.threading, "Thread", AtOnce)
    now = [1000.0]
    monkeypatch.setattr(statistics.time, "monotonic", lambda: now[0])
    counted = Statistics()
    for step in (0, 3, 1.9, 0.2, 1):
        now[0] += step
        counted.count("movies", "hit", 0.2, 0.01)
    assert len(written) == 1


def test_the_command_shows_a_table_and_counts_anew():
    counted = Statistics()
    used(counted)
    counted.write()
    lines = output("stats").splitlines()
    assert [line.split()[0] for line in lines] == ["name", "genres", "movies"]
    assert "80.0%" in lines[2]
    assert "300.0 ms" in lines[2]
    assert len({len(line) for line in lines}) == 1
    assert output("stats", "--reset").splitlines() == lines
    assert output("stats").splitlines()[1:] == []


@pytest.fixture
def used_once() -> CacheUse:
    return CacheUse.objects.create(name="movies", hits=9, misses=1, built=1, build_seconds=0.2, since=timezone.now())


def test_curators_who_may_see_it_find_it_in_the_admin(used_once: CacheUse, curator: User, client: Client):
    client.force_login(curator)
    page = client.get(CHANGELIST)
    assert page.status_code == 200
    assert "90.0%" in page.content.decode()
    assert "200.0 ms" in page.content.decode()
    assert client.get(f"{CHANGELIST}add/").status_code == 403


def test_others_do_not(used_once: CacheUse, client: Client):
    client.force_login(make_user("clerk", is_staff=True))
    assert client.get(CHANGELIST).status_code == 403
