"""Every operation of the API keeps its conventions: those of the schema are walked, so also those still to come.

What a new endpoint needs to be walked stands in `tests/api/world.py`.
"""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from movieverse.api.delivery import SMALLEST_COMPRESSED
from movieverse.api.pagination import MAX_LIMIT, KeysetPagination
from tests.api.world import BODIES, HEADERS, KINDS, REQUIRED, ROWS_WITH_EXTERNAL_IDS, Ids, make_owner, make_world

NOWHERE = 999_999_999

# What shows no row of a store, and so has no members to choose from.
WITHOUT_FIELDS = {"/api/v1/", "/api/v1/exports/rows/{kind}/"}
# What streams a file: tests/api/test_exports.py, test_personal_exports.py and test_imports.py have its conventions.
FILES = {"/api/v1/exports/{export_id}/{kind}/", "/api/v1/me/exports/{personal_export_id}/file/"}
FILES |= {"/api/v1/tasks/{task_id}/file/", "/api/v1/imports/{import_id}/rows/csv/"}
# Nobody but its owner changes it, and the last word counts.
WITHOUT_VERSION = {"/api/v1/me/", "/api/v1/movies/{movie_id}/rating/", "/api/v1/movies/{movie_id}/tags/{text}/"}
WITHOUT_VERSION |= {"/api/v1/me/watchlist/{movie_id}/", "/api/v1/me/tokens/{token_id}/", "/api/v1/me/erasure/"}
WITHOUT_VERSION |= {"/api/v1/me/not-interested/{movie_id}/"}
WITHOUT_VERSION |= {"/api/v1/reviews/{review_id}/helpful/", "/api/v1/uploads/{upload_id}/"}
# The last moderator's word counts, and each is kept.
WITHOUT_VERSION |= {"/api/v1/reviews/{review_id}/hidden/", "/api/v1/users/{member}/ban/"}
# What another source calls a row is there or not: there is nothing to overwrite.
WITHOUT_VERSION |= {f"/api/v1/{rows}/external-ids/{{source}}/{{value}}/" for rows in ROWS_WITH_EXTERNAL_IDS}
# What nobody knows is found to be nothing.
ALWAYS_THERE = {"/api/v1/find/{source}/{value}/"}
# What everybody may ask for, and sees as the one they are.
FOR_WHO_ASKS = {f"/api/v1/users/{{handle}}/{part}" for part in ("", "watchlist/", "diary/")}
CREDENTIALS = {"Cookie", "X-Session-Token", "Authorization"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Operation:
    method: str
    path: str
    spec: dict[str, Any]
    client: APIClient
    ids: Ids

    @property
    def url(self) -> str:
        return self.path.format_map(self.ids) + REQUIRED.get(self.path, "")

    def asked(self, query: str) -> str:
        return self.url + (query.replace("?", "&", 1) if self.path in REQUIRED else query)

    @property
    def public(self) -> bool:
        return {} in self.spec["security"]

    @property
    def for_everybody(self) -> bool:
        return self.public and self.path not in FOR_WHO_ASKS

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one["schema"] for one in self.spec.get("parameters", []) if one["in"] == "query"}

    @property
    def takes_json(self) -> bool:
        return "application/json" in self.spec.get("requestBody", {"content": ()})["content"]

    def takes(self, header: str) -> bool:
        return any(one["name"] == header for one in self.spec.get("parameters", []))

    def send(self, query: str = "", *, url: str = "", client: APIClient | None = None, **headers: str) -> Any:
        """With an acceptable body; the answer is one that the schema knows."""
        body = BODIES.get((self.method, self.path), {}) if self.method in ("POST", "PUT", "PATCH") else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        call = getattr(client or self.client, self.method.lower())
        named = HEADERS.get((self.method, self.path), {}) | named
        kind = {"content_type": KINDS.get((self.method, self.path), "image/png")} if isinstance(body, bytes) else {}
        answer = call(url or self.asked(query), body, headers=named, **kind)
        assert str(answer.status_code) in [*self.spec["responses"], "304"], answer.content
        return answer


@pytest.fixture
def operations(stores: None, search_index: Callable[[], None]) -> list[Operation]:
    owner = make_owner()
    client, ids = APIClient(), make_world(owner)
    search_index()
    client.force_login(owner)
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return [
        Operation(method.upper(), path, spec, client, ids)
        for path, item in paths.items()
        for method, spec in item.items()
    ]


Each = Callable[..., Iterator[Operation]]


