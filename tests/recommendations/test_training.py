"""Models: trained of all that is known, and only those that are no worse answer."""

import re
from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.recommendations.learning.baselines import Ours
from apps.recommendations.models import ModelVersion, Neighbours
from apps.recommendations.selectors.neighbours import active_model, answering
from apps.recommendations.selectors.training import is_due
from apps.recommendations.services import training
from apps.recommendations.services.models import NotPossible, model_activate, model_rollback
from apps.recommendations.services.training import UnderWay, model_train
from apps.recommendations.tasks import train_model
from apps.reviews.models import Rating
from movieverse.leases import Holder
from tests.factories import make_model, make_movie

pytestmark = pytest.mark.usefixtures("stores")

State = ModelVersion.State
WORSE = {"neighbours": 1, "in_common": 0}


def kept() -> set[int]:
    """Models whose neighbours there are."""
    return {int(key.partition(":")[0]) for key in Neighbours.objects.values_list("pk", flat=True)}


def test_a_model_tells_what_it_was_made_of_and_what_it_is_worth(model, rated):
    model.refresh_from_db()
    assert (model.state, model.reason, model.is_kept) == (State.ACTIVE, "", True)
    counts = {"movies": 16, "liked_movies": 16, "likes": 168, "users": 24}
    assert model.data == {**counts, "from_and_until": ["2024-05-01", "2024-05-07"]}
    assert set(model.figures) == {"ours", "popularity", "item-kNN", "ALS", "EASE", "random"}
    for figures in model.figures.values():
        assert set(figures) == {"ndcg", "recall", "coverage", "novelty", "popularity_bias"}
    ndcg = {name: figures["ndcg"] for name, figures in model.figures.items()}
    assert ndcg["ours"] == max(ndcg.values()) > 2 * ndcg["popularity"]
    assert model.parameters["window"] == 32
    assert model.seconds > 0
    assert Neighbours.objects.count() == 16


def test_titles_of_the_catalogue_alone_make_a_model_that_is_not_measured(films):
    model = model_train()
    assert (model.state, model.figures, model.data["likes"]) == (State.ACTIVE, {}, 0)
    assert kept() == {model.pk}


def test_without_a_title_there_is_a_model_of_nothing():
    assert model_train().state == State.ACTIVE


def test_likes_of_titles_that_are_gone_are_no_data(rated):
    Rating.objects.create(user_id=-1, movie_id=999, value=10)
    assert model_train().data["likes"] == 168


def test_the_latest_model_answers(model):
    later = model_train()
    model.refresh_from_db()
    assert (active_model(), model.state) == (later, State.READY)


def test_one_that_is_worse_than_the_one_that_answers_is_refused(model):
    worse = model_train(parameters=WORSE)
    assert worse.state == State.REFUSED
    ours, before = (f"{one.figures['ours']['ndcg']:.4f}" for one in (worse, model))
    said = f"With the parameters of {model}, which answers, it is {before} on the same likes."
    assert worse.reason == f"NDCG@10 is {ours}. {said}"
    assert active_model() == model


def test_one_that_knows_less_than_half_of_the_likes_is_refused(model):
    Rating.objects.filter(user_id__lt=-4).delete()
    fewer = model_train()
    assert (fewer.state, fewer.reason) == (State.REFUSED, f"There are 28 likes; {model}, which answers, knows 168.")
    assert active_model() == model


def test_one_of_which_nobody_can_say_what_it_is_worth_is_refused_where_that_was_known(model):
    Rating.objects.exclude(pk__in=_three_of_each()).update(value=2)
    ModelVersion.objects.filter(pk=model.pk).update(data={"likes": 72, "movies": 16})
    unmeasured = model_train()
    assert unmeasured.state == State.REFUSED
    assert unmeasured.reason == f"It cannot be measured: nobody likes enough. {model}, which answers, was."


def _three_of_each() -> list[int]:
    ratings: dict[int, list[int]] = defaultdict(list)
    for pk, user_id in Rating.objects.values_list("pk", "user_id"):
        ratings[user_id].append(pk)
    return [pk for given in ratings.values() for pk in given[:3]]


def test_one_that_is_below_popularity_is_refused(model, monkeypatch):
    scores = Ours.scores
    monkeypatch.setattr(Ours, "scores", lambda self, users: -scores(self, users))
    below = model_train()
    assert below.state == State.REFUSED
    assert re.fullmatch(r"NDCG@10 is 0\.\d{4}; what everybody likes would have 0\.\d{4}\.", below.reason)
    assert active_model() == model


def test_parameters_that_answer_are_gone_on_with(model):
    model_activate(model=model_train(parameters=WORSE))
    later = model_train(parameters={"window": 9})
    assert {name: later.parameters[name] for name in ("window", "neighbours", "in_common")} == {"window": 9, **WORSE}
    assert model_train().parameters == active_model().parameters


def test_a_model_of_another_version_of_the_program_answers(model, signed_in):
    ModelVersion.objects.filter(pk=model.pk).update(parameters={"fading": 3.0, "of_old": 1})
    assert signed_in.get("/api/v1/me/recommendations/").json()["model"] == model.pk
    assert model_train().parameters["fading"] == 3


@pytest.mark.parametrize(("name", "value"), [("window", 0), ("half_life", 0), ("fading", float("nan")), ("shrink", -1)])
def test_parameters_that_make_no_sense_are_refused_before_anything_is_read(name, value):
    with pytest.raises(ValueError, match=f"{name} is "):
        model_train(parameters={name: value})
    assert not ModelVersion.objects.exists()


