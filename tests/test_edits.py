"""Who changed what, from what to what: noted with the change, kept beside the edits of all stores."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

import movieverse
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import role_set, user_ban, user_delete, user_save
from apps.catalog import services as catalog
from apps.catalog.models import Event, ExternalId, Genre, Movie
from apps.catalog.services.lists import Entry
from apps.catalog.services.settings import setting_reset, setting_set
from apps.profiles.services import profile_update
from apps.reviews.services import rating_set, review_create, review_update, tag_add, tag_remove
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


def test_what_others_change_of_a_member_s_is_an_edit_and_what_they_change_themselves_is_none(curator, member):
    movie = make_movie()
    review = review_create(user_id=member.pk, movie_id=movie.pk, body="Fine.")
    rating_set(user_id=member.pk, movie_id=movie.pk, value=8)
    tag_add(user_id=member.pk, movie_id=movie.pk, text="heist")
    review_update(review=review, body="Good.", by=member.pk)
    profile_update(user_id=member.pk, bio="Hello.")
    assert kept() == []
    review_update(review=review, body="Great.", by=curator.pk)
    rating_set(user_id=member.pk, movie_id=movie.pk, value=2, by=curator.pk)
    profile_update(user_id=member.pk, bio="", by=curator.pk)
    tag_remove(user_id=member.pk, movie_id=movie.pk, text="heist", by=curator.pk)
    edits = {edit.kind: edit for edit in kept()}
    assert edits["review"].changes == {"body": ["Good.", "Great."]}
    assert edits["rating"].changes == {"value": [8, 2]}
    assert edits["profile"].changes == {"bio": ["Hello.", ""]}
    assert edits["tag"].changes["text"] == ["heist", None]
    assert {edit.store for edit in edits.values()} == {"reviews", "profiles"}
    assert {edit.member_id for edit in edits.values()} == {member.pk}


def test_rights_that_are_given_and_taken_are_edits(curator, member):
    role_set(user=member, role=Role.CURATOR, by=curator)
    member.refresh_from_db()
    member.handle, member.email = "renamed", "renamed@example.com"
    user_save(user=member, by=curator)
    user_ban(user=member, by=curator, reason="Spam.")
    changes = [edit.changes for edit in kept()]
    assert changes == [
        {"role": ["member", "curator"]},
        {"handle": ["member", "renamed"], "email": ["one address", "another"]},
        {"is_active": [True, False]},
    ]


def test_of_who_is_erased_nothing_is_kept_and_nothing_said(curator, member):
    movie = make_movie("Haet")
    catalog.movie_save(movie=changed(movie, title="Heat"), by=curator.pk)
    profile_update(user_id=member.pk, bio="Secret.", by=curator.pk)
    kept()
    catalog.movie_save(movie=changed(movie, title="Heat!"), by=curator.pk)
    for user in (member, curator):
        user_delete(user=user)
    assert [(edit.kind, edit.by) for edit in kept()] == [("movie", None), ("movie", None)]


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
