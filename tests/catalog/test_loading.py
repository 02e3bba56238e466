from typing import Any

import pytest

from apps.catalog import loading, services
from apps.catalog.loading import Loaded, MovieLoader, ids_of
from apps.catalog.models import ExternalId, Genre, Movie, Person
from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, SourceId
from movieverse.bulk import Counts
from tests.factories import make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

NUL = "It has the character U+0000, which not every store can hold."
SURROGATE = "It has the character U+D83D, which not every store can hold."


def tmdb(value: object) -> SourceId:
    return SourceId("tmdb", str(value))


DRAMA, PACINO = tmdb(18), tmdb(1158)


def record(number: int = 1, **values: Any) -> MovieRecord:
    return MovieRecord(**{"place": f"film {number}", "ids": [tmdb(number)], "title": f"Film {number}"} | values)


def genre(name: str = "Drama", source_id: SourceId = DRAMA) -> NamedRecord:
    return NamedRecord(source_id, name)


def actor(name: str = "Al Pacino", source_id: SourceId = PACINO, character: str = "") -> CastRecord:
    return CastRecord(NamedRecord(source_id, name), character)


def loaded(*records: MovieRecord) -> Loaded:
    result = Loaded()
    MovieLoader(result).load(records)
    return result


# --- What cannot be stored ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"genres": [genre("x" * 81)]}, "genres", "Ensure this value has at most 80 characters (it has 81)."),
        ({"genres": [genre("ﷺ" * 5)]}, "genres", "As it stands in URLs: Ensure this value has at most 80 characters"),
        ({"genres": [genre("!!")]}, "genres", "As it stands in URLs: This field cannot be blank."),
        ({"cast": [actor("x" * 201)]}, "cast", "Ensure this value has at most 200 characters (it has 201)."),
        ({"ids": [tmdb("x" * 81)]}, "id", "Ensure this value has at most 80 characters (it has 81)."),
        ({"ids": [SourceId("a:b", "c")]}, "id", "A source has only the characters a-z, 0-9, _ and -."),
        ({"ids": [SourceId("x" * 41, "c")]}, "id", "Ensure this value has at most 40 characters (it has 41)."),
        ({"genres": [genre(source_id=tmdb("x" * 81))]}, "genres", "Ensure this value has at most 80 characters"),
        ({"cast": [actor(source_id=tmdb("x" * 81))]}, "cast", "Ensure this value has at most 80 characters"),
        ({"keywords": ["x" * 101]}, "keywords", "Ensure this value has at most 100 characters (it has 101)."),
        ({"source_scores": [{"source": "tmdb", "votes": 2**63}]}, "source_scores", f"It is more than {2**63 - 1:,}."),
        ({"title": "He\0at"}, "title", NUL),
        ({"overview": "\0"}, "overview", NUL),
        ({"keywords": ["fine", "\0"]}, "keywords", NUL),
        ({"genres": [genre("Dra\0ma")]}, "genres", NUL),
        ({"cast": [actor("Al\0")]}, "cast", NUL),
        ({"cast": [actor(character="\0")]}, "cast", NUL),
        ({"crew": [CrewRecord(actor().person, "Directing", "\0")]}, "crew", NUL),
        ({"ids": [tmdb("\0")]}, "id", NUL),
        ({"cast": [actor(source_id=tmdb("\0"))]}, "cast", NUL),
        ({"title": "\ud83d"}, "title", SURROGATE),
        ({"cast": [actor(character="\ud83d")]}, "cast", SURROGATE),
        ({"ids": [tmdb("\ud83d")]}, "id", SURROGATE),
    ],
)
def test_a_film_that_some_store_could_not_hold_is_reported_and_the_others_are_stored(values, column, reason):
    records = [record(1, **values), record(2, genres=[genre("Crime", tmdb(80))], cast=[actor("Val Kilmer", tmdb(5))])]
    result = loaded(*records)
    assert result.counts["movies"] == Counts(created=1, failed=1)
    (problem,) = result.problems
    assert (problem.place, problem.column) == ("film 1", column)
    assert problem.reason.startswith(f"cannot be stored: {reason}")
    str(problem).encode()
    stored = Movie.objects.get()
    assert ids_of(records) == [None, stored.pk]
    assert list(Genre.objects.values_list("name", flat=True)) == ["Crime"]
    assert list(Person.objects.values_list("name", flat=True)) == ["Val Kilmer"]


def test_the_longest_of_everything_is_stored():
    longest = record(
        ids=[SourceId("s" * 40, "v" * 80)],
        title="é" * 300,
        keywords=["é" * 100],
        genres=[genre("é" * 80, SourceId("s" * 40, "g" * 80))],
        cast=[actor("é" * 200, SourceId("s" * 40, "p" * 80), "🎬" * 500)],
    )
    assert loaded(longest).problems == []
    assert Genre.objects.get().name == "é" * 80
    assert Person.objects.get().name == "é" * 200
    assert {len(external.key) for external in ExternalId.objects.all()} == {127, 128}
    assert loaded(longest).counts["movies"] == Counts(unchanged=1)


# --- Two loads at once ----------------------------------------------------------------------------


class _Blind:
    """Reads that come too early to find what another process writes: the first `times` of those meant."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, times: int, kind: str = "") -> None:
        self.read, self.left, self.kind = getattr(loading, name), times, kind
        monkeypatch.setattr(loading, name, self)

    def __call__(self, *args: Any) -> Any:
        if not self.left or (self.kind and args[0] != self.kind):
            return self.read(*args)
        self.left -= 1
        return {}


def test_a_genre_made_by_another_process_is_taken(monkeypatch):
    drama = make_genre("Drama")
    blind = _Blind(monkeypatch, "_genres_by_slug", 1)
    counts = loaded(record(genres=[genre("drama")])).counts
    assert blind.left == 0
    assert Movie.objects.get().genre_ids == [drama.pk]
    assert ExternalId.objects.get(pk="genre:tmdb:18").object_id == drama.pk
    assert (counts["genres"], counts["external ids"].created) == (Counts(unchanged=1), 2)


def test_a_person_made_by_another_process_is_taken(monkeypatch):
    pacino = make_person("Alfredo Pacino")
    services.external_id_add(kind="person", source="tmdb", value="1158", object_id=pacino.pk)
    blind = _Blind(monkeypatch, "_owners", 2, "person")
    loaded(record(cast=[actor()]))
    assert blind.left == 0
    assert Person.objects.get() == pacino
    assert Movie.objects.get().cast_ids == [pacino.pk]


def test_a_film_made_by_another_process_is_not_made_again(monkeypatch):
    heat = make_movie("Heat", overview="")
    services.external_id_add(kind="movie", source="tmdb", value="1", object_id=heat.pk)
    blind = _Blind(monkeypatch, "_owners", 2, "movie")
    counts = loaded(record(overview="Los Angeles.")).counts
    assert blind.left == 0
    stored = Movie.objects.get()
    assert (stored.pk, stored.title, stored.overview) == (heat.pk, "Heat", "Los Angeles.")
    assert counts["movies"] == Counts(updated=1)
