"""The commands: training, choosing the model that answers, and measuring."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.recommendations.models import ModelVersion
from apps.recommendations.selectors.neighbours import active_model
from tests.factories import make_model

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def run(capsys):
    def call(*command: str, **options: Any) -> str:
        call_command(*command, **options)
        return capsys.readouterr().out

    return call


def test_training_tells_what_has_come_of_it(run, rated):
    said = run("train_recommender")
    model = ModelVersion.objects.get()
    ndcg = f"{model.figures['ours']['ndcg']:.4f}"
    assert said == f"Model {model.pk}: active; 16 titles, 168 likes of 24 people; NDCG@10 {ndcg}; {model.seconds:g} s\n"


def test_parameters_can_be_others(run, rated):
    run("train_recommender", "--window", "3", "--fading", "2.5")
    assert ModelVersion.objects.get().parameters["window"] == 3
    assert ModelVersion.objects.get().parameters["fading"] == 2.5


def test_models_are_listed_activated_and_rolled_back(run):
    first, second = make_model(), make_model("active")
    refused = make_model("refused", reason="Worse.")
    told = run("train_recommender", "--list").splitlines()
    assert told[0].startswith(f"Model {refused.pk}: refused; 0 titles, 0 likes of 0 people; 0 s; Worse.")
    assert len(told) == 3
    assert run("train_recommender", "--activate", str(first.pk)) == f"Model {first.pk} answers.\n"
    assert active_model() == first
    assert run("train_recommender", "--rollback") == f"Model {second.pk} answers.\n"
    assert ModelVersion.objects.count() == 3


def test_what_cannot_be_done_is_told_in_a_line(run):
    with pytest.raises(CommandError, match="half_life is more than 0, not 0"):
        run("train_recommender", "--half-life", "0")
    with pytest.raises(CommandError, match="There is no model 7: --list tells which there are"):
        run("train_recommender", "--activate", "7")
    with pytest.raises(CommandError, match="There is no model that has answered before"):
        run("train_recommender", "--rollback")
    failed = make_model("failed")
    with pytest.raises(CommandError, match="is failed: it cannot answer"):
        run("train_recommender", "--activate", str(failed.pk))


# --- Measuring ------------------------------------------------------------------------------------


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Of 30 users who each like ten films of 20, one after the other, and dislike one."""
    rows = [
        f"{user},{1 + (user + step) % 20},{4.5 if step < 10 else 1.0},{1_000_000_000 + step}"
        for user in range(1, 31)
        for step in range(11)
    ]
    (tmp_path / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *rows]) + "\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n")
    return tmp_path


def test_a_set_is_measured_and_the_numbers_are_written(run, dataset, tmp_path):
    file = tmp_path / "numbers.json"
    said = run("evaluate_recommender", dataset=dataset, json=file)
    assert "300 likes of 30 users, of 20 movies" in said
    assert said.index("likes held out of the training, by parameters") < said.index("ours less EASE")
    told = json.loads(file.read_text())
    assert (told["likes"], told["users"], told["movies"]) == (300, 30, 20)
    assert len(told["validation"]) == 27
    held_out = told["test"]["held_out"]
    assert set(held_out) == {"ours", "popularity", "item-kNN", "ALS", "EASE", "random"}
    assert held_out["ours"]["ndcg"] == 1, "what comes next is always the same"
    for difference in told["test"]["less"]:
        mean = held_out["ours"]["ndcg"] - held_out[difference["name"]]["ndcg"]
        assert difference["mean"] == pytest.approx(mean, abs=1e-4)
        assert difference["low"] <= difference["mean"] <= difference["high"]
        assert difference["users"] == 30
    assert len(told["cuts"]["cuts"]) == 5
    assert told["cuts"]["less"]["name"] == "EASE"


def test_the_stores_own_ratings_are_measured(run, rated, tmp_path):
    said = run("evaluate_recommender", json=tmp_path / "numbers.json")
    assert "168 likes of 24 users, of 16 movies" in said


def test_nothing_is_written_into_the_store(run, dataset, tmp_path):
    run("evaluate_recommender", dataset=dataset, json=tmp_path / "numbers.json", verbosity=0)
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize(("name", "said"), [("nowhere", "nowhere"), ("empty", "has no table of ratings")])
def test_a_folder_without_ratings_is_told(run, tmp_path, name, said):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match=said):
        run("evaluate_recommender", dataset=tmp_path / name)


def test_too_few_likes_are_told(run, films):
    with pytest.raises(CommandError, match="Nobody has given 4 stars to more than 5 titles"):
        run("evaluate_recommender")


def test_a_file_that_cannot_be_written_is_told(run, dataset, tmp_path):
    with pytest.raises(CommandError, match="The numbers cannot be written"):
        run("evaluate_recommender", dataset=dataset, json=tmp_path / "nowhere" / "numbers.json", verbosity=0)
