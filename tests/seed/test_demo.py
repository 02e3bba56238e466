import re
from collections import Counter

import pytest

from apps.accounts.models import User
from apps.catalog import services
from apps.catalog.models import ExternalId, Movie, Person
from apps.imports.sources import demo as source
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews.models import Rating, RatingSummary, Review
from movieverse.text import fold
from seed import demo, made_up
from tests.factories import make_movie, make_user
from tests.imports.tmdb5000_files import credit, movie, written
from tests.seed.seeding import assert_nothing_to_do, seeded

stores = pytest.mark.usefixtures("stores")
DEMO = source.read(demo.FOLDER)


# --- The set itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("film", DEMO.movies, ids=lambda film: film.title)
def test_every_film_is_whole(film):
    assert re.fullmatch(r"\d+", dict(film.ids)["tmdb"])
    assert re.fullmatch(r"tt\d{7,8}", dict(film.ids)["imdb"])
    assert len(film.overview) > 40
    assert film.release_date
    assert 40 < film.runtime < 300
    assert film.genres
    assert all(re.fullmatch(r"[A-Z]{2}", country) for country in film.countries)
    assert all(re.fullmatch(r"[a-z]{2}", language) for language in [*film.languages, film.original_language])
    assert film.budget is None or film.budget > 0
    assert film.revenue is None or film.revenue > 0
    assert film.cast
    assert any(entry.job == "Director" for entry in film.crew)


def test_no_film_stands_in_it_twice():
    assert len({source_id for film in DEMO.movies for source_id in film.ids}) == 2 * len(DEMO.movies)


def test_a_name_is_one_person():
    people = {entry.person for film in DEMO.movies for entry in (*film.cast, *film.crew)}
    names = Counter(fold(person.name) for person in people)
    assert [name for name, number in names.items() if number > 1] == []


def test_the_members_taste_knows_the_films_genres():
    genres = {genre.name for film in DEMO.movies for genre in film.genres}
    for taste in DEMO.tastes:
        assert taste.loves <= genres
        assert taste.dislikes <= genres


# --- Its members ----------------------------------------------------------------------------------


def test_the_members_are_the_same_at_every_run():
    ratings = made_up.ratings(DEMO)
    assert ratings == made_up.ratings(DEMO)
    assert 3_000 < len(ratings) < 5_000
    assert {rating.value for rating in ratings} <= set(range(1, 11))
    assert 150 <= len(made_up.reviews(DEMO, ratings)) <= 200
    assert made_up.reviews(DEMO, ratings) == made_up.reviews(DEMO, ratings)


def test_members_rate_what_they_love_higher():
    given = {1: [], -1: []}
    for rating in made_up.ratings(DEMO):
        taste, genres = made_up.taste_of(DEMO, rating.handle), {genre.name for genre in rating.movie.genres}
        liking = len(genres & taste.loves) - len(genres & taste.dislikes)
        if liking:
            given[1 if liking > 0 else -1].append(rating.value)
    loved, disliked = (sum(values) / len(values) for values in given.values())
    assert loved > disliked + 1.5


def test_reviews_have_no_open_places():
    bodies = [review.body for review in made_up.reviews(DEMO, made_up.ratings(DEMO))]
    assert [body for body in bodies if "{" in body or not body] == []


# --- Seeding it -----------------------------------------------------------------------------------


@stores
def test_everything_is_stored_and_a_second_run_finds_nothing_to_do():
    counts, lines = seeded("demo")
    assert lines == []
    assert counts["movies"].created == Movie.objects.count() == len(DEMO.movies)
    assert counts["users"].created == User.objects.count() == 120
    assert counts["ratings"].created == Rating.objects.count()
    assert counts["reviews"].created == Review.objects.count()
    assert counts["profiles"].created == Profile.objects.count() > 30
    assert sum(RatingSummary.objects.values_list("count", flat=True)) == Rating.objects.count()
    film = Movie.objects.first()
    assert film.popularity == RatingSummary.objects.get(pk=film.pk).count
    assert_nothing_to_do(seeded("demo")[0])


