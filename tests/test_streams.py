"""What every live stream has: its frames, signs of life, an end, and what a process that holds none answers instead."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.accounts.models import User
from movieverse import asgi, streams
from tests.factories import make_user


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 5))


def test_an_event_is_framed_with_its_id_if_it_has_one():
    assert streams.event("profile", b"{}", "3-a") == b"event: profile\nid: 3-a\ndata: {}\n\n"
    assert streams.event("unavailable", b"{}") == b"event: unavailable\ndata: {}\n\n"


def test_a_listener_is_told_the_newest_only_and_nothing_after_its_end():
    async def scenario() -> None:
        listener = streams.Listener()
        frames = listener.frames()
        assert await anext(frames) == b"retry: 2000\n\n"
        listener.tell(b"old")
        listener.tell(b"new")
        assert await anext(frames) == b"new"
        listener.tell(b"too late")
        listener.end()
        assert [frame async for frame in frames] == []

    run(scenario())


def test_a_listener_that_is_told_nothing_hears_that_somebody_is_there(monkeypatch: pytest.MonkeyPatch):
    async def scenario() -> None:
        listener = streams.Listener()
        frames = listener.frames()
        await anext(frames)
        assert [await anext(frames), await anext(frames)] == [streams.STILL_THERE] * 2
        listener.tell(b"news")
        assert await anext(frames) == b"news"

    monkeypatch.setattr(streams, "KEEP_ALIVE", 0.05)
    run(scenario())


async def nothing() -> Any:
    yield b""


def answered(**headers: str) -> Any:
    request = RequestFactory().get("/api/v1/x/events/", headers=headers)
    return streams.answer(request, nothing, lambda: b"now")


def test_a_process_that_holds_no_streams_says_where_they_are(settings: Any):
    settings.STREAMS_URL = "http://localhost:8001"
    answer = answered()
    assert (answer.status_code, answer["Location"]) == (307, "http://localhost:8001/api/v1/x/events/")


def test_or_else_what_there_is_to_say_now_and_to_ask_again_in_a_second(settings: Any):
    settings.STREAMS_URL = ""
    answer = answered()
    assert (answer.status_code, answer.content) == (200, b"retry: 1000\n\nnow")
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"


def test_pages_of_our_own_may_read_streams_with_their_cookie_and_no_others(settings: Any):
    allowed = "Access-Control-Allow-Credentials"
    assert answered(Origin=settings.PUBLIC_URL)[allowed] == "true"
    assert allowed not in answered(Origin="https://app.example.org")
    assert allowed not in answered()


def sent(*pieces: bytes) -> tuple[int, int]:
    """What the streams' process answers to a body in pieces, and how many it has read of them."""
    left, answers = list(pieces), []

    async def receive() -> Any:
        if not left:
            await asyncio.sleep(5)  # somebody is still there
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/livez", "headers": [], "query_string": b""}
    run(asgi.application(scope, receive, send))
    return answers[0]["status"], len(pieces) - len(left)


def test_a_process_for_streams_reads_no_long_bodies():
    kilobytes = b"x" * 1024
    assert sent(*[kilobytes] * 64) == (200, 64)
    assert sent(*[kilobytes] * 300) == (413, 65)


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


def test_sessions_are_signed_in_until_they_end_or_their_user_is_gone_or_has_another_password(stores: None):
    staying, gone, barred, changed, expired = (make_user() for _ in range(5))
    users = (staying, gone, barred, changed, expired)
    keys = [session_of(user) for user in users]
    assert streams.signed_in({*keys, "nobody's"}) == set(keys)
    User.objects.filter(pk=gone.pk).delete()
    User.objects.filter(pk=barred.pk).update(is_active=False)
    changed.set_password("another one of these")
    changed.save()
    Session.objects.filter(session_key=keys[4]).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert streams.signed_in(keys) == {keys[0]}


def test_a_session_that_nobody_has_signed_in_to_is_nobodys(stores: None):
    client = Client()
    session = client.session
    session["chosen"] = 1
    session.save()
    assert streams.signed_in([session.session_key]) == set()
