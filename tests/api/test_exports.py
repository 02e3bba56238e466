"""`/api/v1/exports/`: the files there are, and rows as they have them."""

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.catalog.models import Movie
from apps.curation.exporting import shelf
from apps.insights.batches import Reader
from apps.reviews.services import review_create
from tests.curation.exports import keep_exports_in
from tests.factories import make_genre, make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/exports/"


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> None:
    keep_exports_in(settings, tmp_path)


@pytest.fixture
def export(heat: Movie) -> dict[str, Any]:
    shelf.make(Reader())
    return shelf.kept()[0]


def test_without_exports_the_list_is_empty(api):
    assert api.get(URL).json() == {"results": [], "next": None, "previous": None, "count": None}


def test_it_says_which_exports_there_are(api, export):
    (shown,) = api.get(URL).json()["results"]
    assert shown.keys() == {"id", "made_at", "position", "files"}
    assert (shown["id"], shown["position"]) == (export["id"], export["position"])
    movies = shown["files"][0]
    assert movies == {
        "kind": "movies", "url": f"http://testserver{URL}{export['id']}/movies/", "rows": 1,
        "bytes": export["files"][0]["bytes"], "sha256": export["files"][0]["sha256"],
    }  # fmt: skip


def test_a_file_is_what_the_list_says(api, export):
    for file in api.get(URL).json()["results"][0]["files"]:
        answer = api.get(file["url"])
        content = answer.getvalue()
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/gzip")
        assert (len(content), sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
        assert answer["ETag"] == f'"{file["sha256"]}"'
        assert answer["Cache-Control"].startswith("public")
        assert "Content-Encoding" not in answer
        assert json.loads(gzip.decompress(content).splitlines()[0])["kind"] == file["kind"]


def test_a_file_that_one_has_is_304(api, export):
    url = f"{URL}{export['id']}/movies/"
    tag = api.get(url)["ETag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = api.get(url, headers={"If-None-Match": known, "Accept": "application/gzip"})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert api.get(url, headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_is_get_without_the_body(api, export):
    url = f"{URL}{export['id']}/movies/"
    got, head = api.get(url), api.head(url)
    assert (head.status_code, head.getvalue()) == (200, b"")
    for name in ("ETag", "Content-Length", "Content-Type", "Content-Disposition", "Cache-Control"):
        assert head[name] == got[name]


@pytest.mark.parametrize(
    "path", ["2026-01-01/movies/", "{id}/moives/", "{id}/manifest/", "../movies/", "..%2f{id}/movies/", "{id}/..%2fx/"]
)
def test_what_there_is_not_is_404(api, export, path):
    answer = api.get(URL + path.format(id=export["id"]), headers={"Accept": "application/gzip"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_path_is_looked_up_and_never_opened(api, export):
    default_storage.save(
        "exports/secret/movies.ndjson.gz", default_storage.open(f"exports/{export['id']}/manifest.json")
    )
    assert api.get(f"{URL}secret/movies/").status_code == 404


def test_a_file_that_has_just_been_deleted_is_404(api, export):
    default_storage.delete(f"exports/{export['id']}/movies.ndjson.gz")
    assert api.get(f"{URL}{export['id']}/movies/").status_code == 404


def test_a_storage_that_is_away_is_503(api, export, monkeypatch):
    def away(*args: Any) -> None:
        raise ConnectionError("secret-host refused")

    monkeypatch.setattr(type(default_storage._wrapped), "listdir", away)
    answer = api.get(URL)
    assert (answer.status_code, answer.json()["store"]) == (503, "media")
    assert b"secret-host" not in answer.content


# --- Rows -----------------------------------------------------------------------------------------


def rows(api: Any, kind: str, ids: str) -> list[bytes]:
    answer = api.get(f"{URL}rows/{kind}/?ids={ids}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/jsonl")
    return answer.content.splitlines(keepends=True)


def test_rows_are_the_lines_of_an_export(api, heat):
    make_movie("Ronin", genre_ids=[make_genre().pk])
    review_create(user_id=make_user().pk, movie_id=heat.pk, body="Good.")
    shelf.make(Reader())
    export_id = shelf.kept()[0]["id"]
    for kind in ("movies", "genres", "reviews"):
        _, *lines = gzip.decompress(api.get(f"{URL}{export_id}/{kind}/").getvalue()).splitlines(keepends=True)
        ids = [str(json.loads(line)["id"]) for line in lines]
        assert rows(api, kind, ",".join(reversed(ids))) == lines != []


def test_rows_that_are_gone_or_may_not_be_passed_on_have_no_line(api, heat):
    restricted = make_movie("Ronin")
    Movie.objects.filter(pk=restricted.pk).update(origins={"title": {"source": "tmdb", "at": "2026-01-01T00:00:00Z"}})
    ids = [json.loads(line)["id"] for line in rows(api, "movies", f"{heat.pk},{restricted.pk},{restricted.pk + 1}")]
    assert ids == [heat.pk]
    assert rows(api, "movies", "") == []


def test_rows_that_one_has_are_304_and_they_are_compressed(api, heat):
    Movie.objects.update(overview="Los Angeles. " * 60)
    url = f"{URL}rows/movies/?ids={heat.pk}"
    plain, packed = api.get(url), api.get(url, headers={"Accept-Encoding": "gzip", "Accept": "application/jsonl"})
    assert gzip.decompress(packed.content) == plain.content
    assert api.get(url, headers={"If-None-Match": plain["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("query", "status"), [("?ids=x", 422), ("?ids=-1", 422), ("?ids=" + "1," * 101 + "1", 422), ("?id=1", 400)]
)
def test_ids_are_a_hundred_ids(api, query, status):
    assert api.get(f"{URL}rows/movies/{query}").status_code == status


def test_a_kind_of_rows_that_there_is_not_is_404(api):
    assert "There are movies, people" in api.get(f"{URL}rows/moives/?ids=1").json()["detail"]
