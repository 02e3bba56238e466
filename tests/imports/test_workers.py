"""Workers as processes of their own, on embedded stores: killed, frozen, cancelled, two at once.

tests/faults/test_imports.py has them on the servers.
"""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from apps.imports.models import Import
from tests.imports.installation import Installation, eventually, kill
from tests.imports.netflix_files import title, written

TITLES = 3_000
FILMS = 1_000

slow = pytest.mark.servers  # the suite on SQLite alone is to take a minute


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    installation = Installation(tmp_path_factory.mktemp("var"))
    installation.run("migrate_all", "-v", "0")
    return installation.var


@pytest.fixture
def site(migrated: Path, tmp_path: Path) -> Iterator[Installation]:
    shutil.copytree(migrated, tmp_path / "var")
    site = Installation(tmp_path / "var")
    yield site
    site.stop()


@pytest.fixture(scope="module")
def titles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many that a load of them takes a while. One cannot be used."""
    rows = [title(f"tm{number}", f"Film {number}", runtime="100") for number in range(TITLES)]
    return written(tmp_path_factory.mktemp("files") / "titles.csv", [*rows, title("tm9999", "Heat", runtime="x")])


def begun(site: Installation, titles: Path) -> "Installation":
    """An import in the middle of its load; the worker is `site.worker`."""
    site.worker = site.start("imports", "run", titles)  # type: ignore[attr-defined]
    eventually(lambda: (site.var / "catalog.sqlite3").exists() and 200 < site.movies() < TITLES - 300)
    return site


def freeze(site: Installation) -> None:
    """Between two transactions: within one it would keep everybody from writing to the file."""
    while True:
        site.worker.send_signal(signal.SIGSTOP)
        if site.is_writable("default") and site.is_writable("catalog"):
            return
        site.worker.send_signal(signal.SIGCONT)
        time.sleep(0.02)


def test_an_import_whose_worker_was_killed_is_finished_by_another(site: Installation, titles: Path):
    begun(site, titles)
    kill(site.worker)
    assert site.state() == ("started", "run")
    another = site.perform(1)
    assert another.communicate(timeout=60)[0].strip() == "False", "the lease has not run out"
    site.let_leases_run_out()
    assert site.perform(1).communicate(timeout=120)[0].strip() == "True"
    assert site.state() == ("completed", "")
    assert site.movies() == TITLES
    assert site.rows("default", "SELECT line, value FROM imports_rejectedrow") == [(TITLES + 2, "x")]
    assert site.rows("default", "SELECT rows_read, attempts FROM imports_import") == [(TITLES + 1, 2)]
    assert f"movies              {TITLES:,} created" in site.run("imports", "show", 1)


@slow
def test_an_import_is_never_run_by_two(site: Installation, titles: Path):
    site.run("shell", "-c", made(titles))
    workers = [site.perform(1) for _ in range(2)]
    assert sorted(worker.communicate(timeout=120)[0].strip() for worker in workers) == ["False", "True"]
    assert site.state() == ("completed", "")
    assert site.rows("default", "SELECT count(*), max(attempts) FROM imports_import, imports_rejectedrow") == [(1, 1)]


def made(*paths: Path) -> str:
    """Imports that wait for workers."""
    return "from pathlib import Path; from apps.imports.services.imports import import_files\n" + "\n".join(
        f"import_files(paths=[Path({str(path)!r})])" for path in paths
    )


@slow
def test_two_workers_run_two_imports_of_the_same_titles_at_once(site: Installation, titles: Path):
    site.run("shell", "-c", made(titles, titles))
    workers = [site.perform(number) for number in (1, 2)]
    assert [worker.communicate(timeout=180)[0].strip() for worker in workers] == ["True", "True"]
    assert [site.state(number) for number in (1, 2)] == [("completed", "")] * 2
    assert site.movies() == TITLES


def test_who_cancels_is_told_so_at_once_and_the_worker_soon_takes_back_what_it_wrote(site: Installation, titles: Path):
    freeze(begun(site, titles))
    assert "cancelled" in site.run("imports", "cancel", 1)
    assert site.state() == ("cancelled", "clean")
    site.worker.send_signal(signal.SIGCONT)
    eventually(lambda: site.state() == ("cancelled", ""), 30)
    assert site.worker.wait(20) == 1
    assert site.movies() == 0


SIGN_IN = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from apps.accounts.models import User
from apps.imports.models import Import
user = User.objects.create_user(email="ada@example.org", handle="ada", is_staff=True, is_superuser=True)
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.save()
print(session.session_key)
"""


