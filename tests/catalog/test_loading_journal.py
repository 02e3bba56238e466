"""What an import writes is noted with it."""

from typing import Any

import pytest

from apps.catalog.loading import Loaded, load_counts
from apps.catalog.models import LoadNote, Movie
from movieverse.bulk import Counts
from tests.catalog.loads import (
    NETFLIX,
    actor,
    best,
    collection,
    genre,
    imdb,
    loaded,
    named,
    netflix,
    person,
    ranked,
    record,
    tmdb,
    worker,
)
from tests.catalog.undoing import imported

pytestmark = pytest.mark.usefixtures("stores")

FILM = record(
    1,
    overview="A heist.",
    genres=[genre()],
    companies=[named(tmdb(5), "Regency")],
    collection=named(tmdb(9), "Heat Collection"),
    cast=[actor()],
    crew=[worker("Michael Mann", tmdb(638))],
)
SET: dict[str, Any] = {
    "people": [person("Al Pacino", tmdb(1158), imdb("nm199"), biography="An actor.")],
    "collections": [collection("Heat Collection", tmdb(9), "A heist.")],
    "lists": [best(*ranked(FILM, record(2)))],
}


def written(result: Loaded) -> dict[str, Counts]:
    """What a run has counted of rows that it wrote."""
    counts = {kind: Counts(created=of.created, updated=of.updated) for kind, of in result.counts.items()}
    return {kind: of for kind, of in counts.items() if of != Counts()}


def test_a_load_that_is_no_import_notes_nothing():
    loaded(FILM, record(2), **SET)
    assert not LoadNote.objects.exists()


def test_a_dry_run_notes_nothing():
    imported(1, FILM, record(2), **SET, dry_run=True)
    assert not LoadNote.objects.exists()


def test_counts_are_those_of_the_run():
    result = imported(1, FILM, record(2), **SET)
    assert load_counts(import_id=1) == written(result)
    assert load_counts(import_id=1)["list entries"] == Counts(created=2)
    assert load_counts(import_id=1)["people"] == Counts(created=2)


def test_counts_of_a_set_that_changes_what_another_has_told_are_those_of_the_run():
    imported(1, record(1, ids=[netflix(1)], release_year=1995, cast=[actor(source_id=netflix(7))]), source=NETFLIX)
    told = record(1, title="Film 1", release_year=1995, overview="Two men.", cast=[actor()], ids=[tmdb(949)])
    result = imported(2, told, record(2), lists=[best(*ranked(told))])
    assert load_counts(import_id=2) == written(result)
    assert load_counts(import_id=2)["movies"] == Counts(created=1, updated=1)


def test_counts_of_a_list_that_is_told_otherwise_are_those_of_the_run():
    imported(1, record(1), record(2), record(3), lists=[best(*ranked(record(1), record(2)))])
    result = imported(2, record(1), record(2), record(3), lists=[best(*ranked(record(3), record(1)))])
    assert load_counts(import_id=2) == written(result) == {
        "lists": Counts(updated=1),
        "list entries": Counts(created=1, updated=1),
    }  # fmt: skip


def test_an_import_that_finds_everything_there_notes_nothing():
    imported(1, FILM, record(2), **SET)
    imported(2, FILM, record(2), **SET)
    assert load_counts(import_id=2) == {}


@pytest.mark.parametrize("turn", range(1, 9))
def test_an_import_that_was_killed_and_run_again_counts_each_row_once(turn: int):
    class Killed(Loaded):
        left = turn

        def upsert(self, *args: Any, **options: Any) -> Counts:
            Killed.left -= 1
            if not Killed.left:
                raise KeyboardInterrupt
            return super().upsert(*args, **options)

    with pytest.raises(KeyboardInterrupt):
        loaded(FILM, record(2), **SET, batch=1, into=lambda **how: Killed(import_id=1, **how))
    imported(1, FILM, record(2), **SET)
    again = load_counts(import_id=1)
    whole = {"movies": 2, "people": 2, "genres": 1, "companies": 1, "collections": 1, "lists": 1}
    assert again == {
        kind: Counts(created=number) for kind, number in (whole | {"external ids": 8, "list entries": 2}).items()
    }


def test_what_is_rolled_back_is_not_noted(monkeypatch):
    def interrupt(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("apps.catalog.loading.movies.write_external_ids", interrupt)
    with pytest.raises(KeyboardInterrupt):
        imported(1, record(1))
    assert not Movie.objects.exists()
    assert not LoadNote.objects.exists()
