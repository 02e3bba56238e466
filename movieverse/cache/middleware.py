"""Gives ready-made answers to who may have them, and has those made that there are not."""

import time
from functools import partial
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from movieverse import tally
from movieverse.api.delivery import said_of
from movieverse.api.limits import address, count_address
from movieverse.cache import levels
from movieverse.cache.builders import Builders, Found, is_stale
from movieverse.cache.callers import is_staff, key_of, plain, says_who, wants_anew
from movieverse.cache.declaring import Cached, Shown
from movieverse.cache.entries import Entry, Key, Ready
from movieverse.cache.statistics import statistics
from movieverse.middleware import Handler


def answers(get_response: Handler) -> Handler:
    """Outside of all that makes an answer, so that a ready one costs none of it."""
    level = levels.current() if settings.CACHE_SOURCE == "CACHE" else None
    return Answers(get_response, level) if level else _bypassing(get_response)


def _bypassing(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response: Any = get_response(request)
        if _cached(request.resolver_match) and key_of(request):
            response["X-Cache"] = "bypass"
            _note_seen(request, response, getattr(response, "shown", None))
        return response

    return middleware


class Answers:
    def __init__(self, get_response: Handler, level: levels.Level) -> None:
        self.get_response, self.level = get_response, level
        self.builders = Builders(level)
        self.cors = CorsMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        entry = self._at_hand(request, key)
        cached: Any = entry or _view_of(request)
        if cached is None or (not cached.public and says_who(request)):
            return self.get_response(request)
        budget = count_address(request)
        if budget.used > budget.limit:
            return self.get_response(request)  # which refuses it
        if entry is None:
            return self._answer(request, self._found(request, key, cached), start)
        response = self._answer(request, Found(entry, "hit"), start)
        response.was_at_hand = True
        return response

    def _at_hand(self, request: HttpRequest, key: Key) -> Entry | None:
        entry = self.level.recall(key)
        return entry if entry and not is_stale(entry) and not wants_anew(request) else None

    def _found(self, request: HttpRequest, key: Key, cached: Cached) -> Found:
        build = partial(self._built, request, key, cached)
        if wants_anew(request) and is_staff(request):
            return Found(build(self.level.mark()), "bypass")
        return self.builders.found(key, build)

    def _built(self, request: HttpRequest, key: Key, cached: Cached, mark: Any) -> Entry:
        """What the views answer a plain request; kept, if they say what it shows, and nobody's cookies come with it."""
        start = time.perf_counter()
        response: Any = self.get_response(plain(request, key))
        entry = Entry.of(response, cached, time.perf_counter() - start)
        if response.cookies or not hasattr(response, "shown"):
            return entry
        entry = entry.showing(response.shown, mark)
        if mark is not None:
            self.level.keep(key, entry)
        return entry

    def _answer(self, request: HttpRequest, found: Found, start: float) -> Ready:
        entry, how = found
        response = entry.answer(request)
        if "HTTP_ORIGIN" in request.META:
            self.cors.add_response_headers(request, response)
        response.say({"X-Cache": how, **said_of(request, start)})
        _note_seen(request, response, entry)
        statistics.count(entry.name, how, entry.build_seconds, time.perf_counter() - start)
        return response


def _note_seen(request: HttpRequest, response: HttpResponse, shown: Shown | Entry | None) -> None:
    """A look is a whole answer, and one of the same address counts once in a while."""
    if shown and shown.seen and request.method == "GET" and response.status_code == 200:
        tally.add_once(*shown.seen, who=address(request))


def _view_of(request: HttpRequest) -> Cached | None:
    try:
        return _cached(resolve(request.path_info))
    except Resolver404:
        return None


def _cached(match: ResolverMatch | None) -> Cached | None:
    view = getattr(match and match.func, "cls", None)
    return getattr(view, "cached", None)
