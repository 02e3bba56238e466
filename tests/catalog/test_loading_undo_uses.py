"""What members say of a title, or keep, is not taken away from them by undoing an import."""

from collections.abc import Callable
from datetime import date

import pytest

from apps.accounts.models import User
from apps.accounts.services import user_ban
from apps.catalog.loading import load_undo
from apps.catalog.models import Genre, Movie
from apps.insights.soundness import findings
from apps.profiles.services import profile_update
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add, watchlist_remove
from apps.reviews.services import rating_delete, rating_set, review_create, tag_add
from movieverse.exceptions import StoreUnavailable
from movieverse.outbox.relay import relay_all
from tests.catalog.loads import genre, movie_of, record, tmdb
from tests.catalog.undoing import held, imported, undone

Keep = Callable[[User, Movie], object]

# What a member does with a title, and why it then stays.
KEPT: dict[str, tuple[Keep, str]] = {
    "rating": (lambda user, movie: rating_set(user_id=user.pk, movie_id=movie.pk, value=9), "rated by members"),
    "review": (
        lambda user, movie: review_create(user_id=user.pk, movie_id=movie.pk, body="Good."),
        "reviewed or tagged by members",
    ),
    "tag": (
        lambda user, movie: tag_add(user_id=user.pk, movie_id=movie.pk, text="heist"),
        "reviewed or tagged by members",
    ),
    "watchlist": (
        lambda user, movie: watchlist_add(user_id=user.pk, movie_id=movie.pk),
        "in members' watchlists or diaries",
    ),
    "diary": (
        lambda user, movie: diary_add(user_id=user.pk, movie_id=movie.pk, watched_on=date(2025, 12, 25)),
        "in members' watchlists or diaries",
    ),
    "favourite": (
        lambda user, movie: profile_update(user_id=user.pk, favourite_movie_ids=[movie.pk]),
        "among members' favourites",
    ),
}


@pytest.fixture
def film(member: User) -> Movie:
    imported(1, *(record(number) for number in range(1, 6)))
    relay_all()
    return movie_of(tmdb(3))


@pytest.mark.parametrize("what", KEPT)
def test_a_title_that_a_member_keeps_stays_and_is_listed(film, member, what: str):
    keep, why = KEPT[what]
    keep(member, film)
    assert undone(1) == [("movie", film.pk, why)]
    relay_all()
    assert list(Movie.objects.values_list("pk", flat=True)) == [film.pk]
    assert list(findings()) == []


def test_a_title_whose_only_rating_is_withheld_stays(film, member):
    rating_set(user_id=member.pk, movie_id=film.pk, value=9)
    user_ban(user=member, by=None, reason="Spam.")
    relay_all()
    assert undone(1) == [("movie", film.pk, "rated by members")]


def test_a_title_that_nobody_keeps_any_more_goes(film, member):
    rating_set(user_id=member.pk, movie_id=film.pk, value=9)
    watchlist_add(user_id=member.pk, movie_id=film.pk)
    rating_delete(user_id=member.pk, movie_id=film.pk)
    watchlist_remove(user_id=member.pk, movie_id=film.pk)
    assert undone(1) == []
    relay_all()
    assert list(findings()) == []


def test_what_an_import_has_changed_of_a_title_is_taken_back_whoever_has_rated_it(film, member):
    imported(2, record(3, overview="Two men."))
    rating_set(user_id=member.pk, movie_id=film.pk, value=9)
    relay_all()
    assert undone(2) == []
    movie = movie_of(tmdb(3))
    assert (movie.overview, movie.rating_count) == ("", 1)


def test_a_genre_among_a_members_favourites_stays(member):
    imported(1, record(1, genres=[genre()]))
    drama = Genre.objects.get()
    profile_update(user_id=member.pk, favourite_genre_ids=[drama.pk])
    assert undone(1) == [("genre", drama.pk, "among members' favourites")]


@pytest.mark.parametrize("alias", ["reviews", "profiles", "catalog"])
def test_while_a_store_is_away_nothing_goes_of_which_it_may_know(film, member, take_away, alias: str):
    before = held()
    take_away(alias)
    with pytest.raises(StoreUnavailable):
        load_undo(import_id=1)
    from movieverse.engines import breaker

    breaker.forget()
    assert held() == before
    assert undone(1) == []
    assert not Movie.objects.exists()
