"""A model of 27,278 films and 20 million ratings: what it takes to train, and how fast what it has learned is told.

`manage.py train_recommender` does it, in a process of its own, on an installation of its own, with made-up films of
whom as much is said as of real ones. Answers are made each time, past the cache, and timed at a client, each of them
for another member or film, in several rounds, of which the median counts: what else a machine does is in some of them.
The yardstick is what scikit-learn offers: the cosine of one film to all, by who likes them.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from statistics import median, quantiles
from typing import NamedTuple

import numpy as np
import polars as pl
from django.conf import settings
from sklearn.metrics.pairwise import cosine_similarity

from apps.imports.sources.ratings import ratings_of
from apps.recommendations.learning.likes import LIKED, Likes
from benchmarks import movielens_shape
from benchmarks.bulk_ratings import MariaDB
from benchmarks.imports import files_of_ratings, imported, installation, said
from benchmarks.measure import Figure
from benchmarks.trending import HOST, as_shipped, manage, served

MOST_SECONDS, MOST_MEMORY = 600, 6_000  # and MB
PERSONAL, SIMILAR = 20, 10  # ms, in 95 of 100 cases
MEMBERS, ASKED, ROUNDS = 200, 500, 7
BRUTE = 15  # films
FILMS = ("--movies", str(movielens_shape.FILMS), "--people", "30000", "--ratings", "0")

# Film n of the ratings is the n-th of the catalogue. Members have rated as somebody in the set has.
KNOWN = """
from apps.catalog.models import ExternalId, Movie
from movieverse.bulk import bulk_upsert
ids = list(Movie.objects.order_by("pk").values_list("pk", flat=True))
rows = [
    ExternalId(key=f"movie:movielens:{number}", kind="movie", source="movielens", value=str(number), object_id=pk)
    for number, pk in enumerate(ids, 1)
]
bulk_upsert(rows, update_fields=[])
"""
MEMBER = f"""
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.profiles.services import profile_update
from apps.profiles.services.watchlist import watchlist_add
from apps.reviews.models import Rating
movies = list(Movie.objects.order_by("pk").values_list("pk", flat=True)[:1000])
for number in range({MEMBERS}):
    user = User.objects.create_user(email=f"{{number}}@example.com", handle=f"member{{number}}", password=None)
    given = Rating.shown.filter(user_id=-number - 1).values_list("movie_id", "value")
    Rating.objects.bulk_create(Rating(user_id=user.pk, movie_id=movie, value=value) for movie, value in given)
    profile_update(user_id=user.pk, favourite_movie_ids=movies[number : number + 3])
    for movie in movies[5 * number % 900 : 5 * number % 900 + 5]:
        watchlist_add(user_id=user.pk, movie_id=movie)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "{settings.AUTHENTICATION_BACKENDS[0]}"
    session.create()
    print("session", session.session_key)
print("movies", *movies)
"""


def run() -> Iterator[Figure]:
    ratings = files_of_ratings()["ratings"]
    with installation(MariaDB(os.environ["REVIEWS_DATABASE_URL"])) as variables:
        variables |= {"CACHE_SOURCE": "database", "STORE_TIMEOUT": ""}
        manage(variables, "seed", "synthetic", *FILMS)
        said(variables, KNOWN, "known")
        imported(variables, ratings)
        trained = _trained(variables)
        yield Figure("a model of 20 million ratings, to its limit", trained.seconds, MOST_SECONDS, 1, "s")
        yield Figure("its memory, to its limit", trained.memory, MOST_MEMORY, 1, "MB")
        yield from _answers(variables, _likes(ratings))


def _answers(variables: dict[str, str], likes: Likes) -> Iterator[Figure]:
    told = said(variables, MEMBER, "")
    sessions = [line.removeprefix("session ") for line in told if line.startswith("session ")]
    (movies,) = [line.split()[1:] for line in told if line.startswith("movies ")]
    with served(variables, as_shipped("movieverse.wsgi:application")) as port:
        client = Client(port)
        personal, similar = list[list[float]](), list[list[float]]()
        for _ in range(ROUNDS):
            personal.append(client.times(("/api/v1/me/recommendations/", one) for one in sessions))
            chosen = Random(9).sample(movies, ASKED)
            similar.append(client.times((f"/api/v1/movies/{movie}/similar/", "") for movie in chosen))
    brute = _brute_force(likes)
    yield Figure("what is recommended to a member, p95", _p95(personal), PERSONAL, 1)
    yield Figure("what is similar to a film, p95", _p95(similar), SIMILAR, 1)
    yield Figure("… its median, to scikit-learn's cosine", median(map(median, similar)) * 1000, brute * 1000, 1)


def _p95(rounds: Sequence[Sequence[float]]) -> float:
    """In ms; the median of the rounds."""
    return median(quantiles(seconds, n=20)[-1] for seconds in rounds) * 1000


class Trained(NamedTuple):
    seconds: float
    memory: float  # MB, at most


def _trained(variables: dict[str, str]) -> Trained:
    command = [sys.executable, "manage.py", "train_recommender"]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=variables | {"STORE_TIMEOUT": "60"})  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("The training failed.")
    return Trained(time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6)


class Client:
    """One connection, as a browser keeps it."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=10)
        self._get("/livez", "")

    def times(self, asked: Iterable[tuple[str, str]]) -> list[float]:
        return [self._get(path, session) for path, session in asked]

    def _get(self, path: str, session: str) -> float:
        start = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": f"sessionid={session}"} if session else {})
        answer = self.connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - start
        if answer.status != 200 or (b"results" in body and b'"results":[]' in body):
            raise SystemExit(f"No answer to measure: {answer.status} {body[:200]!r}")
        return seconds


def _likes(ratings: os.PathLike[str]) -> Likes:
    chunks = [
        chunk.rows.filter(pl.col("value") >= LIKED).select("user", "movie").to_numpy() for chunk in ratings_of(ratings)
    ]
    users, movies = np.concatenate(chunks).T
    return Likes.of(user_ids=users, movie_ids=movies, moments=np.zeros(len(users), np.int64))


def _brute_force(likes: Likes) -> float:
    """Median seconds for one film."""
    by_movie = likes.matrix().T.tocsr()
    times = []
    for place in Random(9).sample(range(by_movie.shape[0]), BRUTE):
        start = time.perf_counter()
        np.argsort(-cosine_similarity(by_movie[[place]], by_movie)[0])[:20]
        times.append(time.perf_counter() - start)
    return median(times)
