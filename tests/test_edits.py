"""Who changed what, from what to what: noted with the change, kept beside the edits of all stores."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

import movieverse
from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Event, ExternalId, Genre, Movie
from apps.catalog.services.lists import Entry
from apps.catalog.services.settings import setting_reset, setting_set
from movieverse import edits
from movieverse.jobs import prune_edits
from movieverse.models import Edit
from movieverse.outbox.models import EDIT, Change
from movieverse.outbox.relay import relay_all
from tests.factories import make_genre, make_list, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")


def kept() -> list[Edit]:
    relay_all()
    return list(Edit.objects.order_by("pk"))


def changed(movie: Movie, **facts: Any) -> Movie:
    row = Movie.objects.get(pk=movie.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    return row


def test_an_edit_says_who_changed_which_facts_from_what_to_what(curator):
    movie = make_movie("Haet", release_date=date(1995, 12, 15))
    catalog.movie_save(movie=changed(movie, title="Heat", release_date=date(1995, 12, 14)), by=curator.pk)
    (edit,) = kept()
    assert (edit.store, edit.kind, edit.object_id, edit.by) == ("catalog", "movie", movie.pk, curator.pk)
    assert (edit.action, edit.name) == ("changed", "Heat (1995)")
    assert edit.changes == {"title": ["Haet", "Heat"], "release_date": ["1995-12-15", "1995-12-14"]}


def test_what_follows_from_others_and_what_stays_is_no_edit(curator):
    movie = make_movie("Heat")
    catalog.movie_save(movie=changed(movie), by=curator.pk)
    assert kept() == []


def test_what_nobody_signed_in_does_is_no_edit():
    catalog.movie_delete(movie=make_movie())
    assert kept() == []


def test_a_row_is_added_and_deleted_by_somebody(curator):
    genre = catalog.genre_save(genre=Genre(name="Crime"), by=curator.pk)
    catalog.genre_delete(genre=genre, by=curator.pk)
    added, deleted = kept()
    assert (added.action, added.changes) == ("added", {"name": [None, "Crime"], "slug": [None, "crime"]})
    assert (deleted.action, deleted.changes["name"]) == ("deleted", ["Crime", None])


def test_what_hangs_on_a_row_is_edited_with_it(curator):
    movie, other = make_movie("Heat"), make_movie("Ran")
    row = catalog.external_id_add(kind="movie", source="imdb", value="tt1", object_id=movie.pk, by=curator.pk)
    catalog.external_id_move(external_id=row, object_id=other.pk, by=curator.pk)
    catalog.external_id_delete(key=ExternalId.key_of("movie", "imdb", "tt1"), by=curator.pk)
    catalog.facts_lock(row=movie, facts=["tagline"], by=curator.pk)
    locked = [fact for fact in Movie.FACTS if movie.is_locked(fact)]
    told = [(edit.object_id, edit.changes) for edit in kept()]
    assert told == [
        (movie.pk, {"external_ids": [None, str(row)]}),
        (movie.pk, {"external_ids": [str(row), None]}),
        (other.pk, {"external_ids": [None, str(row)]}),
        (other.pk, {"external_ids": [str(row), None]}),
        (movie.pk, {"locks": [locked, [fact for fact in Movie.FACTS if fact in (*locked, "tagline")]]}),
    ]


def test_the_entries_of_a_list_are_a_fact_of_it(curator):
    first, second = make_movie(), make_movie()
    row = make_list(movies=[first])
    catalog.list_entries_set(curated_list=row, entries=[Entry(second.pk, 1)], by=curator.pk)
    (edit,) = kept()
    assert edit.changes == {"entries": [[[first.pk, 1, None]], [[second.pk, 1, None]]]}


def test_a_setting_that_somebody_changes_is_an_edit(curator):
    setting_set(name="reviews_open", value=False, by=curator.pk)
    setting_reset(name="reviews_open", by=curator.pk)
    assert [(edit.name, edit.action) for edit in kept()] == [("reviews_open", "added"), ("reviews_open", "deleted")]


def test_a_change_that_is_rolled_back_leaves_no_edit(curator):
    @movieverse.atomic("catalog")
    def fail() -> None:
        edits.note(Event, kind="movie", row=movie, by=curator.pk, changes={"title": ("a", "b")})
        raise ZeroDivisionError

    movie = make_movie()
    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Event.objects.filter(kind=EDIT).exists()


def test_edits_are_kept_once_and_are_nothing_of_the_change_log(curator):
    catalog.movie_save(movie=changed(make_movie("Haet"), title="Heat"), by=curator.pk)
    event = Event.objects.get(kind=EDIT)
    kept()
    event.save(force_insert=True)  # as if the relay had been killed before it forgot it
    assert len(kept()) == 1
    assert not Change.objects.filter(kind=EDIT).exists()


def test_edits_are_forgotten_after_a_time(settings, curator):
    settings.EDITS_KEPT_DAYS = 30
    for title in ("Haet", "Ran"):
        catalog.movie_save(movie=changed(make_movie(title), title=f"{title}!"), by=curator.pk)
    old, new = kept()
    Edit.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=31))
    prune_edits()
    assert [edit.pk for edit in Edit.objects.all()] == [new.pk]


@pytest.fixture
def heat(curator: User) -> Movie:
    movie = make_movie("Haet")
    catalog.movie_save(movie=changed(movie, title="Heat <1995>"), by=curator.pk)
    relay_all()
    return movie


def test_the_history_of_a_row_says_it(heat, curator, client):
    client.force_login(curator)
    page = client.get(f"/admin/catalog/movie/{heat.pk}/history/").content.decode()
    assert "@curator" in page
    assert "Haet" in page
    assert "Heat &lt;1995&gt;" in page
    person = make_person()
    assert "Nobody has changed it" in client.get(f"/admin/catalog/person/{person.pk}/history/").content.decode()


@pytest.mark.parametrize(
    ("term", "found"), [("@curator", 1), ("@nobody", 0), ("movie:{}", 1), ("genre:{}", 0), ("heat", 0), ("", 1)]
)
def test_edits_are_found_by_who_did_them_and_by_the_row(heat, curator, client, term, found):
    make_genre()
    client.force_login(curator)
    answer = client.get("/admin/movieverse/edit/", {"q": term.format(heat.pk)})
    assert answer.context["cl"].result_count == found