@pytest.fixture
def each(operations: list[Operation], subtests: Any) -> Each:
    """A test of its own for each operation that `chosen` chooses."""

    def walk(chosen: Callable[[Operation], bool]) -> Iterator[Operation]:
        found = [operation for operation in operations if chosen(operation)]
        assert found
        for operation in found:
            with subtests.test(f"{operation.method} {operation.path}"):
                yield operation

    return walk


def reads(operation: Operation) -> bool:
    return operation.method == "GET" and operation.path not in FILES


def is_list(operation: Operation) -> bool:
    return reads(operation) and "cursor" in operation.parameters


def check_problem(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "request_id"} <= body.keys()
    assert re.fullmatch(r"/api/problems/[a-z0-9-]+/", body["type"])
    assert code in body["type"]
    assert (body["status"], body["request_id"]) == (status, answer["X-Request-ID"])
    check_headers(answer)
    return body


def check_headers(answer: Any) -> None:
    for name in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"):
        assert answer[name].isdigit()
    assert answer["X-Request-ID"]
    assert answer["Server-Timing"].startswith("total;dur=")
    assert answer["Cache-Control"]


def without_changing(headers: Any) -> dict[str, str]:
    changing = {"X-Request-ID", "Server-Timing", "RateLimit-Remaining", "RateLimit-Reset"}
    return {name: value for name, value in headers.items() if name not in changing}


def test_a_read_answers_with_all_its_headers(each):
    for operation in each(reads):
        answer = operation.send()
        assert answer.status_code == 200, answer.content
        check_headers(answer)
        assert re.fullmatch(r'"[0-9a-f-]+"', answer["ETag"])
        assert "Accept-Encoding" in answer["Vary"]
        assert answer["Cache-Control"].startswith("public" if operation.for_everybody else "private, no-store")
        assert operation.for_everybody or {"Cookie", "X-Session-Token", "Authorization"} <= set(
            answer["Vary"].split(", ")
        )


def test_head_is_get_without_its_body(each):
    for operation in each(reads):
        got, head = operation.send(), operation.client.head(operation.url)
        assert (head.status_code, head.content) == (200, b"")
        assert without_changing(head.headers) == without_changing(got.headers)
        assert int(head["Content-Length"]) == len(got.content)


def test_what_one_has_already_is_304(each):
    for operation in each(reads):
        tag = operation.send()["ETag"]
        for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = operation.send(If_None_Match=known)
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
            check_headers(again)


def test_a_compressed_answer_keeps_a_strong_tag(each):
    for operation in each(reads):
        plain, packed = operation.send(), operation.send(Accept_Encoding="gzip")
        if len(plain.content) < SMALLEST_COMPRESSED:
            assert "Content-Encoding" not in packed
            continue
        assert gzip.decompress(packed.content) == plain.content
        assert packed["ETag"] == plain["ETag"][:-1] + '-gzip"'
        assert int(packed["Content-Length"]) == len(packed.content)
        unchanged = operation.send(Accept_Encoding="gzip", If_None_Match=plain["ETag"])
        assert (unchanged.status_code, unchanged["ETag"]) == (304, packed["ETag"])


def test_parameters_are_those_of_the_schema_each_once(each):
    for operation in each(lambda one: True):
        body = check_problem(operation.send("?nonsense=1"), 400, "unknown-parameter")
        assert set(body["allowed"]) == set(operation.parameters)
        for name in operation.parameters:
            check_problem(operation.send(f"?{name}=1&{name}=1"), 400, "repeated-parameter")


def test_fields_narrow(each):
    for operation in each(lambda one: reads(one) and one.path not in WITHOUT_FIELDS):
        for name in operation.parameters["fields"]["items"]["enum"]:
            assert shown(operation, f"?fields={name}") - {"id"} == {name} - {"id"}
        assert "allowed" in check_problem(operation.send("?fields=nonsense"), 422, "invalid-parameter")


def test_expand_adds(each):
    for operation in each(reads):
        if names := expandable(operation):
            check_problem(operation.send("?expand=nonsense"), 422, "invalid-parameter")
            usual = shown(operation)
            assert not usual & set(names)
        for name in names:
            assert shown(operation, f"?expand={name}") == usual | {name}


def expandable(operation: Operation) -> list[str]:
    return operation.parameters.get("expand", {"items": {"enum": []}})["items"]["enum"]


def shown(operation: Operation, query: str = "") -> set[str]:
    answer = operation.send(query)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return set(body["results"][0] if is_list(operation) else body)