@stores
def test_nobody_can_sign_in_as_a_member():
    seeded("demo")
    assert not any(user.has_usable_password() for user in User.objects.all())


@stores
def test_people_without_a_tmdb_id_are_one_by_their_name():
    seeded("demo")
    assert Person.objects.filter(name="Max Schreck").count() == 1
    assert ExternalId.objects.filter(kind="person", source="demo").exists()


@stores
def test_a_member_s_handle_that_is_somebody_s_stays_theirs():
    handle = DEMO.handles[0]
    theirs = make_user(handle)
    counts, lines = seeded("demo")
    assert counts["users"].failed == 1
    assert lines == [f"reviews.json, column handles: '{handle}' is somebody else's handle"]
    assert not Rating.objects.filter(user_id=theirs.pk).exists()


@stores
def test_what_members_have_is_left_alone():
    seeded("demo")
    rating, review, profile = Rating.objects.first(), Review.objects.first(), Profile.objects.first()
    Rating.objects.filter(pk=rating.pk).update(value=11 - rating.value)
    Review.objects.filter(pk=review.pk).update(body="Moderated.")
    profile_update(user_id=profile.pk, bio="Mine.")
    assert_nothing_to_do(seeded("demo")[0])
    assert Review.objects.get(pk=review.pk).body == "Moderated."
    assert Rating.objects.get(pk=rating.pk).value == 11 - rating.value
    assert Profile.objects.get(pk=profile.pk).bio == "Mine."


@stores
@pytest.mark.parametrize("demo_first", [True, False])
def test_in_either_order_a_film_of_both_sets_is_one(tmp_path, demo_first):
    film = next(film for film in DEMO.movies if film.title == "The Matrix")
    tmdb_id = int(dict(film.ids)["tmdb"])
    paths = written(tmp_path, [movie(tmdb_id, "Matrix")], [credit(tmdb_id, "Matrix")])
    runs = [("demo",), ("tmdb5000", *paths)]
    for args in runs if demo_first else reversed(runs):
        seeded(*args)
    assert Movie.objects.count() == len(DEMO.movies)
    stored = Movie.objects.get(title="The Matrix" if demo_first else "Matrix")
    assert ExternalId.objects.filter(kind="movie", object_id=stored.pk).count() == 2
    assert stored.source_scores
    if not demo_first:
        assert stored.popularity == 35.2
    for args in (*runs, *runs):
        assert_nothing_to_do(seeded(*args)[0])


@stores
def test_an_id_that_belongs_to_another_film_is_reported_and_stays_there():
    film = DEMO.movies[0]
    other = make_movie("Another")
    services.external_id_add(kind="movie", source="imdb", value=dict(film.ids)["imdb"], object_id=other.pk)
    mine = make_movie("Mine")
    services.external_id_add(kind="movie", source="tmdb", value=dict(film.ids)["tmdb"], object_id=mine.pk)
    counts, lines = seeded("demo")
    assert counts["external ids"].failed == 1
    imdb = dict(film.ids)["imdb"]
    reason = f"belongs to movie {other.pk}, but the film's other ids to movie {mine.pk}"
    assert lines == [f"movies.json, film 1, column id: 'imdb:{imdb}' {reason}"]
    assert ExternalId.objects.get(source="imdb", value=imdb).object_id == other.pk


# --- Only into an empty catalogue -----------------------------------------------------------------


@stores
def test_an_empty_catalogue_is_seeded_and_a_full_one_is_left_alone():
    counts, _ = seeded("demo", if_empty=True)
    assert counts["movies"].created
    Movie.objects.first().delete()
    assert seeded("demo", if_empty=True) == ({}, [])


@stores
def test_a_catalogue_of_other_films_is_left_alone():
    make_movie("Heat")
    assert seeded("demo", if_empty=True) == ({}, [])


@stores
def test_an_interrupted_seeding_of_an_empty_catalogue_is_continued(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(demo, "ratings_load", _interrupt)
        with pytest.raises(SystemExit):
            seeded("demo")
    counts, _ = seeded("demo", if_empty=True)
    assert counts["ratings"].created
    assert counts["movies"].unchanged


def _interrupt(*args):
    raise KeyboardInterrupt
