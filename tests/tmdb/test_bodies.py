"""Bodies of TMDB's, as they are and as they ought not to be, read into records."""

import copy
import json
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from apps.catalog.faults import fault_of, fault_of_person
from apps.catalog.records import CrewRecord, NamedRecord, Problem, SourceId
from apps.imports.sources import tmdb
from tests.tmdb import bodies

READERS = {
    "movie": (tmdb.movie, bodies.movie()),
    "tv": (tmdb.show, bodies.show()),
    "person": (tmdb.person, bodies.person()),
    "collection": (tmdb.collection, bodies.collection()),
}


def movie(**values: Any) -> tuple[Any, list[str]]:
    problems: list[Problem] = []
    return tmdb.movie(bodies.movie(**values), 949, problems), [str(problem) for problem in problems]


def test_a_film_is_read_whole():
    heat, problems = movie()
    assert problems == []
    assert (heat.release_date, heat.runtime, heat.budget, heat.revenue) == (date(1995, 12, 15), 170, 60_000_000, None)
    assert heat.ids == [SourceId("tmdb", "949"), SourceId("wikidata", "Q949")]
    assert [(one.person.name, one.character) for one in heat.cast] == [
        ("Al Pacino", "Vincent Hanna"),
        ("Robert De Niro", "Neil McCauley"),
    ]
    assert heat.crew == [CrewRecord(NamedRecord(SourceId("tmdb", "638"), "Michael Mann"), "Directing", "Director")]
    assert heat.releases == [
        {"country": "US", "type": "theatrical", "date": "1995-12-15", "certification": "R", "note": ""}
    ]
    assert heat.alternative_titles == [{"title": "Hitze", "country": "DE", "type": ""}]
    assert heat.translations == [
        {"language": "de", "country": "DE", "title": "Heat", "overview": "Ein Dieb.", "tagline": ""}
    ]
    assert heat.source_scores == [{"source": "tmdb", "value": 7.9, "votes": 7000}]


@pytest.mark.parametrize(
    ("values", "fact", "read"),
    [
        ({"runtime": "170"}, "runtime", 170),
        ({"runtime": 0}, "runtime", None),
        ({"budget": "60000000.0"}, "budget", 60_000_000),
        ({"revenue": 9_007_199_254_740_993}, "revenue", 9_007_199_254_740_993),
        ({"popularity": "1.5"}, "popularity", 1.5),
        ({"release_date": ""}, "release_date", None),
        ({"release_date": None}, "release_date", None),
        ({"release_date": "1995-12-15T00:00:00.000Z"}, "release_date", date(1995, 12, 15)),
        ({"homepage": "https://a.example/ https://b.example/"}, "homepage", "https://a.example/"),
        ({"status": "Post Production"}, "status", "post_production"),
        ({"keywords": None}, "keywords", []),
        (
            {"belongs_to_collection": {"id": 1, "name": "Heats"}},
            "collection",
            NamedRecord(SourceId("tmdb", "1"), "Heats"),
        ),
        ({"origin_country": None}, "main_country", ""),
        ({"production_countries": []}, "countries", ["US"]),
        ({"vote_count": 0}, "source_scores", []),
    ],
)
def test_numbers_as_texts_and_what_tmdb_writes_for_unknown_are_understood(values, fact, read):
    record, problems = movie(**values)
    assert getattr(record, fact) == read
    assert problems == []


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"runtime": "long"}, "runtime", "'long' is not a number"),
        ({"runtime": True}, "runtime", "'True' is not a number"),
        ({"runtime": -1}, "runtime", "'-1' is negative"),
        ({"runtime": 99_999}, "runtime", "'99999' is more than 32,767"),
        ({"runtime": 1.5}, "runtime", "'1.5' is not a whole number"),
        ({"popularity": float("nan")}, "popularity", "'nan' is not a number"),
        ({"vote_average": 11}, "vote_average", "'11' is more than 10"),
        ({"release_date": "1995"}, "release_date", "'1995' is not a date such as 1995-12-15"),
        ({"overview": 7}, "overview", "'7' is no text"),
        ({"overview": "a\0b"}, "overview", "has characters that not every store can hold"),
        ({"overview": "\ud800"}, "overview", "has characters that not every store can hold"),
        ({"tagline": "x" * 501}, "tagline", "has 501 characters; 500 are the most"),
        ({"status": "Lost"}, "status", "'Lost' is none of Rumored, Planned"),
        ({"homepage": "javascript:alert(1)"}, "homepage", "is no address of a page"),
        ({"genres": {"id": 1}}, "genres", "is no list"),
        ({"genres": ["Drama"]}, "genres[0]", "'Drama' is no object"),
        ({"genres": [{"name": "Drama"}]}, "genres[0].id", "'None' does not say whom or what it means"),
        ({"credits": []}, "credits", "'[]' is no object"),
        ({"credits": {"cast": [{"id": 1}]}}, "credits.cast[0].name", "'None' does not say whom or what it means"),
        ({"imdb_id": "949"}, "imdb_id", "'949' is not an id of IMDb"),
        ({"poster_path": "https://a.example/x.jpg"}, "poster_path", "is not the path of a picture"),
        ({"original_language": "English"}, "original_language", "'English' is not a language of ISO 639-1"),
        (
            {"videos": {"results": [bodies.video("a", published_at="?")]}},
            "videos.results[0].published_at",
            "'?' is no m",
        ),
        (
            {"videos": {"results": [bodies.video("a", published_at="0001-01-01T00:00:00+02:00")]}},
            "videos.results[0].published_at",
            "is no moment",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place_and_the_film_is_used_without_it(values, column, reason):
    record, problems = movie(**values)
    assert record.title == "Heat"
    assert fault_of(record) is None
    assert any(line.startswith(f"TMDB movie/949 (Heat), column {column}: ") and reason in line for line in problems)
    assert all(line.endswith("; the row is used without it") for line in problems)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "body: 'None' is no object"),
        ([], "body: '[]' is no object"),
        ({}, "id: 'None' is not the 949 that was asked for"),
        ({"id": 950, "title": "Heat"}, "id: '950' is not the 949 that was asked for"),
        ({"id": 949}, "title: 'None' is no text of up to 300 characters"),
        ({"id": 949, "title": "x" * 301}, f"title: '{'x' * 80}' is no text of up to 300 characters"),
    ],
)
def test_a_body_of_something_else_is_no_film(body, reason):
    with pytest.raises(tmdb.BadBody) as bad:
        tmdb.movie(body, 949, [])
    assert str(bad.value) == reason


