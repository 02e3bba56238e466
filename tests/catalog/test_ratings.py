"""What the catalogue shows of ratings is written by its projection alone, and never goes back."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.catalog.models import Event, Movie
from apps.catalog.services import RatingProjection, movie_delete, movie_save, ratings_project
from tests.catalog.loads import loaded, record
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def heat() -> Movie:
    return make_movie("Heat")


def project(movie: Movie, version: int, count: int = 1, **options: bool) -> None:
    one = RatingProjection(movie.pk, count, average=4.5, score=3.3, version=version)
    ratings_project(projections=[one], **options)


def shown(movie: Movie) -> tuple[int, int]:
    return Movie.objects.values_list("rating_version", "rating_count").get(pk=movie.pk)


def test_a_projection_is_shown_and_makes_no_new_version_of_the_movie(heat: Movie):
    Event.objects.all().delete()
    project(heat, version=3, count=7)
    stored = Movie.objects.get(pk=heat.pk)
    assert (stored.rating_count, stored.rating_avg, stored.rating_score, stored.rating_version) == (7, 4.5, 3.3, 3)
    assert (stored.version, stored.updated_at) == (heat.version, heat.updated_at)
    assert not Event.objects.exists()


def test_an_older_summary_never_takes_a_newer_one_s_place(heat: Movie):
    project(heat, version=5, count=5)
    project(heat, version=4, count=4)
    assert shown(heat) == (5, 5)


def test_anyhow_it_does(heat: Movie):
    project(heat, version=5, count=5)
    project(heat, version=4, count=4, anyhow=True)
    assert shown(heat) == (4, 4)


def test_the_same_summary_again_is_not_written(heat: Movie):
    project(heat, version=5)
    with CaptureQueriesContext(connections["catalog"]) as queries:
        project(heat, version=5)
    assert any("rating_version" in query["sql"] for query in queries)
    assert not any("update" in query["sql"].lower() for query in queries)


def test_a_movie_that_is_gone_is_passed_over(heat: Movie):
    alien = make_movie("Alien")
    movie_delete(movie=Movie.objects.get(pk=heat.pk))
    ratings_project(projections=[RatingProjection(movie.pk, 1, 5, 3.3, 1) for movie in (heat, alien)])
    assert shown(alien) == (1, 1)
    assert not Movie.objects.filter(pk=heat.pk).exists()


def test_more_than_a_batch_is_shown():
    movies = [make_movie() for _ in range(3)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("apps.catalog.services.ratings._BATCH", 2)
        ratings_project(projections=[RatingProjection(movie.pk, 1, 5, 3.3, 2) for movie in movies])
    assert [shown(movie) for movie in movies] == [(2, 1)] * 3


def test_a_curator_who_read_the_movie_before_does_not_undo_it(heat: Movie):
    stale = Movie.objects.get(pk=heat.pk)
    project(heat, version=2, count=9)
    stale.tagline = "A Los Angeles crime saga"
    saved = movie_save(movie=stale)
    assert (saved.rating_version, saved.rating_count) == shown(heat) == (2, 9)
    assert Movie.objects.get(pk=heat.pk).tagline == stale.tagline


def test_ratings_that_a_caller_makes_up_are_not_stored(heat: Movie):
    heat.tagline, heat.rating_count, heat.rating_version = "New", 1_000, 1_000
    movie_save(movie=heat)
    assert shown(heat) == (0, 0)


def test_a_data_set_s_word_does_not_undo_it():
    loaded(record(1))
    movie = Movie.objects.get()
    project(movie, version=2, count=9)
    loaded(record(1, tagline="New"))
    assert Movie.objects.get().tagline == "New"
    assert shown(movie) == (2, 9)
