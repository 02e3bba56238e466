"""How many requests a minute there may be, and who is told what."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from rest_framework.test import APIClient

from movieverse.api import limits
from tests.factories import make_user
from tests.profiles.drawing import drawn

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/genres/"
PICTURE = "/api/v1/me/profile/picture/"


def upload(client: APIClient) -> Any:
    return client.put(PICTURE, drawn(), content_type="image/png", headers={"If-Match": "*"})


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.RATE_LIMITS = {"anonymous": 3, "member": 5, "writes": 2}
    limits.counters.by_key.clear()


def test_every_answer_says_what_is_left(api):
    remaining = [api.get(path)["RateLimit-Remaining"] for path in (URL, "/api/v1/nothing/", "/api/v1/me/")]
    assert remaining == ["2", "1", "0"]
    answer = api.get(URL)
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("3", "0")
    assert 1 <= int(answer["RateLimit-Reset"]) <= 60


def test_too_many_are_429_and_say_when_to_come_again(api):
    tag = api.get(URL)["ETag"]
    unchanged = api.get(URL, headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged["RateLimit-Remaining"]) == (304, "1")
    assert [api.get(URL).status_code for _ in range(2)] == [200, 429]
    refused = api.get(URL)
    assert refused.json()["type"] == "/api/problems/rate-limited/"
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == refused["RateLimit-Reset"]
    assert refused["Cache-Control"] == "private, no-store"


def test_who_is_not_let_in_is_counted_too(api):
    statuses = [api.get("/api/v1/me/", headers={"X-Session-Token": "x"}).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    limits.counters.by_key.clear()
    cache.clear()
    assert [api.get("/api/v1/me/").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_members_have_a_budget_of_their_own_and_writes_a_narrower_one(api, signed_in):
    assert [api.get(URL).status_code for _ in range(4)][-1] == 429
    assert [signed_in.get("/api/v1/me/")["RateLimit-Remaining"] for _ in range(2)] == ["4", "3"]
    written = [signed_in.patch("/api/v1/me/", {}) for _ in range(3)]
    assert [answer.status_code for answer in written] == [200, 200, 429]
    assert written[0]["RateLimit-Limit"] == "2"
    assert signed_in.get("/api/v1/me/").status_code == 200


@pytest.fixture
def two_pictures_a_day(settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"writes": 100}
    settings.ACTION_LIMITS = settings.ACTION_LIMITS | {"pictures": (2, 86_400)}


def test_what_costs_more_has_a_budget_of_its_own(two_pictures_a_day, signed_in):
    answers = [upload(signed_in) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0]["RateLimit-Limit"] == "2"
    assert 60 < int(answers[2]["Retry-After"]) <= 86_400
    assert signed_in.delete(PICTURE, headers={"If-Match": "*"}).status_code == 200


def test_the_narrower_budget_is_told_and_holds(two_pictures_a_day, settings, signed_in):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"writes": 1}
    assert upload(signed_in)["RateLimit-Limit"] == "1"
    assert upload(signed_in).status_code == 429


def test_an_address_does_as_much_as_ten_of_its_members(two_pictures_a_day, monkeypatch):
    monkeypatch.setattr(limits, "MEMBERS_OF_AN_ADDRESS", 2)
    statuses = []
    for _ in range(3):
        client = APIClient()
        client.force_login(make_user())
        statuses += [upload(client).status_code for _ in range(2)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    elsewhere = APIClient(REMOTE_ADDR="198.51.100.1")
    elsewhere.force_login(make_user())
    assert upload(elsewhere).status_code == 200


def test_who_does_too_much_or_is_nobody_takes_nothing_from_their_neighbours(two_pictures_a_day, monkeypatch, api):
    monkeypatch.setattr(limits, "MEMBERS_OF_AN_ADDRESS", 2)
    busy, neighbour = APIClient(), APIClient()
    for client in (busy, neighbour):
        client.force_login(make_user())
    assert [upload(busy).status_code for _ in range(6)] == [200, 200, 429, 429, 429, 429]
    assert [upload(api).status_code for _ in range(3)] == [401, 401, 401]
    assert upload(neighbour).status_code == 200


def test_a_day_later_there_is_a_new_budget(two_pictures_a_day, signed_in, monkeypatch):
    now = 1_000_000_000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    assert [upload(signed_in).status_code for _ in range(3)] == [200, 200, 429]
    now += 86_400
    assert upload(signed_in).status_code == 200


def test_processes_count_together(monkeypatch):
    now = 1_000_000_000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    processes = [limits.Counters(), limits.Counters()]
    for _ in range(3):
        now += 1.1
        used = [process.add_one("somebody", 10).used for process in processes]
    assert used[0] >= 4
    assert used[1] == 6


def test_a_request_costs_at_most_one_call_of_the_cache(monkeypatch):
    now, calls = 1_000_000_000.0, []
    monkeypatch.setattr(limits.time, "time", lambda: now)
    for name in ("add", "incr"):
        call = getattr(cache, name)
        monkeypatch.setattr(cache, name, lambda *args, call=call: calls.append(args) or call(*args), raising=False)
    one, other = limits.Counters(), limits.Counters()
    for step in range(40):
        now += step % 3
        for process in (one, other):
            before = len(calls)
            process.add_one("somebody", 10)
            assert len(calls) - before <= 1
    assert len(calls) < 60


def test_a_cache_that_has_forgotten_is_told_again(monkeypatch):
    now = 1_000_000_000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    process = limits.Counters()
    for _ in range(5):
        process.add_one("somebody", 10)
    cache.clear()
    for _ in range(2):
        now += 2
        used = process.add_one("somebody", 10).used
    assert used == 7
    assert cache.get(process.by_key["somebody"].key) == 7


def test_an_address_of_ipv6_is_its_network():
    def seen(address: str) -> str:
        return limits.address(RequestFactory().get("/", REMOTE_ADDR=address))

    assert seen("192.0.2.7") == "192.0.2.7"
    assert seen("2001:db8::1") == seen("2001:db8::2") == "2001:db8::/64"
    assert seen("::ffff:192.0.2.7") == seen("192.0.2.7")
    assert seen("") == ""
