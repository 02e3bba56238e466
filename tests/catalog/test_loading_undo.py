"""What an import wrote is taken back, and nothing else."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.catalog.digest import digests
from apps.catalog.loading import undoing
from apps.catalog.models import (
    Event,
    LoadNote,
    Movie,
    Person,
)
from apps.insights.soundness import findings
from tests.catalog.loads import (
    DEMO,
    NETFLIX,
    actor,
    best,
    genre,
    ids_of,
    imdb,
    movie_of,
    named,
    netflix,
    person_of,
    ranked,
    record,
    tmdb,
)
from tests.catalog.undoing import ONES_PEOPLE, THEIRS, edited, held, imported, the_first, undone

pytestmark = pytest.mark.usefixtures("stores")


def test_nothing_is_left_of_an_import_that_nobody_has_built_upon():
    the_first()
    assert undone(1) == []
    assert not any(held().values())
    assert not LoadNote.objects.exists()


def test_whoever_follows_the_catalogue_learns_what_is_gone():
    the_first()
    movie_id, person_id = movie_of(tmdb(1)).pk, person_of(tmdb(1158)).pk
    before = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    undone(1)
    told = {(event.kind, event.object_id, event.action) for event in Event.objects.filter(pk__gt=before)}
    assert {("movie", movie_id, "deleted"), ("person", person_id, "deleted")} <= told
    assert {kind for kind, _, action in told if action == "deleted"} == {
        "movie", "person", "genre", "company", "collection", "list"
    }  # fmt: skip


def test_what_was_there_is_as_it_was():
    the_first()
    before = held()
    imported(2, THEIRS, record(3), source=NETFLIX, lists=[best(*ranked(record(3), THEIRS), description="Of all.")])
    assert held() != before
    assert undone(2) == []
    assert held() == before


@pytest.mark.parametrize("source", [NETFLIX, DEMO])
def test_facts_have_their_former_values_and_origins(source: str):
    told = {"overview": "A heist.", "popularity": 7, "release_year": 1995, "countries": ["US"]}
    score = {"source": "imdb", "value": 8.3, "votes": 7}
    imported(1, record(1, **told, source_scores=[score]), source=source)
    before, version = held(), movie_of(tmdb(1)).version
    told = {"overview": "Two men.", "popularity": 8.5, "release_date": date(1996, 2, 29), "countries": ["FR", "US"]}
    imported(2, record(1, **told, source_scores=[score | {"value": 8}], end_date=date(1997, 1, 1), genres=[genre()]))
    assert movie_of(tmdb(1)).release_day == 19960229
    assert undone(2) == []
    assert held() == before
    assert movie_of(tmdb(1)).version > version + 1


def test_dates_have_their_former_values():
    imported(1, record(1, release_date=date(1995, 12, 15)), source=NETFLIX)
    before = held()
    imported(2, record(1, release_date=date(1996, 2, 29)))
    assert undone(2) == []
    assert held() == before


def test_later_imports_are_undone_before_and_then_all_is_gone():
    empty = digests()
    the_first()
    before = digests()
    imported(2, THEIRS, record(1, overview="Two men."), source=NETFLIX)
    assert undone(2) == []
    assert digests() == before
    assert undone(1) == []
    assert digests() == empty


def test_a_row_that_a_later_import_has_changed_stays_and_is_listed():
    imported(1, record(1), record(2))
    imported(2, record(1, overview="Two men."))
    assert undone(1) == [("movie", movie_of(tmdb(1)).pk, "changed since the import")]
    assert [movie.title for movie in Movie.objects.all()] == ["Film 1"]
    assert ids_of("movie", movie_of(tmdb(1))) == {"tmdb:1"}
    assert undone(2) == []
    assert movie_of(tmdb(1)).overview == ""


def test_a_row_to_which_a_later_import_has_given_an_id_stays_until_that_is_undone():
    imported(1, record(1, cast=[actor()]))
    imported(2, record(1, ids=[tmdb(1), imdb("tt1")]))
    movie = movie_of(tmdb(1))
    assert (("movie", movie.pk, "another import or a curator has given it an id")) in undone(1)
    assert undone(2) == []
    assert ids_of("movie", movie) == {"tmdb:1"}


def test_rows_that_an_import_has_changed_twice_are_as_they_were_before():
    the_first()
    before = held()
    changed = record(1, ids=[tmdb(1)], release_year=1995, **{"overview": "Two men.", **ONES_PEOPLE})
    imported(2, changed)
    imported(2, record(1, overview="Three men.", popularity=3))
    assert undone(2) == []
    assert held() == before


# --- People who are one ---------------------------------------------------------------------------


def test_people_who_were_found_out_to_be_one_are_two_again():
    imported(1, record(1, ids=[netflix(1)], title="Heat", release_year=1995, cast=[actor()]))
    insider = {"title": "The Insider", "release_year": 1999}
    imported(2, record(2, ids=[netflix(2)], **insider, cast=[actor(source_id=netflix(7))]), source=NETFLIX)
    before = held()
    assert Person.objects.count() == 2
    imported(3, record(2, **insider, overview="Tobacco.", cast=[actor()]))
    assert Person.objects.count() == 1
    assert undone(3) == []
    assert held() == before
    assert undone(1) == undone(2) == []
    assert not any(held().values())


def test_people_go_by_their_former_names_also_in_credits():
    imported(1, record(1, cast=[actor("Alfredo Pacino")]), source=NETFLIX)
    before = held()
    imported(2, record(2, cast=[actor("Al Pacino")]))
    assert movie_of(tmdb(1)).cast[0]["name"] == "Al Pacino"
    assert undone(2) == []
    assert held() == before


def test_a_person_whom_a_later_title_credits_stays_with_the_id():
    imported(1, record(1, cast=[actor()]))
    imported(2, record(2, cast=[actor()]))
    pacino = person_of(tmdb(1158))
    assert undone(1) == [("person", pacino.pk, "credited by other titles")]
    assert ids_of("person", pacino) == {"tmdb:1158"}
    assert not Movie.objects.filter(title="Film 1").exists()
    assert list(findings()) == []


def test_names_that_a_later_title_has_stay():
    named_as = {"genres": [genre()], "companies": [named(tmdb(5), "Regency")], "collection": named(tmdb(9), "Films")}
    imported(1, record(1, **named_as))
    imported(2, record(2, **named_as))
    left = {kind: why for kind, _, why in undone(1)}
    assert left == dict.fromkeys(["genre", "company", "collection"], "other titles have it")
    assert list(findings()) == []


# --- Interrupted ----------------------------------------------------------------------------------


def breaking(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> Callable[[], bool]:
    """Let a step of undoing be the last of its process, once. Returns whether it came to that."""
    step, left = getattr(undoing, name), [after]

    def stepping(*args: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(undoing, name, stepping)
    return lambda: left[0] < 0


@pytest.mark.parametrize("name", ["_undo", "_undo_ids"])
def test_what_was_interrupted_goes_on(monkeypatch, name: str):
    the_first()
    before, after = held(), 0
    imported(2, THEIRS, record(3), source=NETFLIX, lists=[best(*ranked(record(3), THEIRS))])
    with monkeypatch.context() as patch:
        for after in range(100):
            broke = breaking(patch, name, after % 3)
            try:
                left = undone(2)
            except KeyboardInterrupt:
                continue
            if not broke():
                break
    assert after
    assert left == []
    assert held() == before


def test_undone_again_it_says_the_same_and_does_nothing():
    imported(1, record(1), record(2))
    edited(movie_of(tmdb(1)), tagline="A saga")
    left, before = undone(1), held()
    assert undone(1) == left != []
    assert held() == before


def test_an_import_that_was_cut_short_is_taken_back_as_far_as_it_came(monkeypatch):
    the_first()
    before = held()

    def interrupt(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("apps.catalog.loading.lists.entries_write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            imported(2, THEIRS, record(3), source=NETFLIX, lists=[best(*ranked(record(3)), slug="new")])
    assert held() != before
    assert undone(2) == []
    assert held() == before
