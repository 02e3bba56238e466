"""A great many made-up films and people, on MongoDB: stored by several processes, indexed afterwards."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connections

from apps.catalog.digest import digests
from apps.catalog.models import Collection, Company, Event, Genre, Movie, Person
from apps.catalog.records import MovieRecord
from apps.insights.soundness import findings
from movieverse.exceptions import DomainError
from seed.run import Run
from seed.synthetic import filling, loading
from seed.synthetic.films import film
from tests.conftest import clear_mongodb
from tests.seed.seeding import assert_nothing_to_do, seeded

SIZE = loading.Size(movies=40, people=30, ratings=0, random_seed=0)

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("stores")]


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_WORTH_IT", 20)
    monkeypatch.setattr(filling, "BATCH", 5)


def run_of(*films: loading.Films, size: loading.Size = SIZE, dry_run: bool = False) -> Run:
    run = Run(quiet=True, dry_run=dry_run)
    loading.seed(size, run, *films)
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
    assert {of.unchanged for of in counts.values()} == {0}
    assert list(findings()) == []


def test_several_processes_come_to_what_one_does(monkeypatch):
    run_of()
    by_several = digests()
    clear_mongodb("catalog")
    monkeypatch.setattr(filling, "worked_off", None)
    monkeypatch.setattr(filling, "_WORTH_IT", 1_000)
    run_of()
    assert digests() == by_several


def test_a_dry_run_starts_no_process_and_tells_what_a_real_one_does(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(filling, "worked_off", None)
        dry = run_of(dry_run=True)
    assert Movie.objects.count() == 0
    assert dry.counts == run_of().counts


def test_where_most_are_there_already_one_process_stores_the_others_and_the_indexes_stay(monkeypatch):
    indexes = connections["catalog"].database["catalog_movie"].index_information
    before, during = indexes(), []
    run_of(size=SIZE._replace(movies=25))
    monkeypatch.setattr(filling, "worked_off", None)
    with monkeypatch.context() as patch:
        patch.setattr(Run, "done", lambda run, number: during.append(indexes()))
        assert run_of().counts["movies"].created == 15
    assert all(one == before for one in during)


def test_the_other_stores_are_told_of_each_film():
    run_of()
    assert Event.objects.filter(kind="movie").count() == 40


def test_seeded_again_there_is_nothing_to_do():
    first, again = run_of().counts, run_of().counts
    assert_nothing_to_do(again)
    assert again["movies"].unchanged == first["movies"].created


def test_what_fails_in_a_process_fails_the_run_and_the_next_one_continues():
    with pytest.raises(DomainError, match="burnt"):
        run_of(films_to_17)
    stored = Movie.objects.count()
    assert stored < 40
    assert run_of().counts["movies"].created == 40 - stored
    assert list(findings()) == []


def test_a_killed_process_ends_the_run_in_one_line(monkeypatch):
    monkeypatch.setattr(loading, "made_up", lambda size: films_of_the_dead)
    with pytest.raises(CommandError, match="was killed"):
        seeded("synthetic", "--movies", 40, "--people", 30, "--ratings", 0)
    assert Person.objects.count() == 30


def test_interrupted_all_processes_end_before_the_indexes_are_made_and_the_next_run_continues(monkeypatch):
    indexes = connections["catalog"].database["catalog_movie"].index_information
    before, during = indexes(), []
    with monkeypatch.context() as patch:
        patch.setattr(Run, "done", interrupted_in(during, indexes))
        with pytest.raises(KeyboardInterrupt):
            run_of()
    stored = Movie.objects.count()
    assert during == [{"_id_": before["_id_"]}]
    assert indexes() == before
    assert 0 < stored == Movie.objects.count()
    assert run_of().counts["movies"].created == 40 - stored
    assert list(findings()) == []


def interrupted_in(during: list[Any], indexes: Callable[[], Any]) -> Callable[[Run, int], None]:
    """When the first batch of films is done."""

    def done(run: Run, number: int) -> None:
        if Movie.objects.exists() and not during:
            during.append(indexes())
            raise KeyboardInterrupt

    return done
