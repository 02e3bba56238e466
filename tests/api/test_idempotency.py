"""`Idempotency-Key`: a POST sent again is answered as the first time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.reviews.models import Review
from movieverse.api import idempotency
from movieverse.models import KeptAnswer
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

HEADERS = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def url(heat: Any) -> str:
    return f"/api/v1/movies/{heat.pk}/reviews/"


def send(client: APIClient, url: str, body: str = "Fine.", headers: dict[str, str] = HEADERS) -> Any:
    return client.post(url, {"body": body}, headers=headers)


def age(by: timedelta) -> None:
    KeptAnswer.objects.update(claimed_at=timezone.now() - by)


def test_the_first_answer_is_given_again(signed_in, url):
    first, again = send(signed_in, url), send(signed_in, url)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    for header in ("Location", "ETag", "Content-Type"):
        assert again[header] == first[header]
    assert Review.objects.count() == 1


def test_a_refusal_is_given_again_too(signed_in, url):
    refused = send(signed_in, url, "")
    assert refused.status_code == 422
    assert send(signed_in, url, "").content == refused.content


def test_without_a_key_every_request_is_its_own(signed_in, url):
    assert send(signed_in, url, headers={}).status_code == 201
    assert send(signed_in, url, headers={}).status_code == 409
    assert not KeptAnswer.objects.exists()


def test_another_request_with_the_key_is_422(signed_in, url):
    send(signed_in, url)
    for other in (send(signed_in, url, "Other."), send(signed_in, f"/api/v1/movies/{make_movie().pk}/reviews/")):
        assert other.status_code == 422
        assert other.json()["type"] == "/api/problems/idempotency-key-reused/"


def test_a_key_is_ones_own(signed_in, somebody_else, url):
    assert send(signed_in, url).status_code == send(somebody_else, url).status_code == 201
    assert Review.objects.count() == 2


def test_while_the_first_is_running_it_is_409(signed_in, url, monkeypatch):
    answers = []
    create = idempotency._insert

    def meanwhile(*args: Any) -> Any:
        claim = create(*args)
        monkeypatch.undo()
        answers.append(send(signed_in, url))
        return claim

    monkeypatch.setattr(idempotency, "_insert", meanwhile)
    assert send(signed_in, url).status_code == 201
    (second,) = answers
    assert second.status_code == 409
    assert second.json()["type"] == "/api/problems/idempotency-in-progress/"
    assert second["Retry-After"] == "1"


def test_a_claim_whose_process_died_is_taken_over_after_a_minute(signed_in, url):
    send(signed_in, url)
    Review.objects.all().delete()
    KeptAnswer.objects.update(status=None)
    assert send(signed_in, url).status_code == 409
    age(timedelta(seconds=61))
    assert send(signed_in, url).status_code == 201
    assert send(signed_in, url)["Idempotency-Replayed"] == "true"


def test_who_lost_a_claim_does_not_settle_it(signed_in, url):
    send(signed_in, url)
    late = KeptAnswer.objects.get()
    age(timedelta(seconds=61))
    idempotency._settle(late, None)
    assert KeptAnswer.objects.exists()


def test_a_failure_of_ours_is_not_kept(signed_in, url, monkeypatch):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    signed_in.raise_request_exception = False
    monkeypatch.setattr("apps.reviews.services.review_create", fail)
    assert send(signed_in, url).status_code == 500
    assert not KeptAnswer.objects.exists()
    monkeypatch.undo()
    assert send(signed_in, url).status_code == 201


def test_after_a_day_a_key_is_new_and_old_ones_leave(signed_in, url):
    send(signed_in, url)
    age(timedelta(hours=25))
    assert send(signed_in, url, "Other.").json()["type"] == "/api/problems/already-reviewed/"
    age(timedelta(hours=25))
    send(signed_in, url, headers={"Idempotency-Key": "another"})
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é", "a b"])
def test_a_key_is_visible_ascii(signed_in, url, key):
    refused = send(signed_in, url, headers={"Idempotency-Key": key})
    assert refused.status_code == 400
    assert "1 to 255 visible ASCII" in refused.json()["detail"]
    assert not Review.objects.exists()
