"""How rows are written: again after a conflict, together with what hangs on them, and not over each other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connections

from apps.catalog import services
from apps.catalog.models import CuratedList, ExternalId, Genre, ListEntry, Movie
from apps.catalog.services.lists import Entry
from movieverse.exceptions import VersionConflict
from tests.factories import make_genre, make_list, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

CURATOR = 7


@pytest.fixture
def first_commit_fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and the catalogue's next transaction ends as one does that has met another."""
    connection: Any = connections["catalog"]
    real, left = connection.store_transaction, [0]

    @contextmanager
    def store_transaction() -> Iterator[None]:
        with real():
            yield
            if left[0]:
                left[0] -= 1
                raise DatabaseError("met another")

    monkeypatch.setattr(connection, "store_transaction", store_transaction)
    monkeypatch.setattr(connection, "in_others_transaction", lambda: False)
    monkeypatch.setattr(connection, "is_transient", lambda error: "met another" in str(error))
    return lambda: left.__setitem__(0, 1)


# --- Again after a conflict -----------------------------------------------------------------------


def test_a_repeated_save_locks_what_was_written_and_not_what_follows_from_it(first_commit_fails):
    drama, crime = make_genre("Drama"), make_genre("Crime")
    movie = make_movie("Heat", release_date=None, genre_ids=[drama.pk])
    movie.release_date, movie.genre_ids = date(1995, 12, 15), [crime.pk, drama.pk]
    first_commit_fails()
    services.movie_save(movie=movie, by=CURATOR, version=1)
    stored = Movie.objects.get()
    assert (stored.version, stored.release_year, stored.main_genre_id) == (2, 1995, crime.pk)
    assert {fact for fact, origin in stored.origins.items() if origin.get("by") == CURATOR} == {
        "release_date",
        "genre_ids",
    }


@pytest.mark.parametrize(
    ("make", "delete", "name"),
    [
        (make_movie, services.movie_delete, "movie"),
        (make_person, services.person_delete, "person"),
        (make_genre, services.genre_delete, "genre"),
        (make_list, services.list_delete, "curated_list"),
    ],
)
def test_a_repeated_delete_deletes(first_commit_fails, make, delete, name):
    row = make("Heat")
    first_commit_fails()
    delete(**{name: row, "version": row.version})
    assert not type(row)._default_manager.exists()


def test_a_save_that_fails_leaves_the_row_as_it_was_given():
    movie = make_movie("Heat")
    movie.runtime = -1
    with pytest.raises(ValidationError):
        services.movie_save(movie=movie)
    assert (movie.version, movie.origins.get("runtime")) == (1, None)


# --- Together -------------------------------------------------------------------------------------


def test_a_genre_that_is_only_a_main_one_is_in_use():
    drama, crime = make_genre("Drama"), make_genre("Crime")
    make_movie("Heat", genre_ids=[crime.pk], main_genre_id=drama.pk)
    with pytest.raises(services.InUse, match=r"Titles have the genre Drama\."):
        services.genre_delete(genre=drama)


def test_a_deleted_title_leaves_lists_whose_version_tells_of_it():
    heat, ronin = make_movie("Heat"), make_movie("Ronin")
    best = services.list_entries_set(curated_list=make_list("Best"), entries=[Entry(heat.pk, 1), Entry(ronin.pk, 2)])
    services.movie_delete(movie=heat)
    assert list(ListEntry.objects.values_list("movie_id", flat=True)) == [ronin.pk]
    assert CuratedList.objects.get().version == best.version + 1


@pytest.mark.parametrize("cast", [[1], ["Al Pacino"], {"person_id": 1}, None])
def test_credits_that_are_no_objects_are_refused(cast):
    with pytest.raises(ValidationError, match="This is a list of objects"):
        make_movie("Heat", cast=cast)


# --- Not over each other --------------------------------------------------------------------------


def test_who_adds_to_a_list_while_another_does_adds_as_well():
    heat, ronin = make_movie("Heat"), make_movie("Ronin")
    best = make_list("Best")
    seen = CuratedList.objects.get()
    services.list_entry_add(curated_list=best, entry=Entry(heat.pk, 1), by=None)
    services.list_entry_add(curated_list=seen, entry=Entry(ronin.pk, 2), by=None)
    assert list(ListEntry.objects.order_by("position").values_list("movie_id", flat=True)) == [heat.pk, ronin.pk]
    with pytest.raises(VersionConflict):
        services.list_entry_remove(curated_list=seen, movie_id=heat.pk, by=None, version=seen.version)


@pytest.mark.parametrize(
    ("make", "message"), [(make_genre, "There is a genre heat already"), (make_list, "There is a list Heat already")]
)
def test_a_name_taken_at_the_last_moment_is_a_conflict(monkeypatch, make, message):
    def too_late(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("apps.catalog.services.names.save", too_late)
    monkeypatch.setattr("apps.catalog.services.lists.save", too_late)
    with pytest.raises(services.NameTaken, match=message):
        make("Heat")


def test_an_external_id_that_is_gone_is_not_moved():
    heat, ronin = make_movie("Heat"), make_movie("Ronin")
    known = services.external_id_add(kind="movie", source="tmdb", value="949", object_id=heat.pk)
    ExternalId.objects.all().delete()
    with pytest.raises(ValidationError, match=r"There is no external id tmdb:949 any more\."):
        services.external_id_move(external_id=known, object_id=ronin.pk)
    assert not ExternalId.objects.exists()


def test_a_genre_is_not_made_twice_under_two_spellings():
    make_genre("Science Fiction")
    with pytest.raises(ValidationError, match="already exists"):
        make_genre("science  fiction")
    assert Genre.objects.count() == 1


def test_who_changes_nothing_makes_no_new_version():
    movie = make_movie("Heat", overview="Los Angeles.")
    services.movie_save(movie=Movie.objects.get(), by=CURATOR)
    assert (Movie.objects.get().version, "by" in Movie.objects.get().origins["overview"]) == (1, False)
    assert services.movie_save(movie=movie).version == 1
