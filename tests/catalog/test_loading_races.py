"""Two loads at once: each row is there once, whoever was faster."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.catalog import services
from apps.catalog.loading import Loaded, movies, names
from apps.catalog.loading.races import Overtaken
from apps.catalog.models import Company, ExternalId, Genre, Movie, Person
from movieverse.bulk import Counts
from tests.catalog.loads import (
    NETFLIX,
    TMDB5000,
    actor,
    credited,
    genre,
    is_done,
    known_as,
    loaded,
    movie_of,
    named,
    netflix,
    person,
    person_of,
    record,
    tmdb,
    worker,
)
from tests.conftest import clear_mongodb
from tests.factories import make_genre, make_movie, make_person

stores = pytest.mark.usefixtures("stores")

FULL = record(
    genres=[genre()],
    companies=[named(tmdb(508), "Regency")],
    collection=named(tmdb(1), "Heats"),
    cast=[actor()],
    overview="Los Angeles.",
)


# --- Another process writes between the looking up and the writing --------------------------------


def overtaken(kind: str, other: Callable[[], Any]) -> type[Loaded]:
    """A load that another one overtakes as soon as it has found out that it needs new rows of a kind."""

    class Slow(Loaded):
        is_first = True

        def take_ids(self, taken: str, number: int) -> Any:
            if taken == kind and self.is_first:
                self.is_first = False
                other()
            return super().take_ids(taken, number)

    return Slow


@stores
@pytest.mark.parametrize("kind", ["genre", "company", "collection", "person", "movie"])
def test_what_another_load_has_made_in_the_meantime_is_taken(kind):
    turns = []
    result = loaded(FULL, into=overtaken(kind, lambda: turns.append(loaded(FULL))))
    assert [turn.problems for turn in turns] == [[]]
    assert result.problems == []
    for model in (Movie, Person, Genre, Company):
        assert model.objects.count() == 1
    assert ExternalId.objects.count() == 5
    assert credited(Movie.objects.get()) == ["Al Pacino"]
    assert is_done(loaded(FULL))


@stores
def test_a_title_that_another_load_has_made_is_completed():
    other = record(runtime=170, overview="")
    result = loaded(FULL, into=overtaken("movie", lambda: loaded(other, source=NETFLIX)))
    assert result.counts["movies"] == Counts(updated=1)
    movie = Movie.objects.get()
    assert (movie.runtime, movie.overview) == (170, "Los Angeles.")


@stores
def test_what_a_curator_has_locked_in_the_meantime_stays():
    heat = make_movie("Heat", overview="")
    known_as("movie", tmdb(1), heat)

    def edit() -> None:
        heat.overview = "Mine."
        services.movie_save(movie=heat)

    loaded(FULL, into=overtaken("person", edit))
    assert Movie.objects.get().overview == "Mine."


@stores
def test_a_title_that_was_deleted_in_the_meantime_is_left_out():
    heat = make_movie("Heat")
    known_as("movie", tmdb(1), heat)
    result = loaded(FULL, record(2), into=overtaken("movie", lambda: Movie.objects.filter(pk=heat.pk).delete()))
    assert result.counts["movies"] == Counts(created=1)
    assert Movie.objects.get().title == "Film 2"


# --- Another process commits while the transaction is open ----------------------------------------


class _Blind:
    """Reads that come too early to find what another process writes: the first `times` of a kind."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, times: int, kind: str) -> None:
        self.read, self.left, self.kind = module.owners_of, times, kind
        monkeypatch.setattr(module, "owners_of", self)

    def __call__(self, kind: str, *args: Any) -> Any:
        if not self.left or kind != self.kind:
            return self.read(kind, *args)
        self.left -= 1
        return {}


@stores
def test_a_person_whom_another_process_has_just_made_is_taken(monkeypatch):
    pacino = make_person("Alfredo Pacino")
    known_as("person", tmdb(1158), pacino)
    blind = _Blind(monkeypatch, names, 2, "person")
    loaded(FULL)
    assert blind.left == 0
    assert Person.objects.get() == pacino
    assert Movie.objects.get().cast_ids == [pacino.pk]


@stores
def test_a_title_that_another_process_has_just_made_is_not_made_again(monkeypatch):
    heat = make_movie("Heat", overview="")
    known_as("movie", tmdb(1), heat)
    blind = _Blind(monkeypatch, movies, 2, "movie")
    monkeypatch.setattr("apps.catalog.loading.matching.owners_of", lambda *args: {})
    counts = loaded(FULL).counts
    assert blind.left == 0
    stored = Movie.objects.get()
    assert (stored.pk, stored.title, stored.overview) == (heat.pk, "Heat", "Los Angeles.")
    assert counts["movies"] == Counts(updated=1)


