"""A great many made-up films and people, on MongoDB: stored by several processes, indexed afterwards."""

import os
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections

from apps.catalog.models import Collection, Company, Event, Genre, Movie, Person
from apps.catalog.records import MovieRecord
from apps.insights.soundness import findings
from movieverse.exceptions import DomainError
from movieverse.pool import ProcessEnded
from seed.run import Run
from seed.synthetic import filling
from seed.synthetic.films import film
from seed.synthetic.loading import Size, seed
from tests.seed.seeding import assert_nothing_to_do

SIZE = Size(movies=40, people=30, ratings=0, random_seed=0)

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("stores")]


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_WORTH_IT", 20)
    monkeypatch.setattr(filling, "BATCH", 5)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_apart", lambda begin, batches, run: map(begin(run), batches))


def run_of(*args: Any) -> Run:
    run = Run(quiet=True)
    seed(SIZE, run, *args)
    return run


def films(numbers: Sequence[int]) -> list[MovieRecord]:
    return [film(SIZE.random_seed, number, SIZE.people) for number in numbers]


def films_to_17(numbers: Sequence[int]) -> list[MovieRecord]:
    if 17 in numbers:
        raise DomainError("Film 17 burnt.")
    return films(numbers)


def films_of_the_dead(numbers: Sequence[int]) -> list[MovieRecord]:
    os._exit(1)


def test_every_row_is_stored_once_and_counted_once_whichever_process_met_it_first():
    counts = run_of().counts
    created = {kind: of.created for kind, of in counts.items()}
    stored = {"movies": Movie, "people": Person, "genres": Genre, "companies": Company, "collections": Collection}
    assert {kind: created[kind] for kind in stored} == {kind: model.objects.count() for kind, model in stored.items()}
    assert (created["movies"], created["people"]) == (40, 30)
    assert created["external ids"] == sum(created[kind] for kind in stored)
    assert sorted(Movie.objects.values_list("title", flat=True)) == sorted(one.title for one in films(range(1, 41)))
    assert list(findings()) == []


def test_the_other_stores_are_told_of_each_film():
    run_of()
    assert Event.objects.filter(kind="movie").count() == 40


def test_seeded_again_there_is_nothing_to_do():
    first, again = run_of().counts, run_of().counts
    assert_nothing_to_do(again)
    assert {kind: of.unchanged for kind, of in again.items()}["movies"] == first["movies"].created


def test_what_fails_in_a_process_fails_the_run_and_the_next_one_continues():
    with pytest.raises(DomainError, match="burnt"):
        run_of(films_to_17)
    stored = Movie.objects.count()
    assert stored < 40
    assert run_of().counts["movies"].created == 40 - stored
    assert list(findings()) == []


def test_a_killed_process_ends_the_run_in_one_line():
    with pytest.raises(ProcessEnded):
        run_of(films_of_the_dead)
    assert Person.objects.count() == 30


def test_indexes_are_made_in_the_end_even_if_interrupted(in_this_process):
    indexes = connections["catalog"].database["catalog_movie"].index_information
    before, during = indexes(), []

    def interrupted(numbers: Sequence[int]) -> list[MovieRecord]:
        during.append(indexes())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_of(interrupted)
    assert during == [{"_id_": before["_id_"]}]
    assert indexes() == before