def test_who_plays_two_parts_is_there_twice_and_the_same_credit_once():
    cast = [bodies.credited(1, "A", character=name, order=order) for name, order in (("X", 2), ("Y", 1), ("X", 0))]
    crew = [bodies.credited(2, "B", department="Writing", job=job) for job in ("Story", "Novel", "Story")]
    record, _ = movie(credits={"cast": cast, "crew": crew})
    assert [one.character for one in record.cast] == ["X", "Y"]
    assert [one.job for one in record.crew] == ["Story", "Novel"]


def test_videos_of_other_sites_and_texts_without_a_word_are_left_out_in_silence():
    videos = [bodies.video("a", site="Elsewhere"), bodies.video("b"), bodies.video("b"), bodies.video("")]
    texts = [bodies.translation("de", "DE", title="", overview=""), bodies.translation("fr", "FR", title="Ennemis")]
    record, problems = movie(videos={"results": videos}, translations={"translations": texts})
    assert [one["key"] for one in record.videos] == ["b"]
    assert [one["language"] for one in record.translations] == ["fr"]
    assert problems == []


def test_a_show_that_goes_on_has_no_last_episode():
    record = tmdb.show(bodies.show(status="Returning Series"), 1396, [])
    assert (record.status, record.end_date) == ("returning", None)


WRONG = (
    None,
    "",
    "text",
    "12",
    -1,
    0,
    1.5,
    10**400,
    float("inf"),
    True,
    [],
    {},
    [None],
    [[]],
    ["x"],
    [{}],
    "\0",
    {"id": {}},
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


@pytest.mark.parametrize("kind", READERS)
def test_whatever_stands_anywhere_a_body_is_a_sound_record_or_none(kind: str):
    read, sound = READERS[kind]
    draw = random.Random(kind)
    places = len(list(_places(sound)))
    for place in range(places):
        for wrong in draw.sample(WRONG, 7):
            body = copy.deepcopy(sound)
            holder, key = list(_places(body))[place]
            holder[key] = wrong
            _assert_sound(read, body, sound["id"])
    for _ in range(300):
        body = copy.deepcopy(sound)
        for holder, key in draw.sample(list(_places(body)), 4):
            holder[key] = draw.choice(WRONG)
        _assert_sound(read, body, sound["id"])


def _assert_sound(read: Any, body: Any, number: int) -> None:
    problems: list[Problem] = []
    try:
        record = read(body, number, problems)
    except tmdb.BadBody as bad:
        assert str(bad)  # noqa: PT017
        return
    json.dumps([str(problem) for problem in problems])
    if read is tmdb.person:
        assert fault_of_person(record) is None
    elif read is not tmdb.collection:
        assert fault_of(record) is None, body
