"""Asking TMDB: who asks, how often, what is tried again, and what is never told."""

import gzip
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest

from apps.imports.tmdb import client as tmdb_client
from apps.imports.tmdb.client import Client, NotThere, TmdbError, Unanswered
from apps.imports.tmdb.pace import Stopped
from tests.tmdb.server import CUT, HANG_UP, HTML, KEY, SLOW, TOKEN, Fault, Tmdb, error

PATH = "movie/949"
Made = Callable[..., Client]


@pytest.fixture
def made(tmdb: Tmdb) -> Iterator[Made]:
    """Makes clients as the settings have it at that time."""
    tmdb.has("movie", {"id": 949, "title": "Heat"})
    clients = []

    def make(**values: Any) -> Client:
        clients.append(Client(**{"concurrency": 8, "per_second": 10_000} | values))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


# --- Who asks -------------------------------------------------------------------------------------


def test_the_token_is_sent_as_a_header_and_goes_before_the_key(tmdb: Tmdb, made: Made, settings):
    settings.TMDB_API_KEY = KEY
    made().get(PATH, {"language": "de-DE"})
    (asked,) = tmdb.asked
    assert (asked.token, asked.parameters) == (f"Bearer {TOKEN}", {"language": "de-DE"})


def test_the_key_is_sent_as_a_parameter(tmdb: Tmdb, made: Made, settings):
    settings.TMDB_TOKEN, settings.TMDB_API_KEY = "", KEY
    made().get(PATH, {"language": "de-DE"})
    (asked,) = tmdb.asked
    assert (asked.token, asked.parameters) == ("", {"language": "de-DE", "api_key": KEY})


def test_a_netrc_does_not_say_who_asks(tmdb: Tmdb, made: Made, settings, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    settings.TMDB_TOKEN, settings.TMDB_API_KEY = "", KEY
    made().get(PATH, {})
    assert tmdb.asked[0].token == ""


def test_with_neither_it_says_what_to_set(made: Made, settings):
    settings.TMDB_TOKEN = settings.TMDB_API_KEY = ""
    with pytest.raises(TmdbError, match=r"Set TMDB_TOKEN \(the API read access token\) or TMDB_API_KEY"):
        made()


@pytest.mark.parametrize(("token", "key", "named"), [("wrong", KEY, "TMDB_TOKEN"), ("", "wrong", "TMDB_API_KEY")])
def test_a_refusal_is_not_tried_again_and_names_what_was_refused(tmdb, made, settings, token, key, named):
    settings.TMDB_TOKEN, settings.TMDB_API_KEY = token, key
    with pytest.raises(TmdbError, match=f"TMDB refuses the .* of {named}: see ") as refused:
        made().get(PATH, {})
    assert len(tmdb.asked) == 1
    assert "wrong" not in str(refused.value)


# --- What is tried again --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [error(500), error(503, Retry_After="0"), error(429), error(429, Retry_After="soon"), HTML, SLOW, CUT, HANG_UP],
    ids=["500", "503", "429", "429 and no time", "html", "slow", "cut", "hang up"],
)
def test_what_may_pass_is_tried_again(tmdb: Tmdb, made: Made, fault: Fault):
    tmdb.faults[PATH] = [fault, fault]
    assert made().get(PATH, {})["title"] == "Heat"
    assert tmdb.times()[PATH] == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (error(502), "TMDB answered with status 502, 5 times"),
        (HTML, "TMDB's answer is not JSON, or a part of it, 5 times"),
        (CUT, "the connection to TMDB broke, 5 times"),
        (HANG_UP, "the connection to TMDB broke, 5 times"),
        (SLOW, "TMDB did not answer in time, 5 times"),
    ],
)
def test_after_five_tries_it_is_given_up_with_the_reason(
    tmdb: Tmdb, made: Made, fault: Fault, reason: str, monkeypatch
):
    monkeypatch.setattr(tmdb_client, "READ_TIMEOUT", 0.1)
    tmdb.always[PATH] = fault
    with pytest.raises(Unanswered) as given_up:
        made().get(PATH, {})
    assert str(given_up.value) == reason
    assert tmdb.times()[PATH] == 5


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (error(404), NotThere),
        (error(400), Unanswered),
        (Fault(301, {"Location": "http://elsewhere.example/"}, b""), Unanswered),
        (Fault(body=b"null"), Unanswered),
        (Fault(body=b"[]"), Unanswered),
    ],
)
def test_what_would_not_pass_is_not_tried_again(tmdb: Tmdb, made: Made, fault: Fault, raised):
    tmdb.faults[PATH] = [fault]
    with pytest.raises(raised):
        made().get(PATH, {})
    assert tmdb.times()[PATH] == 1


