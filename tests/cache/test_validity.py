"""What has changed is never given again, what has not is; and of each answer there is one builder."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import RequestFactory
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import handle_change
from apps.catalog.api.views.movies import MovieDetail
from apps.catalog.models import Genre, Movie
from apps.catalog.services import genre_save, movie_delete, movie_save
from apps.profiles.services import profile_update
from apps.reviews.services import rating_set, review_create, tag_add
from movieverse.cache.entries import Entry
from movieverse.outbox.relay import relay_all
from tests.cache.conftest import MOVIES, builds, how
from tests.factories import make_genre, make_movie, make_user

CROWD = 200


@pytest.fixture
def heat(site: APIClient) -> Movie:
    return make_movie("Heat", genre_ids=[make_genre("Crime").pk])


@pytest.fixture
def url(heat: Movie) -> str:
    return f"{MOVIES}{heat.pk}/"


def rename(movie: Movie, title: str) -> None:
    stored = Movie.objects.get(pk=movie.pk)
    stored.title = title
    movie_save(movie=stored)


def test_an_edit_shows_at_the_next_request(site: APIClient, heat: Movie, url: str):
    for title in ("Heat II", "Heat III"):
        site.get(url)
        assert how(site.get(url)) == "hit"
        rename(heat, title)
        assert site.get(url).json()["title"] == title
        assert site.get(MOVIES).json()["results"][0]["title"] == title


def test_what_is_deleted_is_gone(site: APIClient, heat: Movie, url: str):
    site.get(url)
    movie_delete(movie=heat)
    assert site.get(url).status_code == 404


def renamed_genre(heat: Movie) -> None:
    genre = Genre.objects.get()
    genre.name = "Thriller"
    genre_save(genre=genre)


def rated(heat: Movie) -> None:
    rating_set(user_id=1, movie_id=heat.pk, value=9)
    relay_all()


def reviewed(heat: Movie) -> None:
    review_create(user_id=1, movie_id=heat.pk, body="Fine.")


CHANGES: dict[str, tuple[str, Callable[[Movie], Any], str]] = {
    "a genre's name": ("movies/{movie}/", renamed_genre, "Thriller"),
    "a genre's name, in the list": ("movies/", renamed_genre, "Thriller"),
    "a rating": ("movies/{movie}/", rated, '"rating_count":1'),
    "a rating, in the list": ("movies/", rated, '"rating_count":1'),
    "a rating, in the summary": ("movies/{movie}/rating-summary/", rated, '"count":1'),
    "a tag": ("movies/{movie}/tags/", lambda heat: tag_add(user_id=1, movie_id=heat.pk, text="heist"), "heist"),
    "a review": ("movies/{movie}/reviews/", reviewed, "Fine."),
    "a review, among all": ("reviews/", reviewed, "Fine."),
    "another movie": ("movies/?limit=2", lambda heat: make_movie("Ronin"), "Ronin"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_shows_a_changed_row_is_built_anew(site: APIClient, heat: Movie, change: str):
    path, make, expected = CHANGES[change]
    url = "/api/v1/" + path.format(movie=heat.pk)
    assert [how(site.get(url)) for _ in range(2)] == ["miss", "hit"]
    assert expected not in site.get(url).content.decode()
    make(heat)
    assert expected in site.get(url).content.decode()


def test_a_member_is_shown_as_they_are_now(site: APIClient, heat: Movie):
    member = make_user("before")
    review_create(user_id=member.pk, movie_id=heat.pk, body="Fine.")
    reviews = "/api/v1/reviews/"
    assert [how(site.get(reviews)) for _ in range(2)] == ["miss", "hit"]
    handle_change(user=User.objects.get(pk=member.pk), handle="after")
    assert site.get(reviews).json()["results"][0]["author"]["handle"] == "after"
    assert [how(site.get("/api/v1/users/after/")) for _ in range(2)] == ["miss", "hit"]
    profile_update(user_id=member.pk, version=None, display_name="Somebody")
    relay_all()
    assert site.get(reviews).json()["results"][0]["author"]["name"] == "Somebody"
    assert site.get("/api/v1/users/after/").json()["name"] == "Somebody"


def test_what_has_nothing_to_do_with_a_change_is_given_again(site: APIClient, url: str):
    site.get(url)
    make_user("somebody")
    assert how(site.get(url)) == "hit"


class Hesitating:
    """Has the view wait in the middle of an answer, its rows read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        get = MovieDetail.get

        def hesitate(view: Any, *args: Any, **kwargs: Any) -> Any:
            response = get(view, *args, **kwargs)
            self.reached.set()
            assert self.go_on.wait(10)
            return response

        monkeypatch.setattr(MovieDetail, "get", hesitate)


