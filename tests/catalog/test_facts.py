"""Which of several sources is believed."""

from typing import Any

import pytest

from apps.catalog.credits import united
from apps.catalog.loading.facts import absorb, has_said, may_say, take, take_credits, take_scores
from apps.catalog.models import Movie, Person
from apps.catalog.sources import SOURCES, page_of, rank, source

AT, LATER = "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"


def origin(name: str, **more: Any) -> dict[str, Any]:
    return {"source": name, "at": AT, **more}


def told(**facts: Any) -> Movie:
    """A title whose facts Netflix has told."""
    return Movie(**facts, origins={fact: origin("netflix") for fact in facts})


# --- Sources --------------------------------------------------------------------------------------


def test_tmdb_is_believed_before_its_copies_and_those_before_what_is_made_from_lists():
    names = ["tmdb", "tmdb5000", "demo", "netflix", "own", "movielens", "synthetic", "curator"]
    assert sorted(SOURCES, key=rank, reverse=True) == names
    assert len({rank(name) for name in names}) == len(names)


def test_a_source_that_nobody_knows_any_more_is_believed_as_little_as_an_unlocked_curator():
    assert (rank("forgotten"), source("forgotten").title) == (rank("curator"), "forgotten")


@pytest.mark.parametrize(
    ("kind", "name", "value", "page"),
    [
        ("movie", "imdb", "tt0113277", "https://www.imdb.com/title/tt0113277/"),
        ("person", "tmdb", "1158", "https://www.themoviedb.org/person/1158"),
        ("movie", "tmdb", "../a b", "https://www.themoviedb.org/movie/..%2Fa%20b"),
        ("show", "tmdb-tv", "1396", "https://www.themoviedb.org/tv/1396"),
        ("movie", "netflix", "tm84618", None),
        ("genre", "tmdb", "18", None),
    ],
)
def test_a_source_s_page_of_a_row_is_known_where_it_has_one(kind, name, value, page):
    assert page_of(kind, name, value) == page


# --- Single facts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "name", "is_taken"),
    [
        (None, "movielens", True),
        (origin("netflix"), "demo", True),
        (origin("netflix"), "netflix", True),
        (origin("demo"), "netflix", False),
        (origin("curator"), "movielens", True),
        (origin("forgotten"), "movielens", True),
        (origin("curator", locked=True), "tmdb", False),
        (origin("netflix", locked=True), "tmdb", False),
        (origin("netflix", locked=False), "demo", True),
    ],
)
def test_who_may_say_what_a_fact_is(known, name, is_taken):
    movie = Movie(runtime=170, origins={"runtime": known} if known else {})
    assert may_say(movie, "runtime", name) is is_taken
    assert take(movie, {"runtime": 171}, name, LATER) is is_taken
    assert movie.runtime == (171 if is_taken else 170)
    assert movie.origins.get("runtime") == ({"source": name, "at": LATER} if is_taken else known)


@pytest.mark.parametrize("empty", ["", None, 0, 0.0, []])
def test_what_is_empty_says_nothing(empty):
    movie = told(overview="Los Angeles.")
    assert not take(movie, {"overview": empty, "runtime": empty}, "tmdb", LATER)
    assert (movie.overview, movie.origins) == ("Los Angeles.", {"overview": origin("netflix")})


def test_who_said_the_same_before_keeps_the_time_they_said_it():
    movie = told(runtime=170)
    assert not take(movie, {"runtime": 170}, "netflix", LATER)
    assert movie.origins["runtime"] == origin("netflix")
    assert take(movie, {"runtime": 170}, "demo", LATER)
    assert movie.origins["runtime"] == {"source": "demo", "at": LATER}


def test_of_several_facts_each_is_taken_by_itself():
    movie = told(runtime=170, overview="Los Angeles.")
    movie.origins = movie.origins | {"overview": origin("tmdb")}
    assert take(movie, {"runtime": 171, "overview": "Elsewhere."}, "demo", LATER)
    assert (movie.runtime, movie.overview) == (171, "Los Angeles.")


def test_the_origins_of_a_row_that_was_read_are_not_changed_under_it():
    movie = told(runtime=170)
    before = movie.origins
    take(movie, {"runtime": 171}, "demo", LATER)
    assert before == {"runtime": origin("netflix")}


def test_who_has_said_a_fact():
    movie = told(runtime=170)
    assert has_said(movie, "runtime", "netflix")
    assert not has_said(movie, "runtime", "demo")
    assert not has_said(movie, "overview", "netflix")


