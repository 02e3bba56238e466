"""What is recommended to a member: never what they know, and as of this moment."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.catalog.models import Movie
from apps.catalog.services import movie_delete, movie_save
from apps.curation.merging import merge_rows
from apps.profiles.services import profile_update
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add
from apps.recommendations.models import ModelVersion, Neighbours
from apps.recommendations.services.training import model_train
from apps.reviews.services import rating_set, ratings_date, review_create
from movieverse.exceptions import StoreUnavailable
from movieverse.outbox.relay import relay_all
from tests.factories import make_movie
from tests.recommendations.conftest import FIRST_DAY, HEISTS, SPACE

URL = "/api/v1/me/recommendations/"


@pytest.fixture
def titles(signed_in):
    """Of what is recommended, in order."""

    def ask(query: str = "") -> list[str]:
        answer = signed_in.get(URL + query)
        assert answer.status_code == 200, answer.content
        return [row["movie"]["title"] for row in answer.json()["results"]]

    return ask


def test_who_likes_one_taste_is_recommended_more_of_it(likes, titles, signed_in, rated, model):
    likes("Heat", "Thief")
    assert set(titles("?limit=6")) == set(HEISTS) - {"Heat", "Thief"}
    answer = signed_in.get(URL).json()
    assert answer["model"] == model.pk
    first = answer["results"][0]
    assert set(first["because"]) <= {rated["Heat"].pk, rated["Thief"].pk}
    assert first["reasons"][0]["kind"] == "because"
    assert first["reasons"][0]["text"].startswith("Because of ")
    assert first["score"] >= answer["results"][1]["score"] > 0


def test_a_new_rating_counts_from_the_next_answer_on(likes, titles):
    likes("Heat")
    before = titles("?limit=3")
    likes(*SPACE[:3])
    after = titles("?limit=3")
    assert set(before) < set(HEISTS)
    assert set(after) < set(SPACE[3:])


def test_what_one_knows_is_left_out(likes, titles, member, rated):
    likes("Heat")
    rating_set(user_id=member.pk, movie_id=rated["Thief"].pk, value=2)
    review_create(user_id=member.pk, movie_id=rated["Ronin"].pk, body="Fine.")
    diary_add(user_id=member.pk, movie_id=rated["Collateral"].pk, watched_on=date(2025, 12, 25))
    watchlist_add(user_id=member.pk, movie_id=rated["Rififi"].pk)
    profile_update(user_id=member.pk, favourite_movie_ids=[rated["The Killing"].pk])
    assert set(titles()) == {"The Insider", "Le Cercle Rouge", *SPACE}


def test_what_is_not_out_yet_is_left_out(likes, titles, rated):
    likes("Heat")
    for title, facts in {
        "Thief": {"release_date": timezone.localdate() + timedelta(days=1)},
        "Ronin": {"status": Movie.Status.POST_PRODUCTION},
        "Rififi": {"release_date": None, "release_year": timezone.localdate().year},
        "Collateral": {"status": Movie.Status.CANCELED},
        "The Killing": {"release_date": None, "release_year": None},
    }.items():
        movie = Movie.objects.get(pk=rated[title].pk)
        for name, value in facts.items():
            setattr(movie, name, value)
        movie_save(movie=movie)
    found = titles()
    assert {"Thief", "Ronin", "Rififi", "Collateral", "The Killing"}.isdisjoint(found)
    assert len(found) == 10


def test_what_is_merged_or_deleted_is_left_out(likes, titles, rated):
    likes("Heat")
    merge_rows(kind="movie", from_id=rated["Thief"].pk, into_id=rated["Ronin"].pk, by=None)
    movie_delete(movie=Movie.objects.get(pk=rated["Rififi"].pk))
    relay_all()
    found = titles()
    assert {"Thief", "Rififi"}.isdisjoint(found)
    assert "Ronin" in found


def test_what_one_does_not_want_goes_at_once_and_takes_its_like_down(likes, titles, signed_in, rated):
    likes("Heat", "Alien")
    assert "Aliens" in titles()
    score = score_of(signed_in, "Solaris")
    assert signed_in.put(f"/api/v1/me/not-interested/{rated['Aliens'].pk}/").status_code == 201
    assert "Aliens" not in titles()
    assert score_of(signed_in, "Solaris") < score
    assert signed_in.delete(f"/api/v1/me/not-interested/{rated['Aliens'].pk}/").status_code == 204
    assert "Aliens" in titles()
    assert score_of(signed_in, "Solaris") == score


def score_of(client, title: str) -> float:
    rows = client.get(f"{URL}?limit=100").json()["results"]
    return next(row["score"] for row in rows if row["movie"]["title"] == title)


def test_watchlist_and_favourites_say_what_one_likes(model, titles, member, rated):
    watchlist_add(user_id=member.pk, movie_id=rated["Alien"].pk)
    assert set(titles("?limit=7")) == set(SPACE) - {"Alien"}
    profile_update(user_id=member.pk, favourite_movie_ids=[rated["Heat"].pk])
    assert titles("?limit=1")[0] in HEISTS, "a favourite counts more than what one only wants to see"


def test_who_has_but_favourite_genres_is_recommended_the_best_of_these(model, titles, signed_in, member, rated):
    profile_update(user_id=member.pk, favourite_genre_ids=rated["Alien"].genre_ids)
    assert set(titles("?limit=8")) == set(SPACE)
    row = signed_in.get(f"{URL}?limit=1").json()["results"][0]
    assert row["reasons"] == [{"kind": "favourite-genre", "text": "Science Fiction, as you like it."}]
    assert (row["score"], row["because"]) == (0, [])


def test_of_whom_nothing_is_known_is_recommended_what_many_like(model, titles, signed_in):
    assert len(titles()) == 16
    assert signed_in.get(URL).json()["results"][0]["reasons"] == [{"kind": "popular", "text": "Liked by many."}]


def test_without_a_model_there_is_an_answer(rated, titles, signed_in, member):
    rating_set(user_id=member.pk, movie_id=rated["Heat"].pk, value=9)
    assert len(titles()) == 15
    assert signed_in.get(URL).json()["model"] is None


def test_without_ratings_there_is_an_answer(films, titles):
    assert len(titles()) == 16


def test_an_answer_that_the_model_cannot_fill_is_filled_with_what_many_like(likes, titles):
    likes("Heat", "Thief")
    assert len(titles()) == 14


def test_of_favourite_genres_none_has_rated_the_most_popular_come(model, titles, member, rated):
    profile_update(user_id=member.pk, favourite_genre_ids=rated["Alien"].genre_ids)
    make_movie("Unrated", genre_ids=rated["Alien"].genre_ids, popularity=5, release_year=1999)
    assert titles("?limit=9")[8] == "Unrated"


def test_the_same_state_has_the_same_answer(likes, signed_in):
    likes("Heat", "Alien", "Thief")
    assert signed_in.get(URL).content == signed_in.get(URL).content


def test_another_model_of_the_same_state_says_the_same(likes, titles, signed_in):
    likes("Heat", "Alien")
    model_train()
    first = signed_in.get(URL).json()
    model_train()
    second = signed_in.get(URL).json()
    assert second["model"] == first["model"] + 1
    assert second["results"] == first["results"]


def test_diversity_brings_what_differs(likes, titles):
    likes("Heat", "Alien")
    plain, diverse = titles("?limit=4"), titles("?limit=4&diversity=1")
    assert plain[0] == diverse[0]
    tastes = [title in HEISTS for title in diverse]
    assert tastes[0] != tastes[1]


def test_a_full_page_is_reordered_too(likes, titles):
    likes("Heat", "Alien")
    assert titles("?limit=100&diversity=1")[:4] == titles("?limit=4&diversity=1")


def test_likes_that_weigh_each_other_out_do_no_harm_to_the_order(likes, titles, signed_in, rated):
    likes("Heat")
    signed_in.put(f"/api/v1/me/not-interested/{rated['Heat'].pk}/")
    assert len(titles("?diversity=0.5&novelty=0.5")) == 15


def test_a_favourite_of_old_counts_as_much_as_a_new_one(likes, signed_in, member, rated):
    likes(*HEISTS, "Alien")
    as_new = score_of(signed_in, "Aliens")
    ratings_date(moments={(member.pk, rated["Alien"].pk): FIRST_DAY})
    as_old = score_of(signed_in, "Aliens")
    profile_update(user_id=member.pk, favourite_movie_ids=[rated["Alien"].pk])
    as_favourite = score_of(signed_in, "Aliens")
    assert as_old < as_favourite / 1.5
    assert as_favourite == pytest.approx(as_new, rel=0.05)


def test_what_one_has_rated_low_is_no_wish(model, titles, member, rated):
    watchlist_add(user_id=member.pk, movie_id=rated["Alien"].pk)
    profile_update(user_id=member.pk, favourite_movie_ids=[rated["Aliens"].pk, rated["Heat"].pk])
    for title in ("Alien", "Aliens"):
        rating_set(user_id=member.pk, movie_id=rated[title].pk, value=1)
    assert set(titles("?limit=7")) == set(HEISTS) - {"Heat"}


def test_novelty_brings_what_fewer_have_rated(likes, titles, rated):
    likes("Heat")
    Movie.objects.filter(pk=rated["Rififi"].pk).update(rating_count=0)
    assert titles("?limit=1&novelty=1") == ["Rififi"]


@pytest.mark.parametrize("query", ["diversity=2", "diversity=-0.1", "novelty=much", "novelty=nan", "novelty=inf"])
def test_a_share_is_a_number_from_0_to_1(signed_in, query):
    answer = signed_in.get(f"{URL}?{query}")
    assert answer.status_code == 422
    name = query.partition("=")[0]
    assert answer.json()["errors"] == [{"parameter": name, "detail": f"{name} is a number from 0 to 1."}]


def test_while_profiles_are_away_ratings_are_enough(likes, titles, signed_in, monkeypatch):
    likes("Heat")

    def fail(user_id: int):
        raise StoreUnavailable("profiles", "PROFILES_DATABASE_URL", "refused")

    monkeypatch.setattr("apps.recommendations.selectors.history.profile_of", fail)
    answer = signed_in.get(URL).json()
    assert answer["degraded"] == ["profiles"]
    assert answer["results"]


@pytest.mark.servers
def test_neighbours_are_kept_of_those_asked_for(likes, titles):
    likes("Heat")
    before = titles()
    Neighbours.objects.all().delete()
    assert titles() == before


def test_a_member_asks_for_themselves(api, model: ModelVersion):
    assert api.get(URL).status_code == 401
