"""The demo set itself, and its made-up members."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest

from apps.catalog.records import MovieRecord, PersonRecord
from movieverse.text import fold
from seed import made_up
from tests.seed.real import demo

ROOT = Path(__file__).parents[2]


def titles(is_bad: Callable[[MovieRecord], object], movies: Iterable[MovieRecord] | None = None) -> list[str]:
    return [movie.title for movie in movies or demo().movies if is_bad(movie)]


def year(movie: MovieRecord) -> int:
    return movie.release_date.year


# --- The set --------------------------------------------------------------------------------------


def test_there_are_hundreds_of_films_and_dozens_of_shows():
    kinds = Counter(movie.kind for movie in demo().movies)
    assert sum(kinds.values()) >= 300
    assert kinds.keys() == {"movie", "show"}
    assert kinds["show"] >= 40


def test_there_are_titles_of_every_decade_since_the_twenties():
    decades = Counter(year(movie) // 10 * 10 for movie in demo().movies)
    assert [decade for decade in range(1920, 2030, 10) if decades[decade] < 5] == []


def test_there_are_titles_of_many_countries_and_languages():
    assert len({country for movie in demo().movies for country in movie.countries}) >= 20
    assert len({movie.original_language for movie in demo().movies}) >= 15


def test_there_are_dozens_of_collections_of_several_titles():
    parts = Counter(movie.collection for movie in demo().movies if movie.collection)
    several = {collection.id for collection, number in parts.items() if number >= 2}
    assert len(several) >= 25
    assert {collection.id for collection in demo().collections} == {collection.id for collection in parts}
    assert [collection.name for collection in demo().collections if len(collection.overview) < 60] == []


def test_every_title_is_whole():
    assert titles(lambda one: not re.fullmatch(r"tt\d{7,8}", dict(one.ids)["imdb"])) == []
    assert titles(lambda one: one.kind == "movie" and not re.fullmatch(r"\d+", dict(one.ids)["tmdb"])) == []
    assert titles(lambda one: one.kind == "show" and "tmdb" in dict(one.ids)) == []  # TMDB numbers shows by themselves
    assert titles(lambda one: not (one.genres and one.countries and one.cast and one.status and one.keywords)) == []
    assert titles(lambda one: not 10 < one.runtime < 300) == []
    assert titles(lambda one: not all(re.fullmatch("[A-Z]{2}", country) for country in one.countries)) == []
    spoken = {language for one in demo().movies for language in (*one.languages, one.original_language)}
    assert [language for language in spoken if not re.fullmatch("[a-z]{2}", language)] == []
    assert titles(lambda one: any(money is not None and money <= 0 for money in (one.budget, one.revenue))) == []


def test_every_film_has_a_director_and_every_show_its_seasons():
    films = [movie for movie in demo().movies if movie.kind == "movie"]
    shows = [movie for movie in demo().movies if movie.kind == "show"]
    assert titles(lambda one: all(entry.job != "Director" for entry in one.crew), films) == []
    assert len(titles(lambda one: one.season_count and one.episode_count, shows)) >= 40
    assert titles(lambda one: one.season_count or one.episode_count or one.end_date, films) == []
    assert titles(lambda one: one.end_date and one.end_date < one.release_date, shows) == []
    assert titles(lambda one: (one.status == "ended") != bool(one.end_date), shows) == []


def test_overviews_are_a_sentence_or_two_and_no_two_are_alike():
    assert titles(lambda one: not 60 <= len(one.overview) <= 300) == []
    assert len({fold(movie.overview) for movie in demo().movies}) == len(demo().movies)


def test_no_title_stands_in_it_twice():
    ids = [source_id for movie in demo().movies for source_id in movie.ids]
    assert [source_id for source_id, number in Counter(ids).items() if number > 1] == []
    names = Counter((movie.kind, fold(movie.title), year(movie)) for movie in demo().movies)
    assert [name for name, number in names.items() if number > 1] == []


def test_a_name_is_one_person():
    people = {entry.person for movie in demo().movies for entry in (*movie.cast, *movie.crew)}
    names = Counter(fold(person.name) for person in people)
    assert [name for name, number in names.items() if number > 1] == []


def test_people_who_are_described_are_credited_and_have_a_life():
    credited = {entry.person.id for movie in demo().movies for entry in (*movie.cast, *movie.crew)}
    assert len(demo().people) >= 100
    assert [one.name for one in demo().people if one.ids[0] not in credited] == []
    assert [one.name for one in demo().people if not one.biography or not (one.birth_date or one.death_date)] == []
    assert [one.name for one in demo().people if _died_unborn(one)] == []
    assert len({source_id for one in demo().people for source_id in one.ids}) == sum(
        len(one.ids) for one in demo().people
    )


def _died_unborn(person: PersonRecord) -> bool:
    return bool(person.birth_date and person.death_date and person.death_date <= person.birth_date)


def test_lists_have_entries_in_the_order_of_their_ranks_each_title_once():
    assert len(demo().lists) >= 3
    for one in demo().lists:
        assert len(one.entries) >= 5, one.slug
        assert len({id(entry.movie) for entry in one.entries}) == len(one.entries), one.slug
        ranks = [entry.rank for entry in one.entries]
        assert ranks == sorted(ranks), one.slug
        assert [entry.movie.title for entry in one.entries if entry.year not in (None, year(entry.movie))] == []


# --- Its members ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ratings() -> list[made_up.Rating]:
    return made_up.ratings(demo())


def test_there_are_thousands_of_ratings_and_hundreds_of_reviews(ratings):
    assert 9_000 <= len(ratings) <= 11_000
    assert {rating.value for rating in ratings} == set(range(1, 11))
    assert 350 <= len(made_up.reviews(demo(), ratings)) <= 500
    assert len({(rating.handle, rating.movie.place) for rating in ratings}) == len(ratings)


def test_every_title_is_rated_and_every_member_rates_some_more_than_others(ratings):
    of_titles, of_members = made_up.popularity(ratings), Counter(rating.handle for rating in ratings)
    assert of_titles.keys() == {movie.place for movie in demo().movies}
    assert of_members.keys() == set(demo().handles)
    for numbers in (of_titles.values(), of_members.values()):
        assert max(numbers) > 4 * min(numbers)


def said() -> str:
    """All that some of the members say."""
    some = replace(demo(), handles=demo().handles[:20])
    ratings = made_up.ratings(some)
    return repr(
        [
            [(one.handle, one.movie.title, one.value) for one in ratings],
            [(one.handle, one.movie.title, one.body) for one in made_up.reviews(some, ratings)],
            [
                (one.handle, one.bio, [movie.title for movie in one.favourites])
                for one in made_up.profiles(some, ratings)
            ],
        ]
    )


def test_the_members_are_the_same_at_every_run_and_in_every_process():
    there = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); from {__name__} import said; print(said())"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert len(there) > 10_000
    assert there == said()


def test_the_members_taste_knows_the_titles_genres():
    genres = {genre.name for movie in demo().movies for genre in movie.genres}
    for taste in demo().tastes:
        assert taste.loves <= genres
        assert taste.dislikes <= genres
        assert not taste.loves & taste.dislikes


def test_members_of_every_cluster_rate_what_they_love_higher_and_watch_more_of_it(ratings):
    for taste in demo().tastes:
        members = {handle for handle in demo().handles if made_up.taste_of(demo(), handle) == taste}
        assert len(members) >= 10
        given: dict[int, list[int]] = {1: [], 0: [], -1: []}
        there = Counter(_liking(taste, movie) for movie in demo().movies)
        for rating in ratings:
            if rating.handle in members:
                given[_liking(taste, rating.movie)].append(rating.value)
        assert mean(given[1]) > mean(given[0]) + 1
        assert mean(given[0]) > mean(given[-1]) + 0.7
        assert len(given[1]) / there[1] > 1.3 * len(given[0]) / there[0] > 1.3 * len(given[-1]) / there[-1]


def _liking(taste, movie: MovieRecord) -> int:
    genres = {genre.name for genre in movie.genres}
    liking = min(2, len(genres & taste.loves)) - min(2, len(genres & taste.dislikes))
    return (liking > 0) - (liking < 0)


def test_a_title_more_changes_nothing_for_the_others(ratings):
    less = replace(demo(), movies=demo().movies[1:], handles=demo().handles[1:20])
    before = [one for one in ratings if one.handle in less.handles and one.movie is not demo().movies[0]]
    assert made_up.ratings(less) == before


def test_reviews_have_no_open_places_and_fit_their_rating(ratings):
    reviews = made_up.reviews(demo(), ratings)
    assert [review.body for review in reviews if "{" in review.body or not review.body] == []
    values = {(rating.handle, rating.movie.place): rating.value for rating in ratings}
    assert all((review.handle, review.movie.place) in values for review in reviews)
    assert len([review for review in reviews if review.movie.title in review.body]) > 100
    assert len({review.body for review in reviews}) > 150


def test_favourites_are_what_a_member_rated_high(ratings):
    values = {(rating.handle, rating.movie.place): rating.value for rating in ratings}
    profiles = made_up.profiles(demo(), ratings)
    assert 30 < len(profiles) < len(demo().handles)
    assert all(values[one.handle, movie.place] >= 8 for one in profiles for movie in one.favourites)
    assert sum(len(one.favourites) for one in profiles) > 100