# --- Scores ---------------------------------------------------------------------------------------


def score(name: str, value: float) -> dict[str, Any]:
    return {"source": name, "value": value, "votes": None}


def test_a_site_s_score_is_replaced_and_the_other_sites_keep_theirs():
    movie = told(source_scores=[score("imdb", 8.3), score("netflix", 8)])
    assert take_scores(movie, [score("tmdb", 7.7), score("imdb", 8.4)], "demo", LATER)
    assert movie.source_scores == [score("imdb", 8.4), score("netflix", 8), score("tmdb", 7.7)]
    assert movie.origins["source_scores"] == {
        "source": "demo",
        "at": LATER,
        "told_by": {"imdb": "demo", "tmdb": "demo"},
    }
    assert not take_scores(movie, [score("tmdb", 7.7)], "demo", AT)


@pytest.mark.parametrize(
    ("scores", "known"), [([], origin("netflix")), ([score("imdb", 1)], origin("curator", locked=True))]
)
def test_no_score_and_a_locked_one_change_nothing(scores, known):
    movie = Movie(source_scores=[score("imdb", 8.3)], origins={"source_scores": known})
    assert not take_scores(movie, scores, "tmdb", LATER)
    assert movie.source_scores == [score("imdb", 8.3)]


# --- Credits --------------------------------------------------------------------------------------


def cast(person_id: int, name: str, character: str = "") -> dict[str, Any]:
    return {"person_id": person_id, "name": str(person_id), "character": character, "source": name}


def crew(person_id: int, name: str, job: str) -> dict[str, Any]:
    return {"person_id": person_id, "name": str(person_id), "department": "", "job": job, "source": name}


def test_credits_are_united_by_rank_and_then_as_each_source_orders_them():
    entries = [cast(1, "netflix", "N"), cast(2, "netflix"), cast(3, "tmdb5000"), cast(1, "tmdb5000", "T")]
    assert united("cast", entries) == [cast(3, "tmdb5000"), cast(1, "tmdb5000", "T"), cast(2, "netflix")]


def test_whoever_has_two_jobs_has_two_credits():
    entries = [crew(1, "netflix", "Director"), crew(1, "demo", "Writer"), crew(1, "demo", "Director")]
    assert united("crew", entries) == [crew(1, "demo", "Writer"), crew(1, "demo", "Director")]


def test_a_source_s_new_credits_replace_its_old_ones():
    movie = told(cast=[cast(1, "demo"), cast(2, "netflix"), cast(3, "netflix")])
    assert take_credits(movie, "cast", [cast(3, "netflix"), cast(4, "netflix")], "netflix", LATER)
    assert movie.cast == [cast(1, "demo"), cast(3, "netflix"), cast(4, "netflix")]
    assert movie.origins["cast"] == {"source": "demo", "at": LATER}
    assert not take_credits(movie, "cast", [cast(3, "netflix"), cast(4, "netflix")], "netflix", AT)


@pytest.mark.parametrize(
    ("entries", "known"), [([], origin("netflix")), ([cast(9, "tmdb")], origin("curator", locked=True))]
)
def test_no_credits_and_locked_ones_change_nothing(entries, known):
    movie = Movie(cast=[cast(1, "netflix")], origins={"cast": known})
    assert not take_credits(movie, "cast", entries, "tmdb", LATER)
    assert (movie.cast, movie.origins) == ([cast(1, "netflix")], {"cast": known})


# --- Two rows that are one ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "is_theirs"),
    [
        (origin("netflix"), origin("demo"), True),
        (origin("demo"), origin("netflix"), False),
        (origin("demo"), origin("demo"), False),
        (None, origin("netflix"), True),
        (origin("netflix"), None, False),
        (origin("tmdb"), origin("curator", locked=True), True),
        (origin("tmdb"), origin("curator"), False),
        (origin("curator", locked=True), origin("tmdb"), False),
        (origin("curator", locked=True), origin("tmdb", locked=True), True),
    ],
)
def test_a_row_absorbs_the_facts_of_another_that_are_to_be_believed_rather(mine, theirs, is_theirs):
    row = Person(biography="Mine.", origins={"biography": mine} if mine else {})
    absorb(row, Person(biography="Theirs.", origins={"biography": theirs} if theirs else {}))
    assert row.biography == ("Theirs." if is_theirs else "Mine.")
    assert row.origins.get("biography") == (theirs if is_theirs else mine)
