"""Titles that are like one, by id or by title, and why they are."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.catalog.models import Movie
from apps.catalog.services import movie_delete, movie_save
from apps.curation.merging import merge_rows
from apps.recommendations.services.models import model_rollback
from apps.recommendations.services.training import model_train
from apps.reviews.models import Rating
from movieverse.outbox.relay import relay_all
from tests.factories import make_collection, make_movie, make_person
from tests.recommendations.conftest import HEISTS, SPACE

BY_TITLE = "/api/v1/recommendations/"


def similar(api, movie: Movie, query: str = "") -> list[dict]:
    answer = api.get(f"/api/v1/movies/{movie.pk}/similar/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def titles(rows: list[dict]) -> list[str]:
    return [row["movie"]["title"] for row in rows]


def reasons(rows: list[dict], title: str) -> dict[str, str]:
    (row,) = [row for row in rows if row["movie"]["title"] == title]
    return {reason["kind"]: reason["text"] for reason in row["reasons"]}


def test_titles_are_like_one_in_what_is_said_of_them_and_in_who_likes_them(api, model, rated):
    rows = similar(api, rated["Heat"], "?limit=7")
    assert set(titles(rows)) == set(HEISTS) - {"Heat"}
    said = reasons(rows, "Thief")
    assert said["director"] == "Same director: Michael Mann."
    assert said["keywords"] == "Also about heist."
    assert said["likers"].startswith("Rated alike by ")
    assert "director" not in reasons(rows, "Ronin")
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_the_number_of_those_who_rated_alike_is_that_of_those_who_like_both(api, model, rated):
    who = [
        set(Rating.objects.filter(movie_id=rated[title].pk).values_list("user_id", flat=True))
        for title in ("Heat", "Ronin")
    ]
    said = reasons(similar(api, rated["Heat"]), "Ronin")
    assert said["likers"] == f"Rated alike by {len(who[0] & who[1])} people."


def test_of_films_that_nobody_has_rated_what_is_said_of_them_is_enough(api, films):
    model_train()
    rows = similar(api, films["Alien"], "?limit=7")
    assert set(titles(rows)) == set(SPACE) - {"Alien"}
    assert "likers" not in reasons(rows, "Aliens")


def test_series_and_cast_are_named(api, stores):
    actor, series = make_person("Sigourney Weaver"), make_collection("Alien Collection")
    cast = [{"person_id": actor.pk, "character": "Ripley"}]
    alien, _ = (make_movie(title, cast=cast, collection_id=series.pk) for title in ("Alien", "Aliens"))
    said = reasons(similar(api, alien), "Aliens")
    assert said["collection"] == "Of the same series: Alien Collection."
    assert said["cast"] == "Also with Sigourney Weaver."


def test_a_film_that_the_model_does_not_know_has_its_kin(api, model, rated):
    new = make_movie("Public Enemies", crew=rated["Heat"].crew, genre_ids=rated["Heat"].genre_ids)
    rows = similar(api, new)
    assert set(titles(rows)[:2]) == {"Heat", "Thief"}
    assert reasons(rows, "Heat")["director"] == "Same director: Michael Mann."
    assert len(rows) == 16
    assert reasons(rows, "Ronin") == {"genres": "Also Crime."}
    assert reasons(rows, "Alien") == {"popular": "Liked by many."}


def test_without_a_model_there_is_an_answer(api, films):
    answer = api.get(f"/api/v1/movies/{films['Heat'].pk}/similar/").json()
    assert answer["model"] is None
    assert titles(answer["results"])[0] == "Thief"
    assert len(answer["results"]) == 15


def test_what_is_merged_deleted_or_not_out_yet_is_left_out(api, model, rated):
    assert {"Thief", "Ronin", "Rififi"} < set(titles(similar(api, rated["Heat"])))
    merge_rows(kind="movie", from_id=rated["Thief"].pk, into_id=rated["Collateral"].pk, by=None)
    movie_delete(movie=Movie.objects.get(pk=rated["Rififi"].pk))
    ronin = Movie.objects.get(pk=rated["Ronin"].pk)
    ronin.release_date = timezone.localdate() + timedelta(days=1)
    movie_save(movie=ronin)
    relay_all()
    assert {"Thief", "Ronin", "Rififi"}.isdisjoint(titles(similar(api, rated["Heat"])))


def test_one_that_was_merged_leads_to_the_survivor(api, model, rated):
    merge_rows(kind="movie", from_id=rated["Thief"].pk, into_id=rated["Ronin"].pk, by=None)
    relay_all()
    answer = api.get(f"/api/v1/movies/{rated['Thief'].pk}/similar/")
    assert (answer.status_code, answer["Location"]) == (
        308,
        f"http://testserver/api/v1/movies/{rated['Ronin'].pk}/similar/",
    )


def test_a_film_that_is_not_there_is_404(api, stores):
    assert api.get("/api/v1/movies/999/similar/").status_code == 404


def test_the_answer_says_which_model_it_is_of(api, model, rated):
    url = f"/api/v1/movies/{rated['Heat'].pk}/similar/"
    assert api.get(url).json()["model"] == model.pk
    assert model_train().pk == api.get(url).json()["model"]
    model_rollback()
    assert api.get(url).json()["model"] == model.pk


# --- By title -------------------------------------------------------------------------------------


def test_a_title_is_enough(api, model, rated):
    answer = api.get(BY_TITLE, {"title": "heat", "limit": 3}).json()
    assert answer["movie"]["title"] == "Heat"
    assert answer["candidates"] == []
    assert set(titles(answer["results"])) < set(HEISTS)
    assert answer["results"] == similar(api, rated["Heat"], "?limit=3")
    assert answer["model"] == model.pk


def test_a_title_that_several_have_gets_them_to_choose_from(api, model, rated):
    make_movie("Heat", release_date=date(1995, 12, 15), popularity=9)
    answer = api.get(BY_TITLE, {"title": "Heat"}).json()
    assert (answer["movie"], answer["results"]) == (None, [])
    assert [movie["release_year"] for movie in answer["candidates"]] == [1995, 1980]


@pytest.mark.parametrize("asked", [{"title": "Heat", "year": "1995"}, {"title": "Heat (1995)"}])
def test_a_year_tells_which_is_meant(api, model, rated, asked):
    make_movie("Heat", release_date=date(1995, 12, 15))
    assert api.get(BY_TITLE, asked).json()["movie"]["release_year"] == 1995


def test_an_article_matters_only_where_it_tells_two_apart(api, model, rated):
    assert api.get(BY_TITLE, {"title": "insider"}).json()["movie"]["title"] == "The Insider"
    make_movie("Insider")
    assert api.get(BY_TITLE, {"title": "Insider"}).json()["movie"]["title"] == "Insider"


def test_an_unknown_title_gets_what_may_be_meant(api, model, rated, search_index):
    search_index()
    answer = api.get(BY_TITLE, {"title": "Collatral"}).json()
    assert answer["movie"] is None
    assert titles([{"movie": movie} for movie in answer["candidates"]])[0] == "Collateral"


def test_a_limit_that_is_none_is_told_also_where_there_are_but_candidates(api, model, rated):
    make_movie("Heat", release_date=date(1995, 12, 15))
    answer = api.get(BY_TITLE, {"title": "Heat", "limit": "many"})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "limit")


def test_a_title_like_no_other_gets_what_many_like(api, model, rated, search_index):
    search_index()
    answer = api.get(BY_TITLE, {"title": "qqqqzzzz"}).json()
    assert answer["movie"] is None
    assert len(answer["candidates"]) == 10


@pytest.mark.parametrize("title", ["", " ", "x" * 301])
def test_what_cannot_be_a_title_is_told(api, stores, title):
    answer = api.get(BY_TITLE, {"title": title})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "title")


@pytest.mark.parametrize(
    "year", ["95", "1869", "2201", "١٩٩٥", "1995" + "0" * 5_000], ids=["short", "early", "late", "arabic", "long"]
)
def test_what_cannot_be_a_year_is_told(api, stores, year):
    answer = api.get(BY_TITLE, {"title": "Heat", "year": year})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "year")
