"""Each store stopped, and frozen, in turn: who needs it answers 503 in time, everybody else answers."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.conf import settings

from tests.api.world import REQUIRED
from tests.faults.conftest import PASSWORD, Site, eventually, taken_away

LONGEST = 3  # seconds, for any answer

STORE_OF = {
    "postgresql": "default",
    "mysql": "reviews",
    "mongodb": "catalog",
    "firebase": "profiles",
    "redis": "redis",
}
PATHS = {
    "/livez": set(),
    "/api/v1/": set(),
    "/api/v1/movies/": {"mongodb"},
    "/api/v1/movies/1/": {"mongodb"},
    "/api/v1/genres/": {"mongodb"},
    "/api/v1/people/": {"mongodb"},
    "/api/v1/movies/1/similar/": {"mongodb"},
    "/api/v1/me/recommendations/": {"postgresql", "mongodb", "mysql"},
    "/api/v1/movies/1/rating-summary/": {"mysql"},
    "/api/v1/movies/1/tags/": {"mysql"},
    "/api/v1/movies/1/reviews/": {"mysql"},
    "/api/v1/reviews/": {"mysql"},
    "/api/v1/me/": {"postgresql"},
    "/api/v1/me/profile/": {"postgresql", "firebase"},
    "/api/v1/me/watchlist/": {"postgresql", "firebase"},
    "/api/v1/me/ratings/": {"postgresql", "mysql"},
    "/api/v1/users/faults/": {"postgresql"},
}
DEGRADED = {
    "/api/v1/movies/1/rating-summary/": {"mongodb"},
    "/api/v1/movies/1/tags/": {"mongodb"},
    "/api/v1/movies/1/reviews/": {"mongodb", "postgresql"},
    "/api/v1/reviews/": {"mongodb", "postgresql"},
    "/api/v1/me/ratings/": {"mongodb"},
    "/api/v1/me/watchlist/": {"mongodb"},
    "/api/v1/users/faults/": {"firebase"},
    "/api/v1/me/recommendations/": {"firebase"},
}


OTHERS = (  # staff's, or the author's: a member is told nothing
    *("/merges/", "/moderation/", "/ban/", "/history/"),
    *("/imports/", "/tasks/", "/uploads/"),
)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["stopped", "frozen"])
@pytest.mark.parametrize("server", STORE_OF)
def test_a_store_that_is_away_takes_only_its_own_answers_along(site: Site, server: str, number: signal.Signals):
    eventually(site.ready, seconds=30)
    with taken_away(server, number):
        _readyz_names_it(site, server)
        for path, needed in PATHS.items():
            answer = _answers_in_time(site, path, away=server in needed, store=STORE_OF[server])
            if server not in needed:
                missing = [STORE_OF[server]] if server in DEGRADED.get(path, ()) else None
                assert answer.json().get("degraded") == missing, path
    for path in PATHS:
        assert "degraded" not in _answer(site, path)


NEEDS = {
    "postgresql": "/api/v1/me/",
    "mysql": "/api/v1/reviews/",
    "mongodb": "/api/v1/movies/1/",
    "firebase": "/api/v1/me/profile/",
}
SLOW = 0.5  # seconds: nobody waits as long who is refused at once


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["stopped", "frozen"])
@pytest.mark.parametrize("server", NEEDS)
def test_next_to_nobody_waits_for_a_store_that_is_away_and_it_serves_when_it_is_back(
    site: Site, server: str, number: signal.Signals
):
    path = NEEDS[server]
    _answer(site, path)
    with taken_away(server, number):
        seconds = [_answers_in_time(site, path, away=True, store=STORE_OF[server]).elapsed for _ in range(20)]
        assert sum(waited.total_seconds() > SLOW for waited in seconds) <= 2, seconds
    eventually(site.ready, seconds=10)
    assert site.get(path).status_code == 200


@pytest.mark.parametrize("server", NEEDS)
def test_no_read_of_the_api_is_a_defect_or_takes_long_while_a_store_is_frozen(site: Site, server: str):
    ids: dict[str, Any] = dict.fromkeys(("erasure_id", "personal_export_id", "upload_id"), uuid4())
    kinds = ("movie", "person", "genre", "company", "collection", "list", "review", "entry", "token", "merge")
    kinds += ("import", "row", "task")
    ids |= {f"{kind}_id": 1 for kind in kinds} | {"member": "faults"}
    schema = requests.get(f"{site.address}/api/schema/", headers={"Accept": "application/json"}, timeout=10).json()
    paths = [
        path.format(**ids, source="tmdb", value=1, number=1, handle="faults", export_id="2026-11-21", kind="movies")
        for path, methods in schema["paths"].items()
        if "get" in methods
    ]
    with taken_away(server, signal.SIGSTOP):
        for path in paths:
            answer = site.get(path + REQUIRED.get(path, ""))
            refused = (403,) if any(part in path for part in OTHERS) else ()
            assert answer.status_code in (200, 404, 503, *refused), (path, answer.text)
            assert answer.elapsed.total_seconds() < LONGEST, path
    _answer(site, NEEDS[server])


@pytest.mark.parametrize("server", NEEDS)
def test_those_who_come_at_once_wait_but_once(site: Site, server: str):
    path = NEEDS[server]
    _answer(site, path)
    with taken_away(server, signal.SIGSTOP), ThreadPoolExecutor(8) as crowd:
        start = time.monotonic()
        answers = list(crowd.map(lambda _: site.get(path), range(80)))
        assert time.monotonic() - start < 2 * LONGEST
        assert {answer.status_code for answer in answers} == {503}
    _answer(site, path)


SUMMARY, PROFILE, WATCHLIST = "/api/v1/movies/1/rating-summary/", "/api/v1/me/profile/", "/api/v1/me/watchlist/"

WRITES = {
    "postgresql": [("POST", "/_allauth/app/v1/auth/login", {"email": "faults@example.com", "password": "wrong"})],
    "mysql": [("PUT", "/api/v1/movies/1/rating/", {"value": 7}), ("DELETE", "/api/v1/movies/1/rating/", None)],
    "mongodb": [("POST", "/api/v1/movies/1/reviews/", {"title": "Unknown", "body": "Is there such a movie?"})],
    "firebase": [
        ("PATCH", PROFILE, {"display_name": "Too late"}),
        ("PUT", f"{WATCHLIST}2/", None),
        ("DELETE", f"{WATCHLIST}1/", None),
    ],
}


@pytest.mark.parametrize("server", WRITES)
def test_a_write_to_a_frozen_store_is_refused_in_time_and_leaves_nothing(site: Site, server: str):
    before = [_answer(site, path) for path in (SUMMARY, PROFILE, WATCHLIST)]
    with taken_away(server, signal.SIGSTOP):
        for method, path, body in WRITES[server]:
            start = time.monotonic()
            answer = site.send(method, path, body)
            assert answer.status_code == 503, (path, answer.text)
            assert time.monotonic() - start < LONGEST, path
    assert [_answer(site, path) for path in (SUMMARY, PROFILE, WATCHLIST)] == before


def test_a_movie_that_was_rated_before_is_rated_while_the_catalogue_is_frozen(site: Site):
    before = _answer(site, SUMMARY)["count"]
    assert before > 0
    with taken_away("mongodb", signal.SIGSTOP):
        answer = site.send("PUT", "/api/v1/movies/1/rating/", {"value": 3})
        assert answer.status_code == 200, answer.text
        assert answer.elapsed.total_seconds() < LONGEST
    assert _answer(site, SUMMARY)["count"] == before


def _answer(site: Site, path: str) -> dict[str, Any]:
    """Once there is one: a server that was frozen may still be busy with what it missed."""
    eventually(lambda: site.ready() and site.get(path).status_code == 200, seconds=30)
    return site.get(path).json()


@pytest.fixture
def display_name(site: Site, environment: dict[str, str]) -> str:
    """Known to the accounts already."""
    eventually(site.ready, seconds=30)
    name = "Finder of faults"
    site.send("PATCH", PROFILE, {"display_name": name}).raise_for_status()
    relay = [sys.executable, "manage.py", "relay", "--once"]
    subprocess.run(relay, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL)
    return name


def test_a_display_name_is_shown_beside_reviews_also_while_profiles_are_frozen(site: Site, display_name: str):
    with taken_away("firebase", signal.SIGSTOP):
        reviews = site.get("/api/v1/movies/1/reviews/?fields=author").json()["results"]
        assert site.get("/api/v1/users/faults/").json()["name"] == display_name
    assert display_name in [review["author"]["name"] for review in reviews]
    assert _answer(site, "/api/v1/users/faults/")["name"] == display_name


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["stopped", "frozen"])
@pytest.mark.parametrize("server", ["redis", "firebase"])
def test_signing_up_and_in_waits_neither_for_redis_nor_for_firebase(site: Site, server: str, number: signal.Signals):
    eventually(site.ready, seconds=30)
    handle = f"{server}{number:d}"
    newcomer = {"email": f"{handle}@example.com", "username": handle, "password": PASSWORD}
    member = {"email": "faults@example.com", "password": PASSWORD}
    with taken_away(server, number):
        for path, body, status in (("signup", newcomer, 401), ("login", member, 200)):  # 401: asked for the code
            start = time.monotonic()
            answer = requests.post(f"{site.address}/_allauth/app/v1/auth/{path}", json=body, timeout=10)
            assert answer.status_code == status, answer.text
            assert time.monotonic() - start < LONGEST


def _readyz_names_it(site: Site, server: str) -> None:
    start = time.monotonic()
    answer = site.get("/readyz")
    assert time.monotonic() - start < LONGEST
    assert answer.status_code == 503
    assert [name for name, state in answer.json()["stores"].items() if not state["ok"]] == [STORE_OF[server]]


def _answers_in_time(site: Site, path: str, *, away: bool, store: str) -> requests.Response:
    start = time.monotonic()
    answer = site.get(path)
    seconds = time.monotonic() - start
    assert seconds < LONGEST, (path, seconds)
    if away:
        assert answer.status_code == 503, (path, answer.text)
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["store"] == store
    else:
        assert answer.status_code == 200, (path, answer.text)
    return answer
