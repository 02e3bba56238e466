"""The models that the API tells of, and who chooses the one that answers."""

import pytest

from apps.recommendations.models import ModelVersion
from apps.recommendations.selectors.neighbours import active_model
from tests.factories import make_model

URL = "/api/v1/models/"
FIGURES = {"ndcg": 0.1, "recall": 0.2, "coverage": 0.3, "novelty": 9.5, "popularity_bias": 0.4}


@pytest.fixture
def models(stores: None) -> list[ModelVersion]:
    return [make_model(state, figures={"ours": FIGURES}) for state in ("ready", "refused", "failed", "active")]


def test_models_are_told_with_what_they_are_worth(api, models):
    rows = api.get(URL).json()["results"]
    assert [row["number"] for row in rows] == [model.pk for model in reversed(models)]
    one = api.get(f"{URL}{models[-1].pk}/").json()
    assert one == rows[0]
    assert (one["state"], one["figures"]) == ("active", {"ours": FIGURES})
    assert one["parameters"]["window"] == 32
    assert api.get(f"{URL}999/").status_code == 404


def test_a_curator_chooses_which_answers(desk, models):
    ready, refused, _, active = models
    answer = desk.post(f"{URL}{refused.pk}/activate/")
    assert (answer.status_code, answer.json()["state"]) == (200, "active")
    assert active_model() == refused
    assert desk.post(f"{URL}rollback/").json()["number"] == active.pk
    assert active_model() == active
    assert {row["number"]: row["state"] for row in desk.get(URL).json()["results"]}[ready.pk] == "ready"


def test_what_cannot_answer_is_a_conflict(desk, models):
    answer = desk.post(f"{URL}{models[2].pk}/activate/")
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/problems/not-possible/")
    assert desk.post(f"{URL}999/activate/").status_code == 404


def test_there_is_nothing_to_roll_back_to_at_first(desk, stores):
    assert desk.post(f"{URL}rollback/").status_code == 409


def test_others_choose_none(signed_in, api, models):
    for client, status in ((signed_in, 403), (api, 401)):
        assert client.post(f"{URL}{models[0].pk}/activate/").status_code == status
        assert client.post(f"{URL}rollback/").status_code == status
    assert active_model() == models[-1]