def signed_in(site: Installation) -> str:
    """The key of an administrator's session."""
    return site.run("shell", "-v", "0", "-c", SIGN_IN).split()[-1]


@pytest.fixture
def rated(tmp_path: Path) -> list[Path]:
    """Films, so many that it takes a while until it is their ratings' turn."""
    numbers = range(1, FILMS + 1)
    films = "".join(f"{number},Film {number} (1999),Drama\n" for number in numbers)
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n" + films)
    (tmp_path / "ratings.csv").write_text(
        "userId,movieId,rating,timestamp\n" + "".join(f"1,{number},4.0,9\n" for number in numbers)
    )
    return [tmp_path / "movies.csv", tmp_path / "ratings.csv"]


def test_who_cancels_in_the_middle_of_a_chunk_sees_it_within_two_seconds(site: Installation, rated: list[Path]):
    headers = {"X-Session-Token": signed_in(site)}
    with site.web() as address:
        url = f"{address}/api/v1/imports/1/"

        def told() -> Any:
            return requests.get(url, headers=headers, timeout=10).json()

        worker = site.start("imports", "run", *rated)
        eventually(lambda: site.rows("reviews", "SELECT 1 FROM reviews_ratingbatch") != [])
        with site.held("reviews"):
            eventually(lambda: told()["progress"]["stage"] == "bytes")
            asked_at = time.monotonic()
            answer = requests.post(f"{url}cancel/", headers=headers, timeout=10)
            shown = told()
            took = time.monotonic() - asked_at
            assert (answer.status_code, site.rows("reviews", "SELECT 1 FROM reviews_ratingchunk")) == (202, [])
        assert took < 2
        assert (shown["state"], shown["is_clean"]) == ("cancelled", False)
        eventually(lambda: told()["is_clean"], 30)
    assert worker.wait(20) == 1
    assert (site.movies(), site.rows("reviews", "SELECT count(*) FROM reviews_rating")) == (0, [(0,)])


@slow
def test_ctrl_c_cancels_and_takes_back_what_was_written(site: Installation, titles: Path):
    begun(site, titles)
    site.worker.send_signal(signal.SIGINT)
    said, _ = site.worker.communicate(timeout=60)
    assert site.worker.returncode == 130
    assert "Interrupted. What was written is taken back …" in said
    assert site.state() == ("cancelled", "")
    assert site.movies() == 0


@contextmanager
def waiting_for(site: Installation, store: str) -> Iterator[None]:
    """While the import waits for a store, most likely at the beginning of a transaction."""
    freeze(site)
    with site.held(store):
        site.worker.send_signal(signal.SIGCONT)
        time.sleep(1)
        assert site.state() == ("started", "run")
        yield


@slow
@pytest.mark.parametrize("store", ["default", "catalog"])
def test_ctrl_c_just_as_a_transaction_begins_leaves_none_open(site: Installation, titles: Path, store: str):
    """In an open one what cancelling writes would go with the process."""
    begun(site, titles)
    with waiting_for(site, store):
        site.worker.send_signal(signal.SIGINT)
        time.sleep(0.5)
    said, _ = site.worker.communicate(timeout=60)
    assert (site.worker.returncode, site.state(), site.movies()) == (130, ("cancelled", ""), 0), said


@slow
def test_ctrl_c_twice_leaves_the_rest_to_a_worker(site: Installation, titles: Path):
    begun(site, titles)
    with waiting_for(site, "catalog"):
        site.worker.send_signal(signal.SIGINT)
        eventually(lambda: site.state() == ("cancelled", "clean"))
        site.worker.send_signal(signal.SIGINT)
    said, _ = site.worker.communicate(timeout=60)
    assert site.worker.returncode == 130
    assert "What is left to do, a worker does: `imports show 1` tells what." in said
    assert "Traceback" not in said
    site.let_leases_run_out()
    site.perform(1).communicate(timeout=60)
    assert (site.state(), site.movies()) == (("cancelled", ""), 0)


