"""What cannot be stored is told of, and the rest is loaded."""

from datetime import date

import pytest

from apps.catalog.models import Company, ExternalId, Genre, Movie, Person
from apps.catalog.records import SourceId
from movieverse.bulk import Counts
from tests.catalog.loads import (
    actor,
    genre,
    ids_of,
    imdb,
    is_done,
    known_as,
    loaded,
    movie_of,
    named,
    person,
    person_of,
    record,
    tmdb,
    worker,
)
from tests.factories import make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

NUL = "It has the character U+0000, which not every store can hold."
SURROGATE = "It has the character U+D83D, which not every store can hold."


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"title": ""}, "title", "This field cannot be blank."),
        ({"title": "x" * 301}, "title", "Ensure this value has at most 300 characters (it has 301)."),
        ({"kind": "game"}, "kind", "Value 'game' is not a valid choice."),
        ({"status": "lost"}, "status", "Value 'lost' is not a valid choice."),
        ({"homepage": "heat.example"}, "homepage", "Enter a valid URL."),
        ({"countries": ["USA"]}, "countries", "Ensure this value has at most 2 characters (it has 3)."),
        ({"runtime": 40_000}, "runtime", "It is more than 32,767."),
        ({"budget": 2**63}, "budget", f"It is more than {2**63 - 1:,}."),
        ({"keywords": ["x" * 101]}, "keywords", "Ensure this value has at most 100 characters (it has 101)."),
        ({"ids": []}, "id", "It has no id to be known by."),
        ({"ids": [tmdb("x" * 81)]}, "id", "Ensure this value has at most 80 characters (it has 81)."),
        ({"ids": [SourceId("a:b", "c")]}, "id", "A source has only the characters a-z, 0-9, _ and -."),
        ({"ids": [SourceId("x" * 41, "c")]}, "id", "Ensure this value has at most 40 characters (it has 41)."),
        ({"genres": [genre("x" * 81)]}, "genres", "Ensure this value has at most 80 characters (it has 81)."),
        ({"genres": [genre("ﷺ" * 5)]}, "genres", "As it stands in URLs: Ensure this value has at most 80 characters"),
        ({"genres": [genre("!!")]}, "genres", "As it stands in URLs: This field cannot be blank."),
        ({"genres": [genre(source_id=tmdb("x" * 81))]}, "genres", "Ensure this value has at most 80 characters"),
        ({"main_genre": genre("x" * 81)}, "genres", "Ensure this value has at most 80 characters (it has 81)."),
        ({"companies": [named(tmdb(1), "x" * 201)]}, "companies", "Ensure this value has at most 200 characters"),
        ({"collection": named(tmdb("x" * 81), "Heat")}, "collection", "Ensure this value has at most 80 characters"),
        ({"cast": [actor("x" * 201)]}, "cast", "Ensure this value has at most 200 characters (it has 201)."),
        ({"cast": [actor(source_id=tmdb("x" * 81))]}, "cast", "Ensure this value has at most 80 characters"),
        ({"awards": [{"award": "Oscar"}]}, "awards", "Item 1: It is an object with the members award, category, year"),
        (
            {"source_scores": [{"source": "tmdb", "value": 8, "votes": 2**63}]},
            "source_scores",
            f"It is more than {2**63 - 1:,}.",
        ),
        ({"title": "He\0at"}, "title", NUL),
        ({"overview": "\0"}, "overview", NUL),
        ({"keywords": ["fine", "\0"]}, "keywords", NUL),
        ({"genres": [genre("Dra\0ma")]}, "genres", NUL),
        ({"cast": [actor("Al\0")]}, "cast", NUL),
        ({"cast": [actor(character="\0")]}, "cast", NUL),
        ({"crew": [worker("Michael Mann", tmdb(638), job="\0")]}, "crew", NUL),
        ({"ids": [tmdb("\0")]}, "id", NUL),
        ({"cast": [actor(source_id=tmdb("\0"))]}, "cast", NUL),
        ({"title": "\ud83d"}, "title", SURROGATE),
        ({"cast": [actor(character="\ud83d")]}, "cast", SURROGATE),
        ({"ids": [tmdb("\ud83d")]}, "id", SURROGATE),
    ],
)
def test_a_title_that_some_store_could_not_hold_is_reported_and_the_others_are_stored(values, column, reason):
    good = record(2, genres=[genre("Crime", tmdb(80))], cast=[actor("Val Kilmer", tmdb(5))])
    result = loaded(record(1, **values), good)
    assert result.counts["movies"] == Counts(created=1, failed=1)
    (problem,) = result.problems
    assert (problem.place, problem.column) == ("film 1", column)
    assert problem.reason.startswith(f"cannot be stored: {reason}")
    assert str(problem).encode()
    assert [movie.title for movie in Movie.objects.all()] == ["Film 2"]
    assert list(Genre.objects.values_list("name", flat=True)) == ["Crime"]
    assert list(Person.objects.values_list("name", flat=True)) == ["Val Kilmer"]


