"""A small catalogue of two tastes, heists and space, and raters who have one of them each."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from apps.catalog.models import Movie
from apps.recommendations.models import ModelVersion
from apps.recommendations.services.training import model_train
from apps.reviews.services import rating_set, ratings_date, ratings_load
from movieverse.outbox.relay import relay_all
from tests.factories import make_genre, make_movie, make_person

Films = dict[str, Movie]

HEISTS = ("Heat", "Thief", "Ronin", "Collateral", "The Insider", "Rififi", "The Killing", "Le Cercle Rouge")
SPACE = ("Alien", "Aliens", "Solaris", "Moon", "Gravity", "Contact", "Interstellar", "Sunshine")
RATERS = 12  # of each taste
FIRST_DAY = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def films(stores: None) -> Films:
    crime, fiction = make_genre("Crime"), make_genre("Science Fiction")
    mann = make_person("Michael Mann")
    made = {}
    for genre, word, titles in ((crime, "heist", HEISTS), (fiction, "space", SPACE)):
        for place, title in enumerate(titles):
            crew = [{"person_id": mann.pk, "department": "Directing", "job": "Director"}] if place < 2 else []
            facts = {"crew": crew if genre is crime else [], "overview": f"{title} tells of {word}."}
            made[title] = make_movie(
                title, genre_ids=[genre.pk], keywords=[word], release_date=date(1980 + place, 1, 1), **facts
            )
    return made


@pytest.fixture
def rated(films: Films) -> Films:
    """Each rater likes seven of a taste, one a day, in an order of their own."""
    rows, moments = [], {}
    for number in range(2 * RATERS):
        titles = (HEISTS, SPACE)[number % 2]
        for day, step in enumerate(Random(number).sample(range(7), 7)):
            movie_id = films[titles[(number + step) % 8]].pk
            rows.append((-number - 1, movie_id, 9))
            moments[-number - 1, movie_id] = FIRST_DAY + timedelta(days=day)
    ratings_load(rows)
    ratings_date(moments=moments)
    relay_all()
    return films


@pytest.fixture
def model(rated: Films) -> ModelVersion:
    return model_train()


@pytest.fixture
def likes(model: ModelVersion, rated: Films, member: Any) -> Callable[..., None]:
    """Lets the member like films, in that order."""

    def like(*titles: str) -> None:
        for title in titles:
            rating_set(user_id=member.pk, movie_id=rated[title].pk, value=9)

    return like
