"""Asking TMDB. Whatever goes wrong, neither the key nor the token stands in a message or a log."""

import json
import logging
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from apps.imports.tmdb.pace import Pace, Stopped
from movieverse.exceptions import DomainError

TRIES = 5
FIRST_WAIT = 0.5  # seconds; twice as long each time, less up to a half by chance, so that threads do not come together
LONGEST_PAUSE = 600  # seconds that TMDB may have us wait
CONNECT_TIMEOUT, READ_TIMEOUT, DEADLINE = 5, 20, 60  # seconds; the last one of a whole answer
LARGEST_BODY = 64 * 1024 * 1024
_PIECE = 64 * 1024
_random = SystemRandom()


class TmdbError(DomainError):
    """Nothing can be fetched. Its one line says why, and what to do."""

    status = 503
    code = "tmdb-unavailable"
    detail = "TMDB cannot be asked."


class NotThere(Exception):
    """TMDB has no such thing, or no longer."""


class Unanswered(Exception):
    """This one could not be had, for a reason."""


class _Again(Exception):
    """To be tried once more, after so many seconds, if TMDB has said so. Where it is too busy, all threads wait."""

    def __init__(self, reason: str, seconds: float = 0, *, is_busy: bool = False) -> None:
        self.seconds, self.is_busy = seconds, is_busy
        super().__init__(reason)


class _WithoutKeys(logging.Filter):
    """urllib3 logs addresses, and the key is a part of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = re.sub(r"api_key=[^&\s\"')]*", "api_key=…", record.getMessage()), ()
        return True


_without_keys = _WithoutKeys()


class Client:
    """One session, for as many threads as it has been made for. To be closed: requests that wait then give up."""

    def __init__(self, *, concurrency: int, per_second: float) -> None:
        self.concurrency, self.pace = concurrency, Pace(per_second)
        self._url, self._key, self._token = settings.TMDB_URL, settings.TMDB_API_KEY, settings.TMDB_TOKEN
        if not (self._key or self._token):
            raise TmdbError(
                "TMDB wants to know who asks. Set TMDB_TOKEN (the API read access token) or TMDB_API_KEY; "
                "https://www.themoviedb.org/settings/api gives both to everybody with an account."
            )
        self._failure = ""
        self._session = self._opened()

    def close(self) -> None:
        self.pace.stop()
        self._session.close()

    def get(self, path: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Raises NotThere, Unanswered; Stopped once it is closed; TmdbError, and from then on to everybody who asks."""
        try:
            return self._get(path, parameters)
        except TmdbError as error:
            self._failure = str(error)
            self.pace.stop()
            raise
        except Stopped:
            if self._failure:
                raise TmdbError(self._failure) from None
            raise

    def _get(self, path: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        for attempt in range(TRIES):
            self.pace.wait()
            try:
                return self._ask(path, parameters)
            except _Again as again:
                reason = str(again)
                self._back_off(attempt, again)
        raise Unanswered(f"{reason}, {TRIES} times")

    def _back_off(self, attempt: int, again: _Again) -> None:
        seconds = again.seconds or FIRST_WAIT * 2**attempt * _random.uniform(0.5, 1)
        if again.seconds or again.is_busy:
            self.pace.hold(seconds)
        elif attempt + 1 < TRIES:
            self.pace.pause(seconds)

    def _opened(self) -> requests.Session:
        session = requests.Session()
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=self.concurrency)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        session.headers["Accept"] = "application/json"
        session.auth = self._signed  # which keeps a .netrc from saying who asks
        logging.getLogger("urllib3.connectionpool").addFilter(_without_keys)
        return session

    def _signed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        else:
            request.prepare_url(request.url, {"api_key": self._key})
        return request

    def _ask(self, path: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        try:
            with self._session.get(
                f"{self._url}/{path}",
                params=parameters,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                stream=True,
                allow_redirects=False,  # to where the key or the token has no business
            ) as response:
                content = _content(response)
        except requests.Timeout:
            raise _Again("TMDB did not answer in time") from None
        except (requests.RequestException, HTTPError, OSError):
            raise _Again("the connection to TMDB broke") from None
        if response.status_code != requests.codes.ok:
            raise self._error(response)
        return _object(content)

    def _error(self, response: requests.Response) -> Exception:
        status = response.status_code
        if status == requests.codes.unauthorized:
            return TmdbError(self._refused())
        if status == requests.codes.not_found:
            return NotThere()
        if status == requests.codes.too_many_requests or status >= requests.codes.server_error:
            is_busy = status == requests.codes.too_many_requests
            return _Again(f"TMDB answered with status {status}", _seconds_to_wait(response), is_busy=is_busy)
        return Unanswered(f"TMDB answered with status {status}")

    def _refused(self) -> str:
        what, variable = ("token", "TMDB_TOKEN") if self._token else ("API key", "TMDB_API_KEY")
        return f"TMDB refuses the {what} of {variable}: see https://www.themoviedb.org/settings/api for the right one."


def client() -> Client:
    """As the settings have it."""
    return Client(concurrency=settings.TMDB_CONCURRENCY, per_second=settings.TMDB_REQUESTS_PER_SECOND)


def _content(response: requests.Response) -> bytes:
    """The body, however it comes; what comes drop by drop or without end is given up."""
    until, content = time.monotonic() + DEADLINE, bytearray()
    while piece := response.raw.read1(_PIECE, decode_content=True):
        content += piece
        if len(content) > LARGEST_BODY:
            raise Unanswered(f"the answer has more than {LARGEST_BODY:,} bytes")
        if time.monotonic() > until:
            raise _Again("TMDB did not answer in time")
    return bytes(content)


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise _Again("TMDB's answer is not JSON, or a part of it") from None
    if not isinstance(value, dict):
        raise Unanswered("TMDB's answer is no JSON object")
    return value


def _seconds_to_wait(response: requests.Response) -> float:
    """As `Retry-After` has it: in seconds, or as a moment. 0 where it says nothing."""
    seconds = _retry_after(response.headers.get("Retry-After", "").strip())
    if seconds > LONGEST_PAUSE:
        raise TmdbError(f"TMDB asks to be left alone for {seconds:,.0f} seconds. Run the same again then.")
    return max(seconds, 0)


def _retry_after(said: str) -> float:
    if said.isdecimal() and len(said) < 10:
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return 0
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