def test_who_knows_better_activates_a_refused_one(model):
    worse = model_train(parameters=WORSE)
    assert worse.pk in kept()
    model_activate(model=worse)
    assert active_model() == worse
    assert model_rollback() == model == active_model()


def test_answers_are_by_a_model_from_the_moment_it_is_activated(model):
    assert answering().number == model.pk, "which has been asked for and may be kept"
    second = model_train()
    assert answering() == (second.pk, second.parameters)
    model_rollback()
    assert answering().number == model.pk


def test_rolling_back_goes_to_the_one_that_answered_before(model):
    second, third = model_train(), model_train()
    assert model_rollback() == second
    assert model_rollback() == third, "which was the last to answer before"
    assert ModelVersion.objects.filter(state=State.ACTIVE).count() == 1


def test_without_another_one_there_is_nothing_to_roll_back_to(model):
    with pytest.raises(NotPossible, match="There is no model that has answered before"):
        model_rollback()
    assert active_model() == model


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"state": "failed"}, "is failed: it cannot"), ({"state": "ready", "is_kept": False}, "is ready and deleted: it")],
)
def test_what_has_learned_nothing_cannot_answer(model, fields, said):
    with pytest.raises(NotPossible, match=said):
        model_activate(model=make_model(**fields))
    assert active_model() == model


def test_of_old_models_only_the_figures_stay(model):
    others = [model_train() for _ in range(4)]
    assert kept() == {one.pk for one in others[1:]}
    model.refresh_from_db()
    assert (model.is_kept, bool(model.figures)) == (False, True)


def test_of_refused_ones_the_last_is_kept(model):
    refused = [model_train(parameters=WORSE) for _ in range(2)]
    assert kept() == {model.pk, refused[1].pk}


def test_a_training_that_fails_leaves_the_model_that_answers(model, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(training, "insert_all", fail)
    with pytest.raises(RuntimeError):
        model_train()
    failed = ModelVersion.objects.latest("number")
    assert (failed.state, failed.reason) == (State.FAILED, "Something went wrong on our side. It has been logged.")
    assert active_model() == model
    assert kept() == {model.pk}


def test_a_training_that_is_interrupted_leaves_nothing_half_done(model, monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_why_not", interrupt)
    with pytest.raises(KeyboardInterrupt):
        model_train()
    failed = ModelVersion.objects.latest("number")
    assert (failed.state, failed.reason) == (State.FAILED, "It was interrupted.")
    assert kept() == {model.pk}


def test_what_a_killed_training_has_left_the_next_one_clears_away(model):
    left = make_model("training")
    Neighbours.objects.create(key=f"{left.pk}:1", similar=b"", following=b"")
    later = model_train()
    left.refresh_from_db()
    assert (left.state, left.reason, left.is_kept) == (State.FAILED, "It was interrupted.", False)
    assert kept() == {model.pk, later.pk}


def test_of_two_trainings_at_a_time_one_is_refused(films):
    with Holder().keep("training of a recommender", timedelta(minutes=1)) as is_held:
        assert is_held
        with pytest.raises(UnderWay, match="Another process is training a model"):
            model_train()
    assert not ModelVersion.objects.exists()
    assert model_train().state == State.ACTIVE


def test_one_that_was_taken_for_dead_does_not_answer(model, monkeypatch):
    def lose(*args, **options):
        ModelVersion.objects.filter(state=State.TRAINING).update(state=State.FAILED, is_kept=False)
        return ""

    monkeypatch.setattr(training, "_why_not", lose)
    with pytest.raises(UnderWay, match="taken this training for a dead one's"):
        model_train()
    assert active_model() == model
    assert kept() == {model.pk}


def test_what_an_interrupted_deletion_has_left_goes_with_the_next_training(model):
    gone = make_model("failed", is_kept=False)
    Neighbours.objects.create(key=f"{gone.pk}:1", similar=b"", following=b"")
    model_train()
    assert gone.pk not in kept()


def test_one_that_was_ready_but_never_answered_is_followed_by_another(films):
    left = make_model("ready", activated_at=None)
    assert is_due()
    train_model.func()
    left.refresh_from_db()
    assert (left.is_kept, active_model().pk > left.pk) == (False, True)


def test_what_is_being_deleted_cannot_be_activated(model):
    second, read = model_train(), ModelVersion.objects.get(pk=model.pk)
    ModelVersion.objects.filter(pk=model.pk).update(is_kept=False)
    with pytest.raises(NotPossible, match="is ready and deleted"):
        model_activate(model=read)
    assert active_model() == second


# --- Once a day -----------------------------------------------------------------------------------


def test_a_model_is_due_once_a_day_where_there_are_titles():
    assert not is_due()
    make_movie("Heat")
    assert is_due()
    make_model("failed")
    make_model("training")
    assert is_due(), "which nobody has finished"
    model = make_model("refused")
    assert not is_due()
    ModelVersion.objects.filter(pk=model.pk).update(started_at=timezone.now() - timedelta(hours=25))
    assert is_due()


def test_the_task_trains_what_is_due_or_asked_for_and_gives_way_to_another(films):
    train_model.func()
    train_model.func()
    assert ModelVersion.objects.count() == 1
    now = timezone.now().isoformat()
    with Holder().keep("training of a recommender", timedelta(minutes=1)):
        with pytest.raises(UnderWay):
            train_model.func(asked_at=now)
        ModelVersion.objects.update(started_at=timezone.now() - timedelta(days=2))
        train_model.func()
    assert ModelVersion.objects.count() == 1
    train_model.func(asked_at=now)
    train_model.func(asked_at=now)
    assert ModelVersion.objects.count() == 2