@slow
def test_ctrl_c_twice_while_nothing_can_be_written_ends_all_the_same(site: Installation, titles: Path):
    begun(site, titles)
    with waiting_for(site, "default"):
        site.worker.send_signal(signal.SIGINT)
        time.sleep(0.5)
        site.worker.send_signal(signal.SIGINT)
    said, _ = site.worker.communicate(timeout=60)
    assert site.worker.returncode == 130
    assert "Traceback" not in said
    site.let_leases_run_out()
    site.perform(1).communicate(timeout=60)
    assert site.state() in (("cancelled", ""), ("completed", ""))
    assert site.movies() == (0 if site.state()[0] == "cancelled" else TITLES)


ANOTHERS_RATINGS = "from apps.reviews.models import RatingBatch; RatingBatch.objects.create(key='0', after_id=0)"


@slow
def test_ctrl_c_while_it_waits_for_its_turn_cancels_it(site: Installation, rated: list[Path]):
    site.run("shell", "-v", "0", "-c", ANOTHERS_RATINGS)
    worker = site.start("imports", "run", *rated)
    eventually(lambda: site.rows("default", "SELECT waiting_for FROM imports_import") == [(Import.TURN,)])
    worker.send_signal(signal.SIGINT)
    said, _ = worker.communicate(timeout=60)
    assert (worker.returncode, site.state(), site.movies()) == (130, ("cancelled", ""), 0), said


@slow
def test_a_cancelled_import_whose_worker_was_killed_is_cleaned_up_by_another(site: Installation, titles: Path):
    begun(site, titles)
    kill(site.worker)
    site.run("imports", "cancel", 1)
    assert site.state() == ("cancelled", "clean")
    site.let_leases_run_out()
    assert site.perform(1).communicate(timeout=60)[0].strip() == "True"
    assert site.state() == ("cancelled", "")
    assert site.movies() == 0


@slow
def test_a_frozen_worker_that_wakes_finds_that_another_has_taken_over(site: Installation, titles: Path):
    begun(site, titles)
    freeze(site)
    site.let_leases_run_out()
    another = site.perform(1)
    eventually(lambda: site.rows("default", "SELECT attempts FROM imports_import") == [(2,)])
    site.worker.send_signal(signal.SIGCONT)
    assert "another worker's by now" in site.worker.communicate(timeout=60)[0]
    assert another.communicate(timeout=120)[0].strip() == "True"
    assert site.state() == ("completed", "")
    assert site.movies() == TITLES
    assert site.rows("default", "SELECT count(*) FROM imports_rejectedrow") == [(1,)]


@slow
def test_a_worker_and_a_scheduler_finish_what_a_killed_one_began(site: Installation, titles: Path):
    begun(site, titles)
    kill(site.worker)
    site.let_leases_run_out()
    site.rows("default", "UPDATE imports_import SET woken_at = '2000-01-01'")
    processes = [site.start("scheduler"), site.start("worker")]
    try:
        eventually(lambda: site.state() == ("completed", ""))
    finally:
        for process in processes:
            process.terminate()
            process.communicate(timeout=30)
    assert site.movies() == TITLES


@slow
def test_who_listens_to_the_process_of_streams_hears_how_far_it_is_to_the_end(site: Installation, titles: Path):
    key = signed_in(site)
    site.run("shell", "-c", made(titles))
    with site.streams() as address:
        url = f"{address}/api/v1/imports/1/events/"
        with requests.get(url, cookies={"sessionid": key}, stream=True, timeout=60) as answer:
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
            site.perform(1)
            data = [line.removeprefix(b"data: ") for line in answer.iter_lines() if line.startswith(b"data: ")]
        assert requests.get(url, timeout=10).status_code == 401
    told = [json.loads(one) for one in data]
    assert (told[0]["state"], told[-1]["state"]) == ("queued", "completed")
    assert {"rows", "titles"} & {one["progress"]["stage"] for one in told}
    assert told[-1]["rows"]["rejected"] == 1
