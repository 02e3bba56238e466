"""What is rated shows in the catalogue, what is deleted takes along what hangs on it: through the relay, end to end."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.catalog.services import movie_delete
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews import selectors, services
from apps.reviews.models import Event, Rating, RatingSummary, Review, Tag
from movieverse.exceptions import StoreUnavailable
from movieverse.outbox.relay import relay
from movieverse.outbox.stores import outboxes
from tests.admin.rows import page
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")


def relay_everything() -> None:
    for alias in outboxes():
        relay(alias)


def rate(movie: Movie, *values: int) -> None:
    for user_id, value in enumerate(values, 1):
        services.rating_set(user_id=user_id, movie_id=movie.pk, value=value)


def shown(api: APIClient, movie: Movie) -> tuple[float | None, int]:
    answer = api.get(f"/api/v1/movies/{movie.pk}/").json()
    return answer["rating_avg"], answer["rating_count"]


def test_a_rating_shows_with_its_movie_once_it_is_relayed(api: APIClient, heat: Movie):
    rate(heat, 9, 10, 9)
    assert shown(api, heat) == (None, 0)
    relay_everything()
    assert shown(api, heat) == (4.6667, 3)
    services.rating_set(user_id=1, movie_id=heat.pk, value=1)
    services.rating_delete(user_id=2, movie_id=heat.pk)
    relay_everything()
    assert shown(api, heat) == (2.5, 2)


def test_a_movie_whose_last_rating_is_taken_back_has_no_average(api: APIClient, heat: Movie):
    rate(heat, 9)
    relay_everything()
    services.rating_delete(user_id=1, movie_id=heat.pk)
    relay_everything()
    assert shown(api, heat) == (None, 0)


def test_movies_are_ordered_by_score_and_by_how_many_have_rated(api: APIClient):
    loved, perfect, hated, _ = (make_movie(title) for title in ("Loved", "Perfect", "Hated", "Unrated"))
    rate(loved, *[9] * 12), rate(perfect, 10), rate(hated, *[1] * 5)
    relay_everything()

    def titles(ordering: str) -> list[str]:
        return [row["title"] for row in api.get(f"/api/v1/movies/?ordering={ordering}").json()["results"]]

    assert titles("-rating") == ["Loved", "Perfect", "Hated", "Unrated"]
    assert titles("rating") == titles("-rating")[::-1]
    assert titles("-rating_count") == ["Loved", "Hated", "Perfect", "Unrated"]


def test_a_deleted_movie_takes_along_all_that_hangs_on_it(heat: Movie):
    alien = make_movie("Alien")
    rate(heat, 9, 8), rate(alien, 7)
    services.review_create(user_id=1, movie_id=heat.pk, body="Good.")
    services.tag_add(user_id=1, movie_id=heat.pk, text="Heist")
    profile_update(user_id=1, favourite_movie_ids=[heat.pk, alien.pk])
    relay_everything()
    movie_delete(movie=Movie.objects.get(pk=heat.pk))
    relay_everything()
    assert [model.objects.filter(movie_id=heat.pk).exists() for model in (Rating, RatingSummary, Review, Tag)] == (
        [False] * 4
    )
    assert Profile.objects.get(pk=1).favourite_movie_ids == [alien.pk]
    assert Rating.objects.get().movie_id == alien.pk
    with pytest.raises(services.UnknownMovie):
        rate(heat, 5)
    assert not RatingSummary.objects.filter(pk=heat.pk).exists()


def test_an_account_deleted_in_the_admin_takes_along_all_that_it_said(client: Client, curator: User, heat: Movie):
    member = make_user("leaving")
    rate(heat, 2)
    services.rating_set(user_id=member.pk, movie_id=heat.pk, value=10)
    services.review_create(user_id=member.pk, movie_id=heat.pk, body="Good.")
    services.tag_add(user_id=member.pk, movie_id=heat.pk, text="Heist")
    profile_update(user_id=member.pk, bio="Here and there.")
    client.force_login(curator)
    assert client.post(page(User, "delete", member.pk), {"post": "yes"}).status_code == 302
    relay_everything()
    assert [model.objects.filter(user_id=member.pk).exists() for model in (Rating, Review, Tag)] == [False] * 3
    assert not Profile.objects.filter(pk=member.pk).exists()
    assert Movie.objects.values_list("rating_count", "rating_avg").get(pk=heat.pk) == (1, 1)


def test_each_change_of_a_review_and_of_tags_is_told(heat: Movie):
    review = services.review_create(user_id=1, movie_id=heat.pk, body="Good.")
    services.review_update(review=review, body="Better.")
    services.review_delete(review=review)
    services.tag_add(user_id=1, movie_id=heat.pk, text="Heist")
    services.tag_add(user_id=1, movie_id=heat.pk, text="heist")  # there already
    services.tag_remove(user_id=1, movie_id=heat.pk, text="Heist")
    services.tag_remove(user_id=1, movie_id=heat.pk, text="Heist")  # gone already
    of_review = ("review", review.pk)
    assert list(Event.objects.values_list("kind", "object_id", "action", "data")) == [
        (*of_review, "saved", {"movie_id": heat.pk}),
        (*of_review, "saved", {"movie_id": heat.pk}),
        (*of_review, "deleted", {"movie_id": heat.pk}),
        ("tags", heat.pk, "saved", {"movie_id": heat.pk}),
        ("tags", heat.pk, "saved", {"movie_id": heat.pk}),
    ]


def test_of_ratings_only_changes_are_told(heat: Movie):
    for value in (9, 9, 4):
        rate(heat, value)
    for _ in range(2):
        services.rating_delete(user_id=1, movie_id=heat.pk)
    assert list(Event.objects.values_list("kind", "object_id")) == [("rating_summary", heat.pk)] * 3
    assert RatingSummary.objects.get().version == 3


@pytest.fixture
def catalogue_away(monkeypatch):
    """Takes the catalogue away from reviews, in a process that knows the settings."""
    from apps.catalog import selectors as catalog

    def refuse(movie_id: int) -> bool:
        raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "it is away")

    return lambda: monkeypatch.setattr(catalog, "movie_exists", refuse)


def test_while_the_catalogue_is_away_a_movie_that_has_been_rated_can_be(heat: Movie, catalogue_away):
    rate(heat, 9)
    catalogue_away()
    services.rating_set(user_id=2, movie_id=heat.pk, value=7)
    assert selectors.summary_of(heat.pk).count == 2


def test_while_the_catalogue_is_away_a_first_rating_is_refused_and_leaves_nothing(heat: Movie, catalogue_away):
    catalogue_away()
    with pytest.raises(StoreUnavailable):
        rate(heat, 9)
    assert not Rating.objects.exists()
    assert not RatingSummary.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "speak",
    [
        lambda movie_id: services.rating_set(user_id=1, movie_id=movie_id, value=9),
        lambda movie_id: services.review_create(user_id=1, movie_id=movie_id, body="Good."),
        lambda movie_id: services.tag_add(user_id=1, movie_id=movie_id, text="Heist"),
    ],
    ids=["first rated", "reviewed", "tagged"],
)
def test_of_a_movie_deleted_at_the_moment_it_is_spoken_of_nothing_is_left(heat: Movie, monkeypatch, speak):
    answers = iter([True, False])
    monkeypatch.setattr("apps.catalog.selectors.movie_exists", lambda movie_id: next(answers))
    with pytest.raises(services.UnknownMovie):
        speak(heat.pk)
    assert [model.objects.exists() for model in (Rating, RatingSummary, Review, Tag)] == [False] * 4
