"""Curators see what models were worth, and choose the one that answers."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from apps.recommendations.models import ModelVersion
from apps.recommendations.selectors.neighbours import active_model
from tests.admin.rows import page
from tests.factories import make_model

LIST = "/admin/recommendations/modelversion/"


def figures(ndcg: float) -> dict[str, Any]:
    return {"ndcg": ndcg, "recall": 0.2, "coverage": 0.3, "novelty": 9.5, "popularity_bias": 0.4}


@pytest.fixture
def models(stores: None) -> list[ModelVersion]:
    return [
        make_model(state, figures={"EASE": figures(0.1), "ours": figures(ndcg)}, seconds=3.5)
        for state, ndcg in (("ready", 0.11), ("refused", 0.05), ("active", 0.2))
    ]


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_history_is_a_chart_of_what_each_was_worth(desk: Client, models):
    text = text_of(desk.get(LIST))
    ours, ease = re.findall(r'<polyline points="([^"]*)"', text)
    heights = [float(point.split(",")[1]) for point in ours.split(" ")]
    assert heights[1] > heights[0] > heights[2], "the better the higher, which is the smaller number"
    assert len({point.split(",")[1] for point in ease.split(" ")}) == 1
    assert "ours <b>0.2000</b>" in text


@pytest.mark.parametrize("number", [0, 1])
def test_few_models_have_a_page_too(desk: Client, stores, number):
    for _ in range(number):
        make_model("active", figures={"ours": figures(0)})
    assert ("No model has been measured yet." in text_of(desk.get(LIST))) == (number == 0)


def test_a_model_has_a_page_of_figures_beside_those_of_others(desk: Client, models):
    text = text_of(desk.get(page(ModelVersion, "change", models[0].pk)))
    assert "<td>EASE</td>" in text
    assert "<td>0.1100</td>" in text
    assert "half life" in text


def test_one_is_let_answer_and_another_one_again(desk: Client, models):
    _, refused, active = models
    text = text_of(desk.get(page(ModelVersion, "change", refused.pk)))
    assert "It was refused." in text
    answer = desk.post(f"{LIST}{refused.pk}/activate/", follow=True)
    assert f"Model {refused.pk} answers from now on." in text_of(answer)
    assert active_model() == refused
    assert "/activate/" not in text_of(desk.get(page(ModelVersion, "change", refused.pk)))
    assert f"Model {active.pk} answers" in text_of(desk.post(f"{LIST}rollback/", follow=True))
    assert active_model() == active


def test_what_is_not_possible_is_told(desk: Client, stores):
    assert "There is no model that has answered before" in text_of(desk.post(f"{LIST}rollback/", follow=True))
    failed = make_model("failed")
    assert "it cannot answer" in text_of(desk.post(f"{LIST}{failed.pk}/activate/", follow=True))
    assert desk.get(f"{LIST}rollback/").status_code == 405
    assert "There is no model 999" in text_of(desk.post(f"{LIST}999/activate/", follow=True))


def test_a_training_is_asked_for(desk: Client, stores, monkeypatch):
    asked: list[dict[str, Any]] = []
    queue = SimpleNamespace(enqueue=lambda **given: asked.append(given))
    monkeypatch.setattr("apps.recommendations.admin.train_model", queue)
    assert "A model is to be trained" in text_of(desk.post(f"{LIST}train/", follow=True))
    assert list(asked[0]) == ["asked_at"]
