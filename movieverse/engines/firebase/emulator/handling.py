"""What the REST verbs do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Any, TypeAlias

from .database import DEFAULT, Changed, Database, Databases
from .errors import Refused
from .messages import Request, Response, dump
from .push_ids import push_id
from .queries import Query
from .streams import Backlog
from .tree import Path, etag
from .values import parse, path_in_update, path_of_url

Answer: TypeAlias = Response | AbstractContextManager[Backlog]

NOT_AN_OBJECT = "Invalid data; couldn't parse JSON object. Are you sending a JSON object with valid key names?"


def handle(request: Request, databases: Databases) -> Answer:
    """The response, or the stream to enter and to send the events of."""
    if request.method == "POST":
        request.method = request.headers.get("x-http-method-override", "POST").upper()
    method = request.method
    path = path_of_url(request.path)
    database = databases.named(request.parameters.get("ns", DEFAULT))
    if method == "GET":
        return _get(request, path, database, databases)
    if method not in WRITES:
        raise Refused("The method must be GET, PUT, PATCH, POST or DELETE", 405)
    if "if-match" in request.headers and method not in ("PUT", "DELETE"):
        raise Refused(f"if-match is not supported with {method}; use it with PUT or DELETE")
    return WRITES[method](request, path, database)


def _get(request: Request, path: Path, database: Database, databases: Databases) -> Answer:
    query = Query.parse(request.parameters)
    is_shallow = request.parameters.get("shallow") == "true"
    if query and is_shallow:
        raise Refused("shallow cannot be combined with orderBy and other query parameters")
    if query:
        databases.rules.require_index(path, query.order)
    if "text/event-stream" in request.headers.get("accept", ""):
        return database.listening(path, query)
    if query:
        return _content(request, database.query(path, query))
    return _content(request, database.outline(path) if is_shallow else database.read(path))


def _put(request: Request, path: Path, database: Database) -> Response:
    return _replace(request, path, database, parse(request.body))


def _delete(request: Request, path: Path, database: Database) -> Response:
    return _replace(request, path, database, None)


def _replace(request: Request, path: Path, database: Database, value: Any) -> Response:
    expected = request.headers.get("if-match")
    try:
        stored = database.put(path, value, expected)
    except Changed as changed:
        return Response(412, dump(changed.current), {"ETag": etag(changed.current)})
    return _content(request, stored)


def _patch(request: Request, path: Path, database: Database) -> Response:
    values = parse(request.body)
    if not isinstance(values, dict):
        raise Refused(NOT_AN_OBJECT)
    names = {path_in_update(name): name for name in values}
    _refuse_overlaps(sorted(names), len(values))
    stored = database.patch(path, {below: values[name] for below, name in names.items()})
    return _answer(request, {names[below]: value for below, value in stored.items()})


def _refuse_overlaps(paths: list[Path], given: int) -> None:
    if len(paths) < given:
        raise Refused("Path occurs twice in the update")
    for path, following in pairwise(paths):  # what is below a path follows it
        if following[: len(path)] == path:
            raise Refused(f"Path '/{'/'.join(path)}' is an ancestor of '/{'/'.join(following)}' in the update")


def _post(request: Request, path: Path, database: Database) -> Response:
    name = push_id()
    database.put((*path, name), parse(request.body))
    return _answer(request, {"name": name})


WRITES: dict[str, Callable[[Request, Path, Database], Response]] = {
    "PUT": _put,
    "PATCH": _patch,
    "POST": _post,
    "DELETE": _delete,
}


def _content(request: Request, value: Any) -> Response:
    """What is at the request's place, with its etag where that matters."""
    if not request.headers.keys() & {"x-firebase-etag", "if-none-match", "if-match"}:
        return _answer(request, value)
    tag = etag(value)
    if request.method == "GET" and request.headers.get("if-none-match") == tag:
        return Response(304, headers={"ETag": tag})
    return _answer(request, value, {"ETag": tag})


def _answer(request: Request, value: Any, headers: dict[str, str] | None = None) -> Response:
    how = request.parameters.get("print")
    if how == "silent":
        return Response(204, headers=headers or {})
    return Response(200, dump(value, pretty=how == "pretty"), headers or {})