@stores
def test_a_genre_whose_name_another_process_has_just_taken_is_that_one(monkeypatch):
    drama = make_genre("Drama")
    look, turns = names.Genres._rows, []

    def rows(self: Any, records: Any, new_ids: Iterator[int]) -> Any:
        turns.append(len(records))
        return (names.Names._rows if len(turns) == 1 else look)(self, records, new_ids)

    monkeypatch.setattr(names.Genres, "_rows", rows)
    loaded(FULL)
    assert turns == [1, 1]
    assert Movie.objects.get().genre_ids == [drama.pk]
    assert Genre.objects.get() == drama


@stores
def test_who_is_always_overtaken_gives_up_in_the_end(monkeypatch):
    pacino = make_person("Alfredo Pacino")
    known_as("person", tmdb(1158), pacino)
    blind = _Blind(monkeypatch, names, 100, "person")
    with pytest.raises(Overtaken):
        loaded(FULL)
    assert blind.left == 94  # looked up once, and five attempts
    assert Person.objects.get() == pacino


# --- Interrupted ----------------------------------------------------------------------------------


def interrupted(turn: int) -> type[Loaded]:
    """Ctrl-C at the n-th write: within a transaction, its rows written or about to be."""

    class Interrupted(Loaded):
        left = turn

        def upsert(self, rows: Any, *args: Any, **options: Any) -> Counts:
            counts = super().upsert(rows, *args, **options)
            if rows:
                self.left -= 1
                if not self.left:
                    raise KeyboardInterrupt
            return counts

    return Interrupted


SET = [
    record(
        number,
        cast=[actor(f"Actor {number}", tmdb(number)), actor("Al Pacino", tmdb(1158))],
        genres=[genre()],
        companies=[named(tmdb(number), f"Company {number}")],
    )
    for number in range(1, 6)
]
PEOPLE = [person("Al Pacino", tmdb(1158), biography="New York.")]


@stores
@pytest.mark.parametrize("turn", range(1, 18))
def test_an_interrupted_load_is_continued_by_the_next_and_leaves_nothing_half_written(turn):
    with pytest.raises(KeyboardInterrupt):
        loaded(*SET, people=PEOPLE, batch=2, into=interrupted(turn))
    for kind, model in (("movie", Movie), ("person", Person), ("genre", Genre), ("company", Company)):
        assert ExternalId.objects.filter(kind=kind).count() == model.objects.count()
    loaded(*SET, people=PEOPLE, batch=2)
    assert (Movie.objects.count(), Person.objects.count(), Company.objects.count()) == (5, 6, 5)
    assert ExternalId.objects.count() == 17
    assert person_of(tmdb(1158)).biography == "New York."
    assert is_done(loaded(*SET, people=PEOPLE, batch=2))


@stores
def test_people_are_joined_wholly_or_not_at_all(monkeypatch):
    loaded(record(title="Heat", release_year=1995, cast=[actor()]), source=TMDB5000)
    insider = {"title": "The Insider", "release_year": 1999}
    loaded(record(2, **insider, ids=[netflix("tm2")], cast=[actor(source_id=netflix(1))]), source=NETFLIX)

    def interrupt(people: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("apps.catalog.loading.identities.credits_rename", interrupt)
        with pytest.raises(KeyboardInterrupt):
            loaded(record(2, **insider, cast=[actor()]), source=TMDB5000)
    assert person_of(tmdb(1158)) != person_of(netflix(1))
    assert movie_of(netflix("tm2")).cast_ids == [person_of(netflix(1)).pk]
    loaded(record(2, **insider, cast=[actor()]), source=TMDB5000)
    assert movie_of(netflix("tm2")).cast_ids == [Person.objects.get().pk]


# --- On servers: in earnest -----------------------------------------------------------------------


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What threads write with connections of their own."""
    with django_db_blocker.unblock():
        yield
        clear_mongodb("catalog")


@pytest.mark.servers
def test_sets_loaded_at_once_make_every_row_once(committed):
    def films(first: int) -> list[Any]:
        order = [(first + step) % 40 for step in range(40)]
        return [
            record(
                number + 1,
                genres=[genre(f"Genre {number % 5}", tmdb(number % 5))],
                companies=[named(tmdb(number % 7), f"Company {number % 7}")],
                cast=[actor(f"Actor {one}", tmdb(one)) for one in range(number, number + 10)],
                crew=[worker(f"Worker {number}", tmdb(1000 + number))],
            )
            for number in order
        ]

    def work(first: int) -> Loaded:
        try:
            return loaded(*films(first), batch=10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(0, 40, 10)))
    assert [result.problems for result in results] == [[]] * 4
    stored = {"movies": Movie, "people": Person, "genres": Genre, "companies": Company}
    numbers = {label: model.objects.count() for label, model in stored.items()}
    assert numbers == {"movies": 40, "people": 89, "genres": 5, "companies": 7}
    assert ExternalId.objects.count() == sum(numbers.values())
    assert {label: sum(result.counts[label].created for result in results) for label in stored} == numbers
    assert all(len(movie.cast) == 10 for movie in Movie.objects.all())
    assert is_done(loaded(*films(0)))