@pytest.fixture
def hesitating(monkeypatch: pytest.MonkeyPatch) -> Hesitating:
    return Hesitating(monkeypatch)


class Crowd:
    """Clients of one process, each in a thread with connections of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool, self.application = pool, WSGIHandler()

    def ask(self, url: str) -> Any:
        return self.pool.submit(self._asked, url)

    def _asked(self, url: str) -> tuple[str | None, bytes]:
        headers: dict[str, str] = {}
        environ = RequestFactory(headers={"Host": "localhost"}).get(url).environ
        try:
            answer = self.application(environ, lambda status, pairs: headers.update(pairs))
            return headers.get("X-Cache"), b"".join(answer)
        finally:
            connections.close_all()


@pytest.fixture
def crowd(site: APIClient) -> Iterator[Crowd]:
    with ThreadPoolExecutor(CROWD) as pool:
        yield Crowd(pool)


def test_an_answer_whose_rows_change_while_it_is_built_is_given_to_nobody_else(
    site: APIClient, heat: Movie, url: str, crowd: Crowd, hesitating: Hesitating
):
    early = crowd.ask(url)
    assert hesitating.reached.wait(10)
    rename(heat, "Heat II")
    hesitating.go_on.set()
    assert b'"title":"Heat"' in early.result()[1]
    assert site.get(url).json()["title"] == "Heat II"


def test_of_a_crowd_that_asks_for_the_same_one_has_it_built(level: Any, url: str, crowd: Crowd, hesitating: Hesitating):
    answers = [crowd.ask(url) for _ in range(CROWD)]
    assert hesitating.reached.wait(10)
    time.sleep(0.5)  # until they wait
    hesitating.go_on.set()
    bodies = {body for _, body in (answer.result() for answer in answers)}
    assert len(bodies) == 1
    assert builds("movie") == 1


def test_while_a_stale_answer_is_built_anew_the_others_get_the_old_one_at_once(
    site: APIClient, url: str, crowd: Crowd, hesitating: Hesitating, monkeypatch: pytest.MonkeyPatch
):
    hesitating.go_on.set()
    site.get(url)
    hesitating.go_on.clear()
    hesitating.reached.clear()
    age = [601.0]
    monkeypatch.setattr(Entry, "age", lambda entry: age[0])
    answers = [crowd.ask(url) for _ in range(20)]
    assert hesitating.reached.wait(10)
    eventually = time.monotonic() + 10
    while sum(answer.done() for answer in answers) < 19:
        assert time.monotonic() < eventually
        time.sleep(0.01)
    hesitating.go_on.set()
    assert Counter(answer.result()[0] for answer in answers) == {"stale": 19, "miss": 1}
    age[0] = 0
    assert how(site.get(url)) == "hit"


def test_an_answer_older_than_it_may_be_kept_is_not_given(site: APIClient, url: str, monkeypatch: pytest.MonkeyPatch):
    site.get(url)
    age = Entry.age
    monkeypatch.setattr(Entry, "age", lambda entry: age(entry) + 3601)
    assert how(site.get(url)) == "miss"


def test_those_who_waited_for_what_cannot_be_kept_do_not_wait_for_each_other(
    url: str, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
):
    get = MovieDetail.get

    def slow(view: Any, *args: Any, **kwargs: Any) -> Any:
        time.sleep(0.2)
        return get(view, *args, **kwargs)

    monkeypatch.setattr(MovieDetail, "get", slow)
    start = time.monotonic()
    answers = [crowd.ask(f"{url.rstrip('/')}0/") for _ in range(20)]
    assert all(b"There is no movie" in answer.result()[1] for answer in answers)
    assert time.monotonic() - start < 10 * 0.2