def test_lists_have_the_same_parameters_and_bounds(each):
    for operation in each(is_list):
        assert set(KeysetPagination.PARAMETERS) <= operation.parameters.keys()
        for limit in (0, MAX_LIMIT + 1, "x"):
            check_problem(operation.send(f"?limit={limit}"), 422, "invalid-parameter")
        for limit in (1, MAX_LIMIT):
            assert len(operation.send(f"?limit={limit}").json()["results"]) in range(1, limit + 1)
        check_problem(operation.send("?ordering=nonsense"), 422, "invalid-parameter")
        check_problem(operation.send("?cursor=nonsense"), 400, "invalid-cursor")
        check_problem(operation.send("?count=nonsense"), 422, "invalid-parameter")


def test_counts_say_what_they_are(each):
    for operation in each(is_list):
        assert operation.send().json()["count"] is None
        exact = operation.send("?count=exact").json()["count"]
        assert exact == {"value": len(operation.send("?limit=100").json()["results"]), "kind": "exact"}
        assert operation.send("?count=estimated").json()["count"]["kind"] in ("exact", "estimated", "at_least")


def test_every_row_is_on_one_page_there_and_back_in_every_order(each):
    for operation in each(is_list):
        for ordering in operation.parameters["ordering"]["enum"]:
            whole = operation.send(f"?ordering={ordering}&limit=100").json()["results"]
            assert len(whole) >= 3, "the world has too few rows of this list"
            url, forward = operation.asked(f"?ordering={ordering}&limit=1"), []
            while url:
                last, page = url, operation.send(url=url).json()
                forward += page["results"]
                url = page["next"]
            url, back = last, []
            while url:
                page = operation.send(url=url).json()
                back = page["results"] + back
                url = page["previous"]
            assert forward == back == whole, ordering


def test_methods_that_there_are_not_are_405(operations, subtests):
    known: dict[str, set[str]] = {}
    for operation in operations:
        known.setdefault(operation.url, set()).add(operation.method)
    for url, methods in known.items():
        for method in METHODS - methods:
            with subtests.test(f"{method} {url}"):
                answer = operations[0].client.generic(method, url)
                check_problem(answer, 405, "method-not-allowed")
                assert methods <= set(answer["Allow"].split(", "))


def test_what_there_is_not_is_404_and_nobody_may_do_what_is_not_theirs(each):
    for operation in each(lambda one: True):
        if "{" in operation.path and operation.path not in ALWAYS_THERE:
            nowhere = operation.path.format_map(dict.fromkeys(operation.ids, NOWHERE))
            check_problem(operation.send(url=nowhere, If_Match="*"), 404)
        if not operation.public:
            refused = operation.send(client=APIClient())
            check_problem(refused, 401, "not-authenticated")
            assert refused["WWW-Authenticate"]


def test_a_body_is_json_and_has_known_members(each):
    for operation in each(lambda one: one.takes_json):
        headers = {"If-Match": "*"}
        for body, kind, status in (("{", "application/json", 400), ("<a/>", "application/xml", 415)):
            call = getattr(operation.client, operation.method.lower())
            check_problem(call(operation.url, body, content_type=kind, headers=headers), status)
        for wrong in ({"nonsense": 1}, [1]):
            call = getattr(operation.client, operation.method.lower())
            errors = check_problem(call(operation.url, wrong, headers=headers), 422, "invalid")["errors"]
            assert all("pointer" in error for error in errors)


def test_a_post_sent_again_is_answered_as_the_first_time(each):
    for operation in each(lambda one: one.method == "POST"):
        key = f"key-of-{operation.path}"
        first, again = operation.send(Idempotency_Key=key), operation.send(Idempotency_Key=key)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first
        check_problem(operation.send(Idempotency_Key="no key"), 400)


def test_who_changes_what_others_may_change_says_what_they_saw(each):
    for operation in each(lambda one: one.method in ("PATCH", "PUT", "DELETE") and one.path not in WITHOUT_VERSION):
        assert operation.takes("If-Match")
        check_problem(operation.send(), 428, "precondition-required")
        stale = operation.send(If_Match='"999999-x"')
        check_problem(stale, 412, "precondition-failed")
        current = operation.client.get(operation.url)["ETag"]
        assert stale["ETag"] == current
        if operation.method != "DELETE":
            changed = operation.send(If_Match=current)
            assert changed.status_code == 200, changed.content
            assert changed["ETag"] == operation.client.get(operation.url)["ETag"] != current
