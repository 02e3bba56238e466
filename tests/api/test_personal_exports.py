"""`/api/v1/me/export/`: everything that there is of a member, for them alone."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.sessions import sessions_of
from apps.curation.models import PersonalExport
from apps.curation.portability import files, tasks
from apps.curation.portability.services import exports_prune
from movieverse.personal import PARTS
from tests.curation.exports import keep_exports_in
from tests.curation.leaving import WORDS, make_leaving
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/me/export/"

# What is only there of some.
NOTHING_OF = {
    "media/picture.json", "default/rights.json", "default/bans.json", "default/authenticators.json",
    "default/accounts-elsewhere.json", "default/devices.json", "default/edits.json", "default/edits-of-yours.json",
    "default/merges.json", "reviews/moderation.json", "reviews/moderation-acts.json", "reviews/merged-words.json",
    "profiles/merged-shelves.json",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    keep_exports_in(settings, tmp_path)


@pytest.fixture
def leaving(stores: None) -> User:
    return make_leaving(make_movie("Heat"), make_movie("Alien"))


@pytest.fixture
def client(leaving: User) -> APIClient:
    client = APIClient()
    client.force_login(leaving)
    return client


def taken(client: APIClient) -> ZipFile:
    state = client.get(client.post(URL)["Location"]).json()
    return ZipFile(BytesIO(client.get(state["url"]).getvalue()))


def test_it_has_everything_of_every_store(client, leaving):
    with taken(client) as zipped:
        texts = {name: zipped.read(name).decode(errors="replace") for name in zipped.namelist()}
    readme = texts.pop("README.txt")
    parts = {f"{part.store}/{part.name}.json" for part in PARTS.values()} - {
        "media/personal-export-files.json",
        "media/uploaded-files.json",
        "media/converted.json",
    }
    assert texts.keys() == parts - NOTHING_OF | {"media/picture.webp"}
    assert all(f"{name}" in readme for name in texts)
    assert [word for word in WORDS if word not in str(texts)] == []
    assert [row["value"] for row in json.loads(texts["reviews/ratings.json"])] == [9, 9]
    assert "body" not in json.loads(texts["default/kept-answers.json"])[0]


def test_it_has_no_secrets(client, leaving):
    keys = [session.pk for session in sessions_of([leaving.pk])]
    with taken(client) as zipped:
        text = str([zipped.read(name) for name in zipped.namelist()])
    assert len(keys) == 2
    assert not [secret for secret in (leaving.password, *keys) if secret in text]


def test_nobody_else_gets_it(client, somebody_else, api):
    state = client.post(URL)["Location"]
    for url in (state, f"{state}file/"):
        assert client.get(url).status_code == 200
        assert somebody_else.get(url).status_code == 404
        assert api.get(url).status_code == 401


def test_the_file_is_what_the_state_says_and_no_cache_keeps_it(client):
    state = client.get(client.post(URL)["Location"]).json()
    answer = client.get(state["url"])
    assert (state["state"], len(answer.getvalue())) == ("ready", state["bytes"])
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "private, no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="leavinghandle.zip"'
    head = client.head(state["url"])
    assert (head.status_code, head.getvalue(), head["Content-Length"]) == (200, b"", str(state["bytes"]))


def test_who_asks_within_the_hour_is_told_of_that_one(client):
    first, again = client.post(URL), client.post(URL)
    assert (first.status_code, again.status_code, again.json()["id"]) == (202, 202, first.json()["id"])
    PersonalExport.objects.update(requested_at=timezone.now() - timedelta(minutes=61))
    assert client.post(URL).json()["id"] != first.json()["id"]


def test_one_that_fails_says_so_and_another_may_be_asked_for(client, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "write", lambda user_id, file: 1 / 0)
        failed = client.get(client.post(URL)["Location"]).json()
    assert (failed["state"], failed["url"]) == ("failed", None)
    assert client.get(f"/api/v1/me/exports/{failed['id']}/file/").status_code == 404
    assert client.get(client.post(URL)["Location"]).json()["state"] == "ready"


def test_one_whose_worker_died_is_given_up(client, leaving):
    export = PersonalExport.objects.create(user=leaving, requested_at=timezone.now() - timedelta(minutes=11))
    assert client.get(f"/api/v1/me/exports/{export.pk}/").json()["state"] == "failed"


def test_a_week_later_it_is_gone_with_its_file(client, leaving):
    state = client.post(URL)["Location"]
    PersonalExport.objects.update(requested_at=timezone.now() - timedelta(days=6))
    exports_prune()
    assert files.names(leaving.pk)
    PersonalExport.objects.update(requested_at=timezone.now() - timedelta(days=8))
    exports_prune()
    assert (files.names(leaving.pk), client.get(state).status_code) == ([], 404)


def test_one_that_is_made_while_its_member_goes_leaves_nothing(leaving, monkeypatch):
    export = PersonalExport.objects.create(user=leaving)
    make = tasks._make

    def made_too_late(export: PersonalExport) -> int:
        size = make(export)
        User.objects.filter(pk=leaving.pk).delete()
        return size

    monkeypatch.setattr(tasks, "_make", made_too_late)
    tasks.make_personal_export.call(export_id=str(export.pk))
    assert files.names(leaving.pk) == []