def test_the_longest_of_everything_is_stored():
    longest = record(
        ids=[SourceId("s" * 40, "v" * 80)],
        title="é" * 300,
        keywords=["é" * 100],
        genres=[genre("é" * 80, SourceId("s" * 40, "g" * 80))],
        companies=[named(SourceId("s" * 40, "c" * 80), "é" * 200)],
        cast=[actor("é" * 200, SourceId("s" * 40, "p" * 80), "🎬" * 500)],
    )
    assert loaded(longest).problems == []
    assert Genre.objects.get().name == "é" * 80
    assert Company.objects.get().name == "é" * 200
    assert Person.objects.get().name == "é" * 200
    assert {len(external.key) for external in ExternalId.objects.all()} == {127, 128, 129}
    assert is_done(loaded(longest))


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"biography": "\0"}, "biography"),
        ({"name": "x" * 201}, "name"),
        ({"ids": []}, "id"),
        ({"homepage": "nowhere"}, "homepage"),
        ({"images": [{"type": "poster"}]}, "images"),
    ],
)
def test_a_person_whom_some_store_could_not_hold_is_reported_and_the_others_are_stored(values, column):
    bad, good = person("Al Pacino", tmdb(1)), person("Val Kilmer", tmdb(2), birth_date=date(1959, 12, 31))
    for name, value in values.items():
        setattr(bad, name, value)
    result = loaded(people=[bad, good])
    assert result.counts["people"] == Counts(created=1, failed=1)
    assert [(problem.place, problem.column) for problem in result.problems] == [("person Al Pacino", column)]
    assert Person.objects.get().birth_date == date(1959, 12, 31)


# --- Ids that contradict each other ---------------------------------------------------------------


def test_an_id_that_belongs_to_another_title_is_reported_and_stays_there():
    mine, other = make_movie("Mine"), make_movie("Another")
    known_as("movie", tmdb(1), mine)
    known_as("movie", imdb("tt1"), other)
    result = loaded(record(ids=[tmdb(1), imdb("tt1")], title="Told"))
    reason = f"belongs to movie {other.pk}, but the film's other ids to movie {mine.pk}"
    assert [str(problem) for problem in result.problems] == [f"film 1, column id: 'imdb:tt1' {reason}"]
    assert result.counts["external ids"] == Counts(unchanged=1, failed=1)
    assert movie_of(imdb("tt1")) == other
    assert movie_of(tmdb(1)) == mine


def test_records_of_a_set_that_share_an_id_are_one_title():
    movielens = SourceId("movielens", "9")
    shared = [record(1, ids=[tmdb(1), imdb("tt1")]), record(2, title="Film 1", ids=[imdb("tt1"), movielens])]
    loaded(*shared)
    assert ids_of("movie", Movie.objects.get()) == {"tmdb:1", "imdb:tt1", "movielens:9"}
    assert is_done(loaded(*shared))


def test_an_id_of_a_title_that_is_gone_is_reported():
    ExternalId.objects.create(pk="movie:tmdb:1", kind="movie", source="tmdb", value="1", object_id=77)
    result = loaded(record(), record(2))
    assert result.counts["movies"] == Counts(created=1, failed=1)
    reason = "is the external id of movie 77, which is gone"
    assert [str(problem) for problem in result.problems] == [f"film 1, column id: 'tmdb:1' {reason}"]


def test_an_id_that_belongs_to_another_person_is_reported_and_stays_there():
    mine, other = make_person("Al Pacino"), make_person("Another")
    known_as("person", tmdb(1), mine)
    known_as("person", imdb("nm1"), other)
    result = loaded(
        people=[person("Al Pacino", tmdb(1), imdb("nm1"), SourceId("wikidata", "Q1"), biography="New York.")]
    )
    reason = f"belongs to person {other.pk}, but the first id to person {mine.pk}"
    assert [str(problem) for problem in result.problems] == [f"person Al Pacino, column id: 'imdb:nm1' {reason}"]
    assert person_of(imdb("nm1")) == other
    assert person_of(SourceId("wikidata", "Q1")).biography == "New York."