def test_where_nobody_listens_it_is_given_up(made: Made, settings, monkeypatch):
    settings.TMDB_URL = "http://127.0.0.1:9/3"
    with pytest.raises(Unanswered, match=r"^the connection to TMDB broke, 5 times$"):
        made().get(PATH, {})


def test_an_answer_that_comes_drop_by_drop_or_without_end_is_given_up(tmdb: Tmdb, made: Made, monkeypatch):
    tmdb.faults[PATH] = [Fault(body=b" " * 300_000)]
    monkeypatch.setattr(tmdb_client, "LARGEST_BODY", 200_000)
    with pytest.raises(Unanswered, match="the answer has more than 200,000 bytes"):
        made().get(PATH, {})
    monkeypatch.setattr(tmdb_client, "DEADLINE", -1)
    with pytest.raises(Unanswered, match="did not answer in time"):
        made().get(PATH, {})


def test_packed_answers_are_unpacked(tmdb: Tmdb, made: Made):
    packed = gzip.compress(json.dumps({"id": 949, "overview": "x" * 300_000}).encode())
    tmdb.faults[PATH] = [Fault(headers={"Content-Encoding": "gzip"}, body=packed)]
    assert len(made().get(PATH, {})["overview"]) == 300_000


# --- How often ------------------------------------------------------------------------------------


def test_threads_ask_at_once_but_no_oftener_than_they_may(tmdb: Tmdb, made: Made):
    client = made(per_second=50)
    client.get(PATH, {})  # alone, so that it does not come late
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.get(PATH, {}), range(30)))
    times = [one.at for one in tmdb.asked]
    assert len(times) == 31
    assert times[-1] - times[0] >= 30 / 50 - 0.05


@pytest.mark.parametrize("fault", [error(429), error(429, Retry_After="0"), error(503, Retry_After="0"), error(503)])
def test_without_a_time_that_tells_anything_each_pause_is_longer_than_the_one_before(
    tmdb: Tmdb, made: Made, fault: Fault, monkeypatch
):
    monkeypatch.setattr(tmdb_client, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(tmdb_client._random, "uniform", lambda least, most: most)
    tmdb.always[PATH] = fault
    with pytest.raises(Unanswered):
        made().get(PATH, {})
    gaps = [later.at - earlier.at for earlier, later in pairwise(tmdb.asked)]
    assert all(gap >= 0.05 * 2**turn for turn, gap in enumerate(gaps))


@pytest.mark.parametrize("said", ["1", "moment"])
def test_a_retry_after_is_obeyed_by_all_threads_at_once(tmdb: Tmdb, made: Made, said: str):
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    tmdb.faults[PATH] = [error(429, Retry_After=moment if said == "moment" else said)]
    client = made(per_second=40)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.get(PATH, {}), range(24)))
    gaps = [later.at - earlier.at for earlier, later in zip(tmdb.asked, tmdb.asked[1:], strict=False)]
    assert max(gaps) > 0.9
    assert len(tmdb.asked) == 25
    waited = gaps.index(max(gaps))
    assert waited < 16  # those that were on their way already


def test_to_be_left_alone_for_long_ends_it_and_says_for_how_long(tmdb: Tmdb, made: Made):
    tmdb.faults[PATH] = [error(429, Retry_After="3600")]
    with pytest.raises(TmdbError, match=r"left alone for 3,600 seconds\. Run the same again then\."):
        made().get(PATH, {})


def test_who_waits_for_their_turn_gives_up_once_it_is_closed(tmdb: Tmdb, made: Made):
    client, raised = made(), []
    client.pace.hold(60)

    def wait() -> None:
        with pytest.raises(Stopped):
            client.get(PATH, {})
        raised.append(True)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.05)
    client.close()
    thread.join(5)
    assert raised


# --- What is never told ---------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [error(500), error(401), error(400), HTML, SLOW, CUT, HANG_UP, Fault(body=b"null")])
def test_neither_key_nor_token_stands_in_a_message_or_a_log(tmdb, made, settings, caplog, monkeypatch, fault):
    monkeypatch.setattr(tmdb_client, "READ_TIMEOUT", 0.1)
    caplog.set_level(logging.DEBUG)
    tmdb.always[PATH] = fault
    for token, key in ((TOKEN, ""), ("", KEY)):
        settings.TMDB_TOKEN, settings.TMDB_API_KEY = token, key
        with pytest.raises((Unanswered, TmdbError)) as raised, closing(made()) as client:
            client.get(PATH, {"language": "de-DE"})
        assert raised.value.__suppress_context__ or raised.value.__context__ is None
        assert token + key not in f"{raised.value!r}{raised.value}"
    assert "urllib3" in caplog.text
    assert ("api_key=…" in caplog.text) is ("language=de-DE" in caplog.text) is (fault not in (SLOW, HANG_UP))
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text
