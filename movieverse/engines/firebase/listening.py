"""What the database tells by itself of the rows that are written, whoever writes them."""

import json
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

from django.db import connections
from google.auth.exceptions import GoogleAuthError
from requests import RequestException, Response
from urllib3.exceptions import HTTPError

from movieverse.exceptions import StoreUnavailable
from movieverse.processes import warn_of_absence

from .tree import children

SHORTEST_REST, LONGEST_REST = 0.5, 5.0  # seconds between two connections
LIFETIME = 3_600  # seconds of a connection: for each the server remembers all rows that were written since it began
_HEADERS = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
_TIMEOUTS = (5, 45)  # seconds to connect, and of silence: the server says every 30 that it is there

Rows = set[str] | None
Message = tuple[str, Any]


class Ended(Exception):
    """The server will tell no more over this connection."""


def listen(alias: str, table: str, column: str, since: Callable[[], object], stopped: Event) -> Iterator[Rows]:
    """The keys of rows that have been written and whose `column` is not before what `since` says now.

    None where any row may have been written: whenever a connection begins, and when it is lost. That a row was deleted
    is told only of those written since the connection began. It ends within half a minute after `stopped` is set.
    """
    rest = SHORTEST_REST
    while not stopped.is_set():
        try:
            for rows in _connected(alias, table, column, since(), stopped):
                rest = SHORTEST_REST
                yield rows
        except (Ended, GoogleAuthError, HTTPError, RequestException) as error:
            warn_of_absence(connections[alias].unavailable(error))  # type: ignore[attr-defined]
        except StoreUnavailable as error:
            warn_of_absence(error)
        yield None
        stopped.wait(rest)
        rest = min(2 * rest, LONGEST_REST)


def _connected(alias: str, table: str, column: str, since: object, stopped: Event) -> Iterator[Rows]:
    end = time.monotonic() + LIFETIME
    place = connections[alias].root.child(table)  # type: ignore[attr-defined]
    client = place._client
    query = {**client.params, "orderBy": json.dumps(column), "startAt": json.dumps(since)}
    url = f"{client.base_url}{place.path}.json"
    with (
        client.create_listener_session() as session,
        session.get(url, params=query, headers=_HEADERS, stream=True, timeout=_TIMEOUTS) as response,
    ):
        response.raise_for_status()
        yield None
        for message in _messages(response):
            if stopped.is_set() or time.monotonic() > end:
                return
            if rows := _rows(*message):
                yield rows


def _messages(response: Response) -> Iterator[Message]:
    name = ""
    for line in _lines(response):
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, value


def _lines(response: Response) -> Iterator[str]:
    """As they come. (`iter_lines` waits for more where the server does not send in chunks.)"""
    rest = b""
    while received := response.raw.read1():
        *lines, rest = (rest + received).split(b"\n")
        yield from (line.decode().rstrip("\r") for line in lines)


def _rows(name: str, data: str) -> set[str]:
    if name in ("cancel", "auth_revoked"):
        raise Ended(f"{name}: {data}")
    if name not in ("put", "patch"):
        return set()
    message = json.loads(data)
    key = message["path"].split("/")[1]
    return {key} if key else {path.split("/")[0] for path in children(message["data"])}
