"""Imports, tasks and conversions through the API."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import role_set
from apps.catalog.models import Movie
from apps.imports.models import Import
from apps.imports.services import converted
from tests.api.conftest import refusals
from tests.factories import make_user
from tests.imports.jobs import imported, lies_at, uploaded
from tests.imports.netflix_files import DE_NIRO, OUR_PLANET, TAXI_DRIVER, title, written

IMPORTS = "/api/v1/imports/"


def role(name: str, which: Role) -> tuple[User, APIClient]:
    user = role_set(user=make_user(name), role=which, by=None)
    client = APIClient()
    client.force_login(user)
    return user, client


@pytest.fixture
def ada(stores: None) -> tuple[User, APIClient]:
    return role("ada", Role.CURATOR)


def titles(folder: Path, *rows: dict[str, str]) -> Path:
    return written(folder / "titles.csv", rows or [TAXI_DRIVER, OUR_PLANET])


def asked(client: APIClient, body: dict[str, Any]) -> Any:
    answer = client.post(IMPORTS, body)
    assert answer.status_code == 202, answer.content
    return answer


def test_files_that_were_uploaded_are_imported_together(ada, tmp_path):
    user, client = ada
    paths = [titles(tmp_path), written(tmp_path / "credits.csv", [DE_NIRO])]
    answer = asked(client, {"uploads": [str(uploaded(path, user).pk) for path in paths]})
    assert answer["Location"] == f"http://testserver{IMPORTS}{answer.json()['id']}/"
    done = client.get(answer["Location"])
    body = done.json()
    assert (body["state"], body["dataset"], body["mode"], body["by"]) == ("completed", "netflix", "upsert", user.pk)
    assert body["rows"] == {"read": 3, "written": 13, "rejected": 0}
    assert body["counts"]["movies"] == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 0}
    assert [file["name"] for file in body["files"]] == ["titles.csv", "credits.csv"]
    assert body["bytes"]["read"] == body["bytes"]["total"] == sum(file["bytes"] for file in body["files"])
    assert client.get(answer["Location"], headers={"If-None-Match": done["ETag"]}).status_code == 304


def test_no_answer_tells_where_files_lie(ada, tmp_path):
    user, client = ada
    upload = uploaded(titles(tmp_path), user)
    answer = asked(client, {"upload": str(upload.pk)})
    path = client.get(answer["Location"]).json()["files"][0]
    columns = {"columns": list(TAXI_DRIVER), "more_columns": 0}
    assert path == {"name": "titles.csv", "bytes": upload.length, **columns, "upload": str(upload.pk)}
    bad = uploaded(written(tmp_path / "bad.csv", [{"id": "1\x00"}]), user)
    refused = client.post(IMPORTS, {"upload": str(bad.pk)})
    assert refused.json()["detail"] == "bad.csv is no text: there is a NUL byte in line 2."


def test_each_curator_sees_their_own_and_an_administrator_all(ada, tmp_path):
    row = imported(ada[0], titles(tmp_path, TAXI_DRIVER | {"runtime": "x"}))
    rejected = row.rejected_rows.get()
    addresses = [f"{IMPORTS}{row.pk}/{part}" for part in ("", "rows/", "rows/csv/", f"rows/{rejected.pk}/", "events/")]
    addresses.append(f"/api/v1/tasks/{row.pk}/")
    bob, root = role("bob", Role.CURATOR)[1], role("root", Role.ADMINISTRATOR)[1]
    for client, status in ((ada[1], 200), (bob, 404), (root, 200)):
        assert [client.get(address).status_code for address in addresses] == [status] * len(addresses)
        assert len(client.get(IMPORTS).json()["results"]) == (status == 200)
        assert len(client.get("/api/v1/tasks/").json()["results"]) == (status == 200)
    for act in ("cancel", "retry", "undo"):
        assert bob.post(f"{IMPORTS}{row.pk}/{act}/").status_code == 404
    other = {"cells": {"runtime": "113"}}
    assert bob.patch(addresses[3], other, headers={"If-Match": "*"}).status_code == 404
    assert root.patch(addresses[3], other, headers={"If-Match": "*"}).status_code == 200


def test_another_members_upload_is_as_if_it_were_not_there(ada, tmp_path):
    other = uploaded(titles(tmp_path), make_user())
    for url, pointer in ((IMPORTS, "/uploads"), ("/api/v1/convert/", "/upload")):
        told = refusals(ada[1].post(url, {"upload": str(other.pk)}))
        assert told == {pointer: f"You have no upload {other.pk}."}


def test_an_upload_that_is_not_whole_is_refused(ada, tmp_path):
    upload = uploaded(titles(tmp_path), ada[0])
    lies_at(upload).write_bytes(b"id,")
    assert ada[1].post(IMPORTS, {"upload": str(upload.pk)}).status_code == 409


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/uploads"),
        ({"uploads": []}, "/uploads"),
        ({"upload": "../../etc/passwd"}, "/upload"),
        ({"dataset": "imdb", "upload": "4f8e0c4e-6d0e-4c39-9f0a-6a5d1c1b7a10"}, "/dataset"),
        ({"mode": "replace", "upload": "4f8e0c4e-6d0e-4c39-9f0a-6a5d1c1b7a10"}, "/mode"),
        ({"uploads": ["4f8e0c4e-6d0e-4c39-9f0a-6a5d1c1b7a10"] * 2}, "/uploads"),
        ({"path": "/etc/passwd"}, "/path"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(ada, body, pointer):
    assert pointer in refusals(ada[1].post(IMPORTS, body))


def test_an_unknown_table_is_refused_with_what_was_seen_and_what_is_nearest(ada, tmp_path):
    path = written(tmp_path / "mine.csv", [{"id": "1", "title": "Heat", "type": "MOVIE", "stars": "5"}])
    upload = str(uploaded(path, ada[0]).pk)
    answer = ada[1].post(IMPORTS, {"upload": upload})
    body = answer.json()
    assert (answer.status_code, body["type"]) == (422, "/api/problems/unrecognised-files/")
    assert body["files"][0]["columns"] == ["id", "title", "type", "stars"]
    assert body["files"][0]["nearest"]["dataset"] == "netflix"
    named = ada[1].post(IMPORTS, {"upload": upload, "dataset": "tmdb5000"}).json()
    assert named["files"][0]["nearest"]["dataset"] == "tmdb5000"


def test_of_a_header_that_never_ends_the_first_names_are_told(ada, tmp_path):
    user, client = ada
    names = [f"{'x' * 90}{number}" for number in range(9_000)]
    unknown = uploaded(written(tmp_path / "mine.csv", [dict.fromkeys(names, "1")]), user)
    refused = client.post(IMPORTS, {"upload": str(unknown.pk)})
    (file,) = refused.json()["files"]
    assert (file["columns"], file["more_columns"], file["nearest"]["extra"]) == (names[:50], 8_950, names[:50])
    assert f"its columns are {', '.join(names[:50])} and 8,950 more. The nearest" in refused.json()["detail"]
    assert len(refused.content) < 20_000
    film = uploaded(written(tmp_path / "films.csv", [{"title": "Heat"} | dict.fromkeys(names, "1")]), user)
    mapped = client.post(IMPORTS, {"upload": str(film.pk), "dataset": "films", "mapping": {"year": "Jahr"}})
    assert mapped.status_code == 422
    assert len(mapped.content) < 10_000
    asked(client, {"upload": str(film.pk), "dataset": "films"})
    (listed,) = client.get(IMPORTS).json()["results"]
    assert (listed["files"][0]["columns"], listed["files"][0]["more_columns"]) == (["title", *names[:49]], 8_951)
    assert len(json.dumps(listed)) < 20_000


def test_a_name_of_a_column_that_never_ends_is_cut(ada, tmp_path):
    user, client = ada
    longest = {"x" * 1_000_000: "1"}
    upload = uploaded(written(tmp_path / "mine.csv", [longest]), user)
    answer = client.post(IMPORTS, {"upload": str(upload.pk)})
    assert answer.json()["files"][0]["columns"] == [f"{'x' * 199}…"]
    assert len(answer.content) < 2_000
    row = asked(client, {"upload": str(uploaded(titles(tmp_path, TAXI_DRIVER | longest), user).pk)})
    assert f"There is no use for the columns {'x' * 199}…." in [one["detail"] for one in row.json()["findings"]]
    assert len(row.content) < 5_000


def test_rejected_rows_are_listed_filtered_edited_and_tried_again(ada, tmp_path):
    user, client = ada
    bad = [title("tm1", "Heat", runtime="x"), title("tm2", "Thief", release_year="y")]
    row = imported(user, titles(tmp_path, TAXI_DRIVER, *bad))
    rows = f"{IMPORTS}{row.pk}/rows/"
    assert [one["line"] for one in client.get(rows).json()["results"]] == [3, 4]
    for query, lines in (("column=runtime", [3]), ("kind=people", []), ("used=true", []), ("retried=false", [3, 4])):
        assert [one["line"] for one in client.get(f"{rows}?{query}").json()["results"]] == lines
    first = client.get(rows).json()["results"][0]
    assert (first["value"], first["reason"], first["cells"]["title"]) == ("x", "is not a number", "Heat")
    one = f"{rows}{first['id']}/"
    seen = client.get(one)["ETag"]
    edited = client.patch(one, {"cells": {"runtime": "170"}}, headers={"If-Match": seen})
    assert (edited.status_code, edited.json()["edited"]) == (200, {"runtime": "170"})
    assert client.patch(one, {"cells": {"runtime": "1"}}, headers={"If-Match": seen}).status_code == 412
    again = client.post(f"{IMPORTS}{row.pk}/retry/")
    assert (again.status_code, again.json()["retry_of"]) == (202, row.pk)
    assert client.get(again["Location"]).json()["rows"] == {"read": 2, "written": 2, "rejected": 1}
    assert client.get(one).json()["retried_in"] == again.json()["id"]
    assert client.patch(one, {"cells": {"runtime": "1"}}, headers={"If-Match": "*"}).status_code == 409
    assert client.get(f"{rows}?retried=true&count=exact").json()["count"]["value"] == 2
    assert Movie.objects.get(title="Heat").runtime == 170


@pytest.mark.parametrize(
    ("cells", "why"),
    [({"stars": "5"}, "There is no such column"), ({"title": "a\nb"}, "more lines"), ({}, ""), ({"title": 5.5j}, "")],
)
def test_an_edit_that_cannot_be_is_refused(ada, tmp_path, cells, why):
    row = imported(ada[0], titles(tmp_path, TAXI_DRIVER | {"runtime": "x"}))
    url = f"{IMPORTS}{row.pk}/rows/{row.rejected_rows.get().pk}/"
    body = {"cells": {name: "x" * 300_000 if isinstance(cell, complex) else cell for name, cell in cells.items()}}
    told = refusals(ada[1].patch(url, body, headers={"If-Match": "*"}))
    assert why in " ".join(told.values())


def test_rejected_rows_are_a_table_without_formulas(ada, tmp_path):
    bad = title("tm1", "=HYPERLINK(A1)", runtime="x", age_certification="+1") | {"id": "@tm1", "seasons": "\t1"}
    row = imported(ada[0], titles(tmp_path, bad, title("tm2", "Heat", runtime="-1")))
    answer = ada[1].get(f"{IMPORTS}{row.pk}/rows/csv/", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == f'attachment; filename="import-{row.pk}-rejected.csv"'
    table = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert list(table[0]) == [*bad, "file", "line", "column", "reason"]
    assert [table[0][name] for name in ("id", "title", "age_certification", "seasons")] == [
        "'@tm1", "'=HYPERLINK(A1)", "'+1", "'\t1"
    ]  # fmt: skip
    assert (table[1]["runtime"], table[1]["line"], table[1]["reason"]) == ("'-1", "3", "is negative")
    head = ada[1].head(f"{IMPORTS}{row.pk}/rows/csv/")
    assert (head.status_code, b"".join(head)) == (200, b"")


def test_undoing_and_cancelling_what_cannot_be_is_a_conflict(ada, tmp_path):
    row = imported(ada[0], titles(tmp_path), dry_run=True)
    for act in ("undo", "cancel", "retry"):
        answer = ada[1].post(f"{IMPORTS}{row.pk}/{act}/")
        assert (answer.status_code, answer.json()["type"]) == (409, "/api/problems/not-possible/")


def test_what_waits_is_cancelled_at_once(ada):
    row = Import.objects.create(dataset="netflix", by=ada[0])
    answer = ada[1].post(f"{IMPORTS}{row.pk}/cancel/")
    assert (answer.status_code, answer.json()["state"], answer.json()["is_clean"]) == (202, "cancelled", True)


def test_a_table_is_converted_to_json_lines_to_download(ada, tmp_path):
    user, client = ada
    path = tmp_path / "any.csv"
    path.write_text("name;größe\nHeat;170\nThief;1;2\nRonin;\n")
    asked = client.post("/api/v1/convert/", {"upload": str(uploaded(path, user).pk)})
    assert (asked.status_code, asked.json()["kind"]) == (202, "convert")
    task = client.get(asked["Location"]).json()
    assert (task["state"], task["rows"]) == ("completed", {"read": 3, "written": 2, "rejected": 1})
    file = client.get(task["result"])
    assert file["Content-Type"] == "application/gzip"
    packed = b"".join(file.streaming_content)
    assert int(file["Content-Length"]) == len(packed)
    lines = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
    assert lines == [{"name": "Heat", "größe": "170"}, {"name": "Ronin", "größe": ""}]
    assert client.get(IMPORTS).json()["results"] == []
    assert client.get(f"{IMPORTS}{task['id']}/").status_code == 404
    assert role("bob", Role.CURATOR)[1].get(task["result"]).status_code == 404


def test_conversions_go_with_their_member_and_when_they_are_old(ada, tmp_path):
    user, client = ada
    converted.forget(user.pk)  # files outlive the tests whose member had this number
    for _ in range(2):
        client.post("/api/v1/convert/", {"upload": str(uploaded(titles(tmp_path), user).pk)})
    first, second = Import.objects.order_by("pk")
    Import.objects.filter(pk=first.pk).update(ended_at="2020-01-01T00:00Z")
    converted.prune()
    assert converted.names(user.pk) == [f"{second.pk}.jsonl.gz"]
    assert not Import.objects.filter(pk=first.pk).exists()
    converted.forget(user.pk)
    assert converted.names(user.pk) == []
    assert not default_storage.exists(f"converted/{user.pk}")
    assert client.get(f"/api/v1/tasks/{second.pk}/file/").status_code == 404


def test_the_progress_of_one_is_told_where_no_stream_can_be_held(ada, tmp_path):
    row = imported(ada[0], titles(tmp_path))
    url = f"{IMPORTS}{row.pk}/events/"
    answer = ada[1].get(url, headers={"Accept": "text/event-stream"})
    assert answer["Content-Type"].startswith("text/event-stream")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines() if line)
    assert (fields["retry"], fields["event"]) == ("1000", "progress")
    assert json.loads(fields["data"])["state"] == "completed"
    again = ada[1].get(url, headers={"Last-Event-ID": fields["id"]})
    assert b"event" not in again.content
