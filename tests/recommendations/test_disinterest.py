"""What a member does not want to be recommended: said and taken back, kept through merges, gone with who said it."""

import pytest

from apps.catalog.models import Movie
from apps.catalog.services import movie_delete
from apps.curation.merging import merge_rows
from apps.recommendations.models import Disinterest
from apps.recommendations.services import disinterests
from apps.recommendations.services.disinterests import disinterest_add, disinterests_follow
from movieverse import personal
from movieverse.outbox.relay import relay_all
from tests.factories import make_movie, make_user

URL = "/api/v1/me/not-interested/"


@pytest.fixture
def heat(stores: None) -> Movie:
    return make_movie("Heat")


def pairs() -> set[tuple[int, int]]:
    return set(Disinterest.objects.values_list("user_id", "movie_id"))


def test_it_is_said_once_and_taken_back(signed_in, heat):
    first = signed_in.put(f"{URL}{heat.pk}/")
    assert (first.status_code, first.json()["movie"]) == (201, {"id": heat.pk, "title": "Heat"})
    again = signed_in.put(f"{URL}{heat.pk}/")
    assert (again.status_code, again.json()) == (200, first.json())
    assert signed_in.get(URL).json()["results"] == [first.json()]
    assert signed_in.delete(f"{URL}{heat.pk}/").status_code == 204
    assert signed_in.get(URL).json()["results"] == []


def test_what_is_not_there_is_404(signed_in, heat):
    assert signed_in.put(f"{URL}999/").status_code == 404
    gone = signed_in.delete(f"{URL}{heat.pk}/")
    assert gone.status_code == 404
    assert gone.json()["detail"] == f"You have not said that you are not interested in movie {heat.pk}."


def test_there_may_not_be_any_number(signed_in, heat, monkeypatch):
    monkeypatch.setattr(disinterests, "MOST", 0)
    full = signed_in.put(f"{URL}{heat.pk}/")
    assert (full.status_code, full.json()["type"]) == (409, "/api/problems/too-many/")


def test_it_is_ones_own(api, signed_in, member, heat):
    disinterest_add(user_id=make_user().pk, movie_id=heat.pk)
    assert signed_in.get(URL).json()["results"] == []
    assert signed_in.delete(f"{URL}{heat.pk}/").status_code == 404
    assert api.get(URL).status_code == api.put(f"{URL}{heat.pk}/").status_code == 401


def test_it_goes_with_a_deleted_movie(member, heat):
    disinterest_add(user_id=member.pk, movie_id=heat.pk)
    movie_delete(movie=heat)
    relay_all()
    assert not pairs()


def test_it_follows_a_merged_movie_however_often_that_is_told(member, heat, monkeypatch):
    monkeypatch.setattr(disinterests, "_BATCH", 2)
    twin, others = make_movie("Heat"), [make_user() for _ in range(4)]
    for user in (member, *others):
        disinterest_add(user_id=user.pk, movie_id=heat.pk)
    said_at = Disinterest.objects.get(user_id=others[0].pk).created_at
    disinterest_add(user_id=member.pk, movie_id=twin.pk)
    merge_rows(kind="movie", from_id=heat.pk, into_id=twin.pk, by=None)
    relay_all()
    disinterests_follow(movie_id=heat.pk, into=twin.pk)
    assert Disinterest.objects.get(user_id=others[0].pk).created_at == said_at
    assert pairs() == {(user.pk, twin.pk) for user in (member, *others)}


def test_it_is_among_what_there_is_of_a_member_and_goes_with_them(member, heat):
    disinterest_add(user_id=member.pk, movie_id=heat.pk)
    part = personal.PARTS["not-interested"]
    assert (part.store, part.count(member.pk)) == ("catalog", 1)
    disinterests.disinterests_forget(user_ids=[member.pk])
    assert part.count(member.pk) == 0
